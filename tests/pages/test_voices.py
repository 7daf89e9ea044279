"""声の来歴 on the screen, and the marks that lead there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from tests.factories import make_person, make_proposal
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.pages import queries, service
from wiki.pages import voices as screens
from wiki.pages.models import Page, Provenance
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText

FIRST = "## 始めかた\n\nまず手続きを選びます。次に、職員が流れを書き出します。\n\n最後に試します。"
SECOND = FIRST.replace("職員が", "**職員と住民**が") + "うまくいったら広げます。\n"


class Told:
    """A page whose second revision reflects a proposal that came on paper."""

    def __init__(self) -> None:
        self.staff = make_person("見本課", role="staff")
        with transaction():
            self.page = service.create(self.staff, draft(FIRST))
        author = make_person("見本C")
        self.proposal = make_proposal(self.page, author, "住民も一緒に", "机を並べましょう。", channel="paper")
        self.decide(Stage.CONSIDERING, "読みました。")
        self.decide(Stage.PARTLY_ACCEPTED, "一部を採り入れます。")
        self.save(SECOND, self.proposal)

    def decide(self, stage: Stage, words: str) -> None:
        with transaction():
            proposal = db.session.get_one(Proposal, self.proposal.id)
            proposals.decide(self.staff, proposal, stage, OfficialText.of(words), proposal.stage)

    def save(self, body: str, *reflected: Proposal) -> None:
        with transaction():
            page = queries.page_or_404("r1")
            made = service.revise(self.staff, page, draft(body), page.current_number)
            if reflected:
                proposals.reflect(self.staff, made, [each.id for each in reflected])


def draft(body: str) -> PageDraft:
    return PageDraft.of("試しのレポート", "r1", body, "直しました")


@pytest.fixture
def told(app: Flask) -> Told:
    return Told()


def soup(client: FlaskClient, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def passages(page: BeautifulSoup) -> list[Tag]:
    return list(page.select("li.passage"))


def test_the_page_says_how_many_sentences_reflect_voices(told: Told, client: FlaskClient) -> None:
    page = soup(client, "/reports/r1/voices")
    assert "この本文の5文のうち2文に、住民の声が反映されています。" in page.text


def test_sentences_with_voices_come_first_and_show_voice_answer_and_change(told: Told, client: FlaskClient) -> None:
    shown = passages(soup(client, "/reports/r1/voices"))
    assert [each.select_one(".wording").text.strip() for each in shown] == [  # type: ignore[union-attr]
        "次に、職員と住民が流れを書き出します。",
        "うまくいったら広げます。",
    ]
    words = " ".join(shown[0].text.split())
    for said in (
        *(
            "第2版",
            "見本課",
            "もとの文は第1版",
            "提案「住民も一緒に」",
            "見本Cさん（紙の意見用紙）",
            "机を並べましょう。",
        ),
        *("一部採用", "一部を採り入れます。", "第2版で本文に反映"),
    ):
        assert said in words
    assert "読みました。" not in words, "the conclusion is what counts"
    assert [each.text for each in shown[0].select("ins")] == ["（追加）と住民（追加ここまで）"]
    links = [link["href"] for link in shown[0].select("a")]
    assert links[0] == f"/proposals/{told.proposal.id}"
    assert links[-1] == "/reports/r1/diff?to=2&from=1"
    for link in links:
        assert client.get(str(link)).status_code == 200


def test_all_sentences_stand_in_the_order_of_the_page(told: Told, client: FlaskClient) -> None:
    page = soup(client, "/reports/r1/voices?show=all")
    texts = [each.text for each in page.select(".wording span[id]")]
    assert texts == [
        "始めかた",
        "まず手続きを選びます。",
        "次に、職員と住民が流れを書き出します。",
        "最後に試します。",
        "うまくいったら広げます。",
    ]
    assert [each["id"] for each in page.select(".wording span[id]")] == ["s1", "s2", "s3", "s4", "s5"]
    assert [each.select_one(".origin b").text for each in passages(page)] == [  # type: ignore[union-attr]
        *("第1版", "第2版", "第1版", "第2版")
    ]


def test_the_report_marks_what_voices_changed_and_leads_to_its_card(told: Told, client: FlaskClient) -> None:
    report = soup(client, "/reports/r1").select_one("article.report-text")
    assert report is not None
    seals = report.select("a.seal")
    assert [seal["href"] for seal in seals] == ["/reports/r1/voices#s3", "/reports/r1/voices#s5"]
    assert all(str(seal["aria-label"]).startswith(str(seal["data-label"])) for seal in seals)
    assert "".join(each.text for each in report.select(".voiced")) == (
        "次に、職員と住民が流れを書き出します。うまくいったら広げます。"
    )
    assert "反映" not in report.text, "the mark is no part of the text"
    card = soup(client, "/reports/r1/voices")
    assert all(card.select_one(str(seal["href"]).partition("/voices")[2]) for seal in seals)


def test_a_later_change_keeps_the_voice_and_a_rewrite_loses_it(told: Told, client: FlaskClient) -> None:
    told.save(SECOND.replace("流れを書き出します", "仕事の流れを書き出します"))
    shown = passages(soup(client, "/reports/r1/voices"))
    assert shown[0].select_one(".wording").text.strip() == "次に、職員と住民が仕事の流れを書き出します。"  # type: ignore[union-attr]
    assert "第3版" in shown[0].text and "住民も一緒に" in shown[0].text
    told.save("まったく別の話です。")
    assert "住民の声が反映された文は、まだありません" in soup(client, "/reports/r1/voices").text
    assert not soup(client, "/reports/r1").select("a.seal")
    told.save(SECOND)
    assert len(soup(client, "/reports/r1").select("a.seal")) == 2


def test_a_hidden_voice_is_shown_to_nobody(told: Told, client: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Proposal, told.proposal.id).hidden_at = clock.now()
    page = soup(client, "/reports/r1/voices")
    assert "住民も一緒に" not in page.text and "まだありません" in page.text
    assert not soup(client, "/reports/r1").select("a.seal")


def test_a_page_that_waits_to_be_traced_says_so_and_is_read_without_marks(told: Told, client: FlaskClient) -> None:
    with transaction():
        db.session.execute(delete(Provenance))
    assert "来歴を調べています" in soup(client, "/reports/r1/voices").text
    assert not soup(client, "/reports/r1").select("a.seal")


def test_text_that_looks_like_html_stays_text(app: Flask, client: FlaskClient) -> None:
    told = Told()
    told.save("`<script>alert(1)</script>` &amp; を足しました。" + SECOND, told.proposal)
    for path in ("/reports/r1/voices?show=all", "/reports/r1"):
        page = soup(client, path)
        assert "<script>alert(1)</script>" in page.text
        assert not [tag for tag in page.select("script") if "alert" in tag.text]


@pytest.mark.parametrize("query", ["after=99999999", "after=x", "show=nothing", "after=-1", "show=all&after=2"])
def test_any_question_gets_an_answer(told: Told, client: FlaskClient, query: str) -> None:
    assert client.get(f"/reports/r1/voices?{query}").status_code == 200


def test_no_page_no_provenance(client: FlaskClient) -> None:
    assert client.get("/reports/nowhere/voices").status_code == 404


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(screens, "PASSAGES", 2)
    return


def test_a_long_list_is_turned_page_by_page(told: Told, client: FlaskClient, few_at_once: None) -> None:
    first = soup(client, "/reports/r1/voices?show=all")
    second = soup(client, str(first.select_one("a.next")["href"]))  # type: ignore[index]
    assert [each["id"] for each in second.select(".wording span[id]")] == ["s4", "s5"]
    assert second.select_one("a.previous")["href"] == "/reports/r1/voices?show=all"  # type: ignore[index]
    assert not second.select("a.next")


def test_the_screen_costs_the_same_however_many_revisions_and_voices(
    told: Told, count_queries: Callable[[], Any]
) -> None:
    costs = []
    for number in range(3, 9):
        page: Page = queries.page_or_404("r1")
        more = make_proposal(page, make_person(), f"提案{number}", stage=Stage.ACCEPTED)
        told.save(queries.current_revision(page).body + f"\n\n{number}番目の話を足しました。", more)
        db.session.rollback()
        page = queries.page_or_404("r1")
        current = queries.current_revision(page)
        with count_queries() as counted:
            found = screens.shown(page, current, with_all=True)
            assert [voice.title for each in found.passages for voice in each.voices][-1] == f"提案{number}"
        costs.append(counted.count)
    assert costs[0] == costs[-1] <= 7


def test_only_whoever_wrote_is_named(told: Told, client: FlaskClient) -> None:
    told.staff = make_person("見本D", role="staff")
    told.save(SECOND + "\n\n見本Dが足しました、この文を。")
    shown = passages(soup(client, "/reports/r1/voices?show=all"))
    assert "見本D" in shown[-1].select_one(".origin").text  # type: ignore[union-attr]
    assert isinstance(told.staff, Person)
