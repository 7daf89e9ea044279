"""Writing proposals, reflecting them, and telling their authors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import make_page, make_person, make_proposal
from tests.proposals.acts import cast, lead_to, reflect, revise
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.pages import hooks
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.proposals import queries, service, stages
from wiki.proposals.models import Proposal, Reflection, Stage
from wiki.proposals.service import ProposalDraft


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("r1")


@pytest.fixture
def author(app: Flask) -> Person:
    return make_person("見本A", email="a@example.jp")


@pytest.fixture
def staff(app: Flask) -> Person:
    return make_person("見本課", role="staff")


@pytest.fixture
def proposal(page: Page, author: Person) -> Proposal:
    return make_proposal(page, author)


def test_a_double_clicked_form_gives_one_proposal(page: Page, author: Person) -> None:
    draft = ProposalDraft.of("夜の窓口", "月に一度でも。", "key")
    made = []
    for _ in range(2):
        with transaction():
            made.append(service.post(author, page, draft).id)
    assert made[0] == made[1]
    assert db.session.scalar(select(func.count(Event.id)).where(Event.kind == Kind.PROPOSAL_POSTED)) == 1


def test_the_same_form_in_eight_threads_gives_one_proposal(app: Flask, page: Page, author: Person) -> None:
    draft = ProposalDraft.of("夜の窓口", "月に一度でも。", "key")
    page_id, author_id = page.id, author.id

    def post(_: int) -> int:
        with app.app_context():
            with transaction():
                made = service.post(db.session.get_one(Person, author_id), db.session.get_one(Page, page_id), draft)
                number = made.id
            db.session.remove()
            return number

    db.session.rollback()
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(post, range(8)))) == 1
    assert db.session.scalar(select(func.count(Proposal.id))) == 1


def test_another_text_from_the_same_form_is_another_proposal(page: Page, author: Person) -> None:
    for body in ("月に一度でも。", "週に一度でも。"):
        with transaction():
            service.post(author, page, ProposalDraft.of("夜の窓口", body, "key"))
    assert db.session.scalar(select(func.count(Proposal.id))) == 2


def test_a_reflection_shows_on_both_sides(page: Page, proposal: Proposal, staff: Person) -> None:
    lead_to(Stage.ACCEPTED, proposal, staff)
    assert [number for number, _words in hooks.choices(page)] == [str(proposal.id)]
    revision = reflect(staff, page, proposal)
    assert [found.revision.number for found in queries.reflections_of(proposal)] == [2]
    assert [found.proposal_id for found in queries.reflected_in([revision.id])[revision.id]] == [proposal.id]
    assert hooks.links([revision]) == {revision.id: [("夜の窓口を開く", f"/proposals/{proposal.id}")]}
    assert [found.proposal.author.name for found in queries.reflections_on(page)] == ["見本A"]
    assert list(queries.reflections_by_proposal([proposal.id])) == [proposal.id]
    assert hooks.choices(page) == []
    event = db.session.scalars(select(Event).where(Event.kind == Kind.PROPOSAL_REFLECTED)).one()
    assert event.facts == {"number": 2, "slug": "r1"}


def test_the_editor_tells_which_proposals_a_revision_reflects(page: Page, proposal: Proposal, staff: Person) -> None:
    lead_to(Stage.ACCEPTED, proposal, staff)
    revise(staff, page, "直した段落です。")
    for _ in range(2):  # the same form, sent twice
        with transaction():
            hooks.tell(staff, pages.current_revision(page), [str(proposal.id)])
    assert db.session.scalar(select(func.count()).select_from(Reflection)) == 1
    assert db.session.scalar(select(func.count(Event.id)).where(Event.kind == Kind.PROPOSAL_REFLECTED)) == 1


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.CONSIDERING, Stage.DECLINED])
def test_what_was_not_accepted_is_not_reflected(page: Page, proposal: Proposal, staff: Person, stage: Stage) -> None:
    lead_to(stage, proposal, staff)
    assert hooks.choices(page) == []
    with pytest.raises(service.NotReflectable), transaction():
        service.reflect(staff, pages.current_revision(page), [proposal.id])
    assert list(queries.reflections_of(proposal)) == []


def test_another_pages_proposal_is_not_reflected(page: Page, author: Person, staff: Person) -> None:
    elsewhere = make_proposal(make_page("r2"), author)
    lead_to(Stage.ACCEPTED, elsewhere, staff)
    with pytest.raises(service.NotReflectable), transaction():
        service.reflect(staff, pages.current_revision(page), [elsewhere.id])


def test_a_hidden_proposals_title_is_not_shown_beside_the_revision(
    page: Page, proposal: Proposal, staff: Person
) -> None:
    lead_to(Stage.ACCEPTED, proposal, staff)
    revision = reflect(staff, page, proposal)
    with transaction():
        service.hide(staff, proposal, "personal")
    assert hooks.links([revision]) == {}
    assert list(queries.reflections_on(page)) == []
    with transaction():
        service.restore(staff, proposal, "other")
    assert list(hooks.links([revision])) == [revision.id]
    kinds = db.session.scalars(select(Event.kind).order_by(Event.id.desc()).limit(2)).all()
    assert list(kinds) == [Kind.PROPOSAL_RESTORED, Kind.PROPOSAL_HIDDEN]


def test_the_author_is_told_of_each_step_and_of_the_reflection(
    page: Page,
    proposal: Proposal,
    staff: Person,
    outbox,  # type: ignore[no-untyped-def]
) -> None:
    cast(make_person(), proposal, 1)
    lead_to(Stage.ACCEPTED, proposal, staff, text="第二水曜に開きます & 予約制です。")
    reflect(staff, page, proposal)
    letters = outbox()
    assert [letter["to"] for letter in letters] == ["a@example.jp"] * 3
    assert ["検討中" in letters[0]["subject"], "採用" in letters[1]["subject"]] == [True, True]
    assert "第二水曜に開きます & 予約制です。" in letters[1]["text"]
    assert f"http://localhost/proposals/{proposal.id}" in letters[1]["text"]
    assert "http://localhost/reports/r1/diff?from=1&to=2" in letters[2]["text"]


@pytest.mark.parametrize("column", ["is_sample", "suspended_at"])
def test_sample_people_and_suspended_ones_get_no_mail(
    proposal: Proposal,
    author: Person,
    staff: Person,
    outbox,  # type: ignore[no-untyped-def]
    column: str,
) -> None:
    with transaction():
        setattr(author, column, True if column == "is_sample" else clock.now())
        db.session.add(author)
    lead_to(Stage.CONSIDERING, proposal, staff)
    assert outbox() == []


def test_a_refused_step_sends_no_mail(proposal: Proposal, staff: Person, outbox) -> None:  # type: ignore[no-untyped-def]
    text = service.OfficialText.of("考え方です。")
    with pytest.raises(stages.WrongStage), transaction():
        service.decide(staff, proposal, Stage.DONE, text, Stage.RECEIVED)
    assert outbox() == []


def test_what_waits_is_told_by_how_long(
    page: Page,
    author: Person,
    staff: Person,
    travel,  # type: ignore[no-untyped-def]
) -> None:
    oldest = make_proposal(page, author)
    travel(days=3)
    made = [make_proposal(page, author) for _ in range(3)]
    make_proposal(page, author, hidden_at=clock.now())
    lead_to(Stage.CONSIDERING, made[0], staff)
    lead_to(Stage.DONE, made[1], staff)
    waiting = queries.waiting()
    assert [(row.proposal.id, row.days) for row in waiting] == [
        (oldest.id, 3),
        (made[0].id, 0),
        (made[2].id, 0),
    ]


def test_reading_costs_the_same_for_few_and_for_many(
    page: Page,
    author: Person,
    staff: Person,
    count_queries,  # type: ignore[no-untyped-def]
) -> None:
    def cost() -> list[int]:
        db.session.expire_all()
        page_id = page.id
        reads = (
            lambda: [(p.author.name, p.page.title) for p in queries.for_page(page, 100)],
            lambda: [r.proposal.author.name for r in queries.reflections_on(page)],
            lambda: [(p.page.title, p.author.name) for p in queries.written_by(author.id)],
            lambda: [row.proposal.page.title for row in queries.waiting()],
        )
        spent = []
        for read in reads:
            db.session.expunge_all()
            for person in (author, staff, page):
                db.session.add(person)
            with count_queries() as sent:
                read()
            spent.append(sent.count)
        assert page_id
        return spent

    def grow(number: int) -> None:
        for index in range(number):
            made = make_proposal(page, make_person() if index % 2 else author)
            if index % 4 == 0:
                lead_to(Stage.ACCEPTED, made, staff)
                reflect(staff, page, made, body=f"段落{made.id}です。")

    grow(5)
    few = cost()
    grow(15)
    assert cost() == few
