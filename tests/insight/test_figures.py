"""The numbers are the same as counting by hand, and none of them gives anybody away."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import as_, make_comment, make_page, make_person, make_proposal, sign_in
from tests.proposals.acts import reflect
from wiki.accounts import service as accounts
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.insight import charts, figures, who
from wiki.insight.models import PersonFacts
from wiki.insight.withholding import SMALLEST, withheld
from wiki.intake.models import AgeBand
from wiki.moderation.models import Reason
from wiki.pages.models import Page
from wiki.proposals import merging
from wiki.proposals import service as proposals
from wiki.proposals.models import Ending, Stage

CENSUS = '種類,名前,人口\n年代,20代,1000\n年代,70代以上,3000\n年代,80代,"1,000"\n地区,北町,2500\n地区,南町,2500\n'


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def staff(page: Page) -> Person:
    return make_person("見本職員", role="staff")


@pytest.fixture
def desk(client: FlaskClient, staff: Person) -> FlaskClient:
    sign_in(client, staff)
    return client


def spoke(page: Page, band: AgeBand | None, count: int, district: str | None = None) -> None:
    for _person in range(count):
        person = make_person()
        make_comment(page, person, "一言です。")
        with transaction():
            who.give(person, band, district, None)


def test_every_voice_is_counted_once_with_what_became_of_it(
    page: Page, staff: Person, travel: Callable[..., None]
) -> None:
    first = make_comment(page, make_person(), "答えがある声")
    make_comment(page, make_person(), "答えがない声")
    make_comment(page, staff, "職員のお知らせ")
    proposal = make_proposal(page, make_person())
    travel(days=3)
    make_comment(page, staff, "お答えします", parent=first)
    travel(days=5)
    with transaction():
        for before, stage in [(Stage.RECEIVED, Stage.CONSIDERING), (Stage.CONSIDERING, Stage.DECLINED)]:
            proposals.decide(staff, proposal, stage, proposals.OfficialText.of("理由です。"), before)
    found = figures.outcome(page)
    assert (found.received, found.answered, found.waiting, found.reflected) == (3, 2, 1, 0)
    assert found.channels == {"web": 3}
    assert found.median_days == pytest.approx(4, abs=0.01)
    assert figures.outcome() == found


def test_what_its_author_took_back_is_no_voice_and_what_was_put_away_still_waits(page: Page) -> None:
    for ending in (Ending.WITHDRAWN, Ending.ARCHIVED):
        make_proposal(page, make_person(), ending=ending)
    found = figures.outcome()
    assert (found.received, found.waiting) == (1, 1)


def test_a_merged_proposal_is_answered_and_taken_up_with_its_heir(
    page: Page, staff: Person, travel: Callable[..., None]
) -> None:
    first, second, third = (make_proposal(page, make_person()) for _ in range(3))
    asked_at = first.created_at
    travel(days=2)
    for source, target in ((first, second), (second, third)):
        with transaction():
            merging.merge(staff, source, target)
    assert figures.outcome().oldest_waiting_at == asked_at
    with transaction():
        proposals.decide(staff, third, Stage.CONSIDERING, proposals.OfficialText.of("考えます。"), Stage.RECEIVED)
    with transaction():
        proposals.decide(staff, third, Stage.ACCEPTED, proposals.OfficialText.of("採ります。"), Stage.CONSIDERING)
    reflect(staff, page, third)
    found = figures.outcome()
    assert (found.received, found.answered, found.reflected) == (3, 3, 3)
    assert found.oldest_waiting_at is None


def test_the_front_page_counts_as_the_figures_do(app: Flask, page: Page, staff: Person) -> None:
    for author in (make_person(), make_person(), staff):
        make_comment(page, author, "一言です。")
    reader = app.test_client()
    home, all_figures = (reader.get(address).text for address in ("/", "/figures"))
    for shown in (home, all_figures):
        assert '<dd class="num"><a href="/figures/voices?">2</a>' in shown
        assert '<a href="/figures/voices?fate=waiting">2</a>' in shown


def test_without_voices_there_are_noughts(page: Page) -> None:
    found = figures.outcome(page)
    assert (found.received, found.waiting, found.median_days) == (0, 0, None)
    assert figures.monthly() == []
    assert figures.concentration() == figures.Concentration(0, None, None)


def test_hidden_voices_and_those_of_pages_that_are_not_public_are_not_counted(
    app: Flask, desk: FlaskClient, page: Page
) -> None:
    hidden = make_comment(page, make_person(), "隠される声")
    desk.post(f"/comments/{hidden.id}/hide", data={"reason": Reason.PERSONAL.value, "note": ""})
    assert figures.outcome().received == 0
    make_comment(page, make_person(), "残る声")
    with transaction():
        from wiki.pages.models import PageState

        db.session.get_one(Page, page.id).state = PageState.WITHDRAWN
    assert figures.outcome().received == 0


def test_months_follow_each_other_by_the_clock_of_japan(page: Page, travel: Callable[..., None]) -> None:
    make_comment(page, make_person(), "今月の声")
    travel(days=70)
    make_comment(page, make_person(), "あとの声")
    months = figures.monthly()
    assert [each.received for each in months] in ([1, 0, 1], [1, 0, 0, 1])
    assert sum(each.received for each in months) == 2


def test_who_speaks_much_is_told_as_a_share(page: Page) -> None:
    loud = make_person()
    for _time in range(21):
        make_comment(page, loud, "もう一度言います。")
    for _person in range(19):
        make_comment(page, make_person(), "一度だけ言います。")
    found = figures.concentration(page)
    assert found == figures.Concentration(20, None, 21 / 40)


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 30), min_size=1))
def test_no_small_number_is_told_or_can_be_worked_out(counts: dict[str, int]) -> None:
    told = withheld(counts)
    gone = [name for name, count in told.items() if count is None]
    assert all(count is None or count == 0 or count >= SMALLEST for count in told.values())
    assert len(gone) != 1 or sum(1 for count in counts.values() if count) == 1
    assert all(told[name] in {None, count} for name, count in counts.items())


def test_too_few_people_are_told_of_in_no_way(app: Flask, desk: FlaskClient, page: Page) -> None:
    spoke(page, AgeBand.TWENTIES, 4)
    for heard in (who.heard(who.AGE), who.heard(who.AGE, page)):
        assert (heard.cells, heard.known) == ([], 0)
    assert "5人以上が答えてから" in app.test_client().get("/figures/who").text


def test_who_is_heard_little_is_said_in_plain_words(app: Flask, desk: FlaskClient, page: Page) -> None:
    upload(desk, CENSUS.encode())
    spoke(page, AgeBand.TWENTIES, 18, "北町")
    spoke(page, AgeBand.OVER_70, 3, "南町")
    shown = app.test_client().get("/figures/who?page=basu").text
    assert "70代以上の声が、人口に比べて少ないです。" in shown
    assert "少数" in shown
    assert ">3<" not in shown
    cells = {cell.name: cell for cell in who.heard(who.AGE, page).cells}
    assert cells["70plus"].people is None
    assert cells["70plus"].lives == pytest.approx(0.8)
    assert cells["20s"].people is None  # 18 of 21 would give the 3 away


def test_with_enough_people_the_shares_are_told(app: Flask, desk: FlaskClient, page: Page) -> None:
    upload(desk, CENSUS.encode("cp932"))
    spoke(page, AgeBand.TWENTIES, 20)
    spoke(page, AgeBand.OVER_70, 5)
    cells = {cell.name: cell for cell in who.heard(who.AGE).cells}
    assert (cells["20s"].people, cells["20s"].share, cells["20s"].is_much) == (20, 0.8, True)
    assert (cells["70plus"].people, cells["70plus"].is_little) == (5, True)
    shown = app.test_client().get("/figures/who").text
    assert "20代の声が、人口に比べて多いです。" in shown


def test_paper_counts_as_a_person(app: Flask, desk: FlaskClient, page: Page) -> None:
    for number in range(6):
        sent = {
            "number": "",
            "page_id": str(page.id),
            "channel": "paper",
            "body": f"紙の声、その{number}。",
            "age_band": "70plus",
            "district": "北町",
            "received_on": "2026-11-05",
        }
        assert desk.post("/desk/intake", data=sent).status_code == 303
    cells = {cell.name: cell.people for cell in who.heard(who.AGE).cells}
    assert cells["70plus"] == 6
    assert figures.outcome().beside_web == 6
    assert figures.concentration().people == 0


def test_facts_are_optional_and_can_be_taken_back(app: Flask, page: Page) -> None:
    person = make_person()
    client = as_(app, person)
    assert client.get("/accounts/facts").status_code == 200
    client.post("/accounts/facts", data={"age_band": "30s", "district": "", "is_first_time": "yes"})
    facts = who.facts_of(person)
    assert facts is not None
    assert (facts.age_band, facts.district, facts.is_first_time) == (AgeBand.THIRTIES, None, True)
    client.post("/accounts/facts", data={"age_band": "", "district": "", "is_first_time": ""})
    db.session.rollback()
    assert who.facts_of(person) is None
    for wrong in ({"age_band": "31"}, {"district": "どこか"}, {"is_first_time": "maybe"}):
        assert client.post("/accounts/facts", data=wrong).status_code == 422
    assert app.test_client().get("/accounts/facts").status_code in {302, 303, 403}
    assert db.session.query(PersonFacts).count() == 0


def upload(desk: FlaskClient, data: bytes) -> Any:
    return desk.post("/desk/census", data={"file": (io.BytesIO(data), "census.csv")})


def test_the_census_is_read_added_up_and_replaced(desk: FlaskClient) -> None:
    assert upload(desk, CENSUS.encode("utf-8-sig")).status_code == 303
    cells = {(cell.kind, cell.name): cell.people for cell in who.census()}
    assert cells == {
        ("age", "20s"): 1000,
        ("age", "70plus"): 4000,
        ("district", "北町"): 2500,
        ("district", "南町"): 2500,
    }
    upload(desk, "地区,西町,10\n".encode())
    assert [cell.name for cell in who.census()] == ["西町"]
    assert "西町" in desk.get("/desk/census").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "人口の行がありません"),
        ("年代,20代", "1行目：種類、名前、人口"),
        ("年代,二十代,5", "1行目：年代は"),
        ("種類,名前,人口\n性別,女,5", "2行目：種類は"),
        ("地区,北町,-5", "人口は、0以上"),
        ("地区,北町,5.5", "人口は、0以上"),
        ("地区,,5", "名前が空"),
        ("\n".join(f"地区,町{number},5" for number in range(501)), "500行まで"),
        ("地区,北町,５", "人口は、0以上"),
    ],
)
def test_what_is_wrong_with_a_census_is_said_by_line_and_the_old_one_stays(
    desk: FlaskClient, data: str, said: str
) -> None:
    upload(desk, CENSUS.encode())
    answer = upload(desk, data.encode())
    assert answer.status_code == 422
    assert said in answer.text
    assert len(who.census()) == 4


@pytest.mark.parametrize("data", [b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n\x00\x00", b"a\x00b,c,d"])
def test_a_file_that_is_no_text_is_refused(desk: FlaskClient, data: bytes) -> None:
    assert upload(desk, data).status_code == 422


def test_only_staff_see_the_desks_figures(app: Flask, desk: FlaskClient, page: Page) -> None:
    make_comment(page, make_person(), "待っている声")
    shown = desk.get("/desk/figures").text
    assert "バスのこれから" in shown
    resident = as_(app, make_person())
    for place in ("/desk/figures", "/desk/census"):
        assert resident.get(place).status_code == 403
    assert resident.post("/desk/census").status_code == 403


def test_the_outcome_of_a_page_tells_heard_considered_changed(app: Flask, desk: FlaskClient, page: Page) -> None:
    proposal = make_proposal(page, make_person(), title="夜のバス")
    actor = make_person("見本部長", role="staff")
    with transaction():
        for before, stage in [(Stage.RECEIVED, Stage.CONSIDERING), (Stage.CONSIDERING, Stage.DECLINED)]:
            proposals.decide(actor, proposal, stage, proposals.OfficialText.of("費用の見通しが立ちません。"), before)
    shown = app.test_client().get("/reports/basu/outcome").text
    for words in ("聞きました", "考えました", "変えました", "変えなかったもの", "夜のバス"):
        assert words in shown
    assert app.test_client().get("/reports/none/outcome").status_code == 404


def test_the_figures_cost_a_fixed_number_of_queries(app: Flask, page: Page, count_queries: Callable[..., Any]) -> None:
    counts = []
    for _round in range(2):
        for _voice in range(6):
            make_comment(page, make_person(), "一言です。")
        for address in ("/figures", "/figures/who", "/reports/basu/outcome"):
            with count_queries() as queries:
                assert app.test_client().get(address).status_code == 200
            counts.append(queries.count)
    assert counts[:3] == counts[3:]


def test_a_chart_ends_at_a_round_number_and_adds_up() -> None:
    chart = charts.stacked(["2026-10", "2026-11"], [[3, 5], [1, 2]])
    assert [number for _y, number in chart.scale] == [0, 5, 10]
    for column in chart.columns:
        assert len(column.parts) == 2
    assert chart.columns[1].parts[0].height == pytest.approx(90)
    assert charts.stacked([], [[], []]).columns == []


def test_whoever_leaves_takes_their_facts_along(app: Flask, page: Page) -> None:
    person = make_person()
    with transaction():
        who.give(person, AgeBand.TWENTIES, "北町", True)
    with transaction():
        accounts.leave(db.session.get_one(Person, person.id))
    assert db.session.query(PersonFacts).count() == 0
