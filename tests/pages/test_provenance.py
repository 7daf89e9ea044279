"""A page's sentences know their revisions: noted with each save, in its transaction, at a cost that does not grow."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from tests.factories import make_page, make_person, make_proposal
from wiki.accounts.models import Person
from wiki.core import jobs, versions
from wiki.core.database import db, transaction
from wiki.pages import provenance, queries, service
from wiki.pages.models import Page, PageSentence, Provenance
from wiki.pages.service import EditConflict, PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Stage
from wiki.text.provenance import LONG_CHAIN

FIRST = "窓口は九時に開きます。書類は紙で出します。\n\n次に、職員が流れを書き出します。"


@pytest.fixture
def staff(app: Flask) -> Person:
    return make_person(role="staff")


def draft(body: str) -> PageDraft:
    return PageDraft.of("試し", "r1", body, "直しました")


def make(staff: Person, body: str = FIRST) -> Page:
    with transaction():
        return service.create(staff, draft(body))


def save(staff: Person, page: Page, body: str) -> None:
    with transaction():
        service.revise(staff, page, draft(body), queries.page_or_404("r1").current_number)


def told(page: Page) -> dict[str, tuple[int, ...]]:
    db.session.rollback()
    traced = provenance.of(queries.current_revision(queries.page_or_404(page.slug)))
    assert traced is not None
    return {each.sentence.text: each.origins for each in traced}


def test_every_save_notes_where_its_sentences_come_from(staff: Person) -> None:
    page = make(staff)
    save(staff, page, FIRST.replace("職員が", "職員と住民が") + "夜も開きます。")
    assert told(page) == {
        "窓口は九時に開きます。": (1,),
        "書類は紙で出します。": (1,),
        "次に、職員と住民が流れを書き出します。": (1, 2),
        "夜も開きます。": (2,),
    }


def test_going_back_gives_each_sentence_its_first_origin_again(staff: Person) -> None:
    page = make(staff)
    before = told(page)
    save(staff, page, "まったく別の話に書き替えました。")
    page = queries.page_or_404("r1")
    again = PageDraft.back_to(page, queries.revision_or_404(page, 1))
    with transaction():
        service.restore(staff, page, 1, again, 2)
    assert told(page) == before


def test_a_save_that_fails_notes_nothing(staff: Person) -> None:
    page = make(staff)
    save(staff, page, "二つめの版です。")
    rows = select(func.count()).select_from(Provenance), select(func.count()).select_from(PageSentence)
    before = [db.session.scalar(row) for row in rows]
    with pytest.raises(EditConflict), transaction():
        service.revise(staff, page, draft("古い版から書きました。"), 1)
    assert [db.session.scalar(row) for row in rows] == before


def test_a_save_costs_the_same_at_every_revision(staff: Person, count_queries: Any) -> None:
    page = make(staff, "\n\n".join(f"{number:02}番目の文を置きます。" for number in range(60)))
    costs = []
    for number in range(40):
        body = queries.current_revision(queries.page_or_404("r1")).body.replace(
            f"{number:02}番目の", f"第{number:02}の"
        )
        with count_queries() as counted:
            save(staff, page, body)
        costs.append(counted.count)
    assert costs[3] == costs[-1]


def test_a_sentence_changed_again_and_again_keeps_a_short_chain_with_its_voices(staff: Person) -> None:
    page = make(staff, "1回目に直したこの文は、少しずつ変わります。")
    proposal = make_proposal(page, make_person(), stage=Stage.ACCEPTED)
    for number in range(2, 41):
        with transaction():
            base = queries.page_or_404("r1").current_number
            body = f"{number}回目に直したこの文は、少しずつ変わります。"
            made = service.revise(staff, page, draft(body), base)
            if number == 5:
                proposals.reflect(staff, made, [proposal.id])
    (chain,) = told(page).values()
    assert len(chain) <= LONG_CHAIN
    assert {1, 5, 40} <= set(chain)


def test_revisions_from_before_are_traced_with_the_next_save(staff: Person) -> None:
    page = make_page("r1", body="はじめの段落です。")
    assert provenance.of(queries.current_revision(page)) is None
    save(staff, page, "はじめの段落です。\n\n足した段落です。")
    assert told(page) == {"はじめの段落です。": (1,), "足した段落です。": (2,)}


def test_many_revisions_from_before_wait_for_the_job(staff: Person) -> None:
    page = make(staff, "文0です。")
    for number in range(1, 25):
        save(staff, page, "\n\n".join(f"文{each}です。" for each in range(number + 1)))
    expected = told(page)
    with transaction():
        db.session.execute(delete(Provenance))
        db.session.execute(delete(PageSentence))
    save(staff, page, queries.current_revision(page).body + "\n\n終わりの文です。")
    assert provenance.of(queries.current_revision(queries.page_or_404("r1"))) is None, "no writer waits for all that"
    before = versions.read(f"page:{page.id}")
    db.session.rollback()
    jobs.start_regular()
    jobs.run_due()
    assert told(page) == expected | {"終わりの文です。": (26,)}
    assert versions.read(f"page:{page.id}") != before
    db.session.rollback()
    count = db.session.scalar(select(func.count()).select_from(PageSentence))
    jobs.run_due()
    assert db.session.scalar(select(func.count()).select_from(PageSentence)) == count


def test_a_page_without_any_words_has_no_sentences(staff: Person) -> None:
    page = make(staff, "![絵](/static/sample/a.svg)")
    assert told(page) == {}
