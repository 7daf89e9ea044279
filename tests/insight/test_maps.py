"""声の地図 as people use it: one statement at a time, statements of one's own, results that give nobody away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from tests.factories import as_, make_page, make_person
from tests.insight.conversations import conversation
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.core.jobs import Job, run_due
from wiki.insight import cli, jobs, queries, service
from wiki.insight.models import OpinionMap, Statement, StatementState, StatementVote
from wiki.pages.models import Page

TEXTS = [f"意見その{number}です。" for number in range(8)]


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def staff(page: Page) -> Person:
    return make_person("見本職員", role="staff")


@pytest.fixture
def opinion_map(page: Page, staff: Person) -> OpinionMap:
    with transaction():
        return service.begin(staff, page, "バスはどうあるとよいですか", "来年の見直しのために聞きます。", TEXTS)


def voted(opinion_map: OpinionMap, sizes: list[int]) -> None:
    """People of groups of these sizes vote on every statement; the map is computed."""
    statements = queries.shown(opinion_map)
    votes = conversation(sizes, len(statements), seen=1, noise=0.05)
    with transaction():
        for row in votes:
            person = Person(
                name=f"人{id(row)}-{row.tobytes().hex()[:6]}",
                name_key=f"k{db.session.scalar(select(func.count(Person.id)))}",
                email=f"v{db.session.scalar(select(func.count(Person.id)))}@example.jp",
                password_hash=None,
            )
            db.session.add(person)
            db.session.flush()
            for statement, value in zip(statements, row, strict=True):
                if value == value:
                    db.session.add(StatementVote(statement_id=statement.id, person_id=person.id, value=int(value)))
    jobs.compute(opinion_map.id)


def test_staff_open_a_map_and_the_report_names_it(app: Flask, page: Page, staff: Person) -> None:
    desk = as_(app, staff)
    sent = {"question": "バスはどうあるとよいですか", "lead": "", "statements": "\n".join(TEXTS)}
    answer = desk.post("/reports/basu/maps/new", data=sent)
    assert answer.status_code == 303
    visitor = app.test_client()
    assert "バスはどうあるとよいですか" in visitor.get("/reports/basu").text
    assert "バスはどうあるとよいですか" in visitor.get("/maps/").text
    shown = visitor.get(answer.location).text
    assert "ログインして答える" in shown
    assert sum(text in shown for text in TEXTS) == 1
    assert "声の地図を開きました。" in visitor.get("/ledger/").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"question": ""}, "まだ何も書かれていません"),
        ({"statements": "一つだけ"}, "5から50"),
        ({"statements": "\n".join(["あ" * 141, *TEXTS])}, "140字まで"),
        ({"statements": "\n".join(["同じ意見"] * 9)}, "5から50"),
    ],
)
def test_what_is_wrong_with_a_new_map_is_said(
    app: Flask, page: Page, staff: Person, fields: dict[str, str], said: str
) -> None:
    sent = {"question": "問い", "lead": "説明の文", "statements": "\n".join(TEXTS), **fields}
    answer = as_(app, staff).post("/reports/basu/maps/new", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "説明の文" in answer.text
    assert db.session.scalar(select(func.count(OpinionMap.id))) == 0


def test_one_statement_comes_after_the_other_until_all_are_answered(app: Flask, opinion_map: OpinionMap) -> None:
    client, address = as_(app, make_person()), f"/maps/{opinion_map.id}"
    seen = []
    for _time in TEXTS:
        shown = client.get(address).text
        assert client.get(address).text.count('name="statement"') == shown.count('name="statement"')
        number = int(shown.split('name="statement" value="')[1].split('"')[0])
        seen.append(number)
        assert client.post(f"{address}/vote", data={"statement": number, "value": "1"}).status_code == 303
    assert sorted(seen) == [statement.id for statement in queries.shown(opinion_map)]
    assert "すべての意見に答えました" in client.get(address).text


def test_a_vote_can_be_changed_and_counts_once(app: Flask, opinion_map: OpinionMap) -> None:
    person = make_person()
    client, statement = as_(app, person), queries.shown(opinion_map)[0]
    for value in ("1", "-1", "0"):
        client.post(f"/maps/{opinion_map.id}/vote", data={"statement": statement.id, "value": value})
    assert queries.votes_of(person, opinion_map) == {statement.id: 0}
    assert queries.standings(opinion_map)[statement.id].seen == 1


@pytest.mark.parametrize("value", ["", "2", "x", "1.0", "１"])
def test_a_vote_is_one_of_three(app: Flask, opinion_map: OpinionMap, value: str) -> None:
    client, statement = as_(app, make_person()), queries.shown(opinion_map)[0]
    answer = client.post(f"/maps/{opinion_map.id}/vote", data={"statement": statement.id, "value": value})
    assert answer.status_code == 422


def test_a_statement_of_another_map_is_not_there(
    app: Flask, page: Page, staff: Person, opinion_map: OpinionMap
) -> None:
    with transaction():
        other = service.begin(staff, page, "別の問い", "", TEXTS)
    statement = queries.shown(other)[0]
    client = as_(app, make_person())
    data = {"statement": statement.id, "value": "1"}
    assert client.post(f"/maps/{opinion_map.id}/vote", data=data).status_code == 404


def test_who_may_not_vote_is_told_why(app: Flask, opinion_map: OpinionMap, staff: Person) -> None:
    data = {"statement": queries.shown(opinion_map)[0].id, "value": "1"}
    address = f"/maps/{opinion_map.id}/vote"
    assert app.test_client().post(address, data=data).status_code in {303, 403}
    assert as_(app, make_person(confirmed=False)).post(address, data=data).status_code == 403
    as_(app, staff).post(f"/maps/{opinion_map.id}/close")
    answer = as_(app, make_person()).post(address, data=data)
    assert answer.status_code == 409
    assert "締め切りました" in answer.text
    assert db.session.scalar(select(func.count()).select_from(StatementVote)) == 0


def test_a_residents_statement_waits_for_staff(app: Flask, opinion_map: OpinionMap, staff: Person) -> None:
    author = make_person()
    client, address, mine = as_(app, author), f"/maps/{opinion_map.id}", "夜のバスを走らせてほしい"
    assert client.post(f"{address}/statements", data={"text": mine}).status_code == 303
    assert "職員が確かめています" in client.get(address).text
    assert mine not in [statement.text for statement in queries.shown(opinion_map)]
    desk = as_(app, staff)
    number = db.session.scalars(select(Statement.id).where(Statement.text == mine)).one()
    assert desk.post(f"{address}/statements/{number}", data={"verdict": "decline"}).status_code == 422
    declined = {"verdict": "decline", "reason": "同じ意見がすでにあります"}
    assert desk.post(f"{address}/statements/{number}", data=declined).status_code == 303
    assert "同じ意見がすでにあります" in client.get(address).text
    assert desk.post(f"{address}/statements/{number}", data={"verdict": "show"}).status_code == 303
    assert mine in [statement.text for statement in queries.shown(opinion_map)]
    assert client.get(f"{address}/statements").status_code == 403
    assert client.post(f"{address}/statements/{number}", data={"verdict": "show"}).status_code == 403


def test_no_more_than_five_statements_a_day(app: Flask, opinion_map: OpinionMap, travel: Callable[..., None]) -> None:
    author = make_person()
    client, address = as_(app, author), f"/maps/{opinion_map.id}/statements"
    answers = [client.post(address, data={"text": f"意見の{number}番"}).status_code for number in range(6)]
    assert answers == [303] * 5 + [429]
    travel(hours=25)
    assert client.post(address, data={"text": "次の日の意見"}).status_code == 303


@pytest.mark.parametrize("text", ["", "あ" * 141, "  \n"])
def test_a_statement_that_is_none_comes_back(app: Flask, opinion_map: OpinionMap, text: str) -> None:
    client = as_(app, make_person())
    assert client.post(f"/maps/{opinion_map.id}/statements", data={"text": text}).status_code == 422


def test_the_map_tells_groups_in_picture_words_and_table(app: Flask, opinion_map: OpinionMap) -> None:
    voted(opinion_map, [14, 12])
    shown = app.test_client().get(f"/maps/{opinion_map.id}").text
    assert "26人の答えから、考えの近い 2つのまとまりが見えました。" in shown
    assert shown.count('class="dot ') == 26
    assert "まとまりAは14人。" in shown
    assert "まとまりBは12人。" in shown
    assert "まとまりで考えが分かれた意見" in shown
    assert "すべての意見と票数を表で見る" in shown
    rows = list(csv.reader(io.StringIO(app.test_client().get(f"/maps/{opinion_map.id}.csv").text.lstrip("\ufeff"))))
    assert len(rows) == 1 + len(TEXTS)
    standings = queries.standings(opinion_map)
    for row in rows[1:]:
        stands = standings[int(row[0])]
        counts = [stands.agrees, stands.passes, stands.disagrees]
        assert all(
            cell == "" or (cell == str(count) and count >= 5) for cell, count in zip(row[2:], counts, strict=True)
        )
        assert row[2:].count("") != 1
    assert any(row[2:].count("") < 3 for row in rows[1:])


@pytest.mark.parametrize("sizes", [[6], [9], [11], [12, 11]])
def test_no_count_of_a_statement_gives_few_people_away(app: Flask, opinion_map: OpinionMap, sizes: list[int]) -> None:
    voted(opinion_map, sizes)
    for number, told in queries.told(queries.standings(opinion_map)).items():
        cells = [told.agrees, told.passes, told.disagrees]
        assert all(cell is None or cell >= 5 for cell in cells)
        assert cells.count(None) != 1
        assert queries.standings(opinion_map)[number].seen >= 10
    assert bool(queries.told(queries.standings(opinion_map))) == (sum(sizes) >= 10)
    chart = queries.map_or_404(opinion_map.id).chart or {}
    shares = [share for name in ("unites", "refused", "divides") for each in chart[name] for share in each["agree"]]
    assert all(0.1 <= share <= 0.9 for share in shares)


def test_the_same_statement_sent_twice_is_one(app: Flask, opinion_map: OpinionMap) -> None:
    client = as_(app, make_person())
    for _time in range(2):
        assert client.post(f"/maps/{opinion_map.id}/statements", data={"text": "夜のバス"}).status_code == 303
    assert db.session.scalar(select(func.count()).where(Statement.text == "夜のバス")) == 1


def test_few_people_are_not_told_of(app: Flask, opinion_map: OpinionMap) -> None:
    voted(opinion_map, [4])
    shown = app.test_client().get(f"/maps/{opinion_map.id}").text
    assert "10人以上が答えてから" in shown
    assert 'class="dot ' not in shown
    assert "すべての意見と票数" not in shown
    rows = list(csv.reader(io.StringIO(app.test_client().get(f"/maps/{opinion_map.id}.csv").text)))
    assert all(row[2:] == ["", "", ""] for row in rows[1:])


def test_one_sees_oneself_on_the_map(app: Flask, opinion_map: OpinionMap) -> None:
    voted(opinion_map, [14, 12])
    client = as_(app, make_person())
    assert 'class="here"' not in client.get(f"/maps/{opinion_map.id}").text
    number = queries.shown(opinion_map)[0].id
    client.post(f"/maps/{opinion_map.id}/vote", data={"statement": number, "value": "1"})
    assert 'class="here"' in client.get(f"/maps/{opinion_map.id}").text


def test_votes_have_the_map_computed_once_for_all(
    app: Flask, opinion_map: OpinionMap, travel: Callable[..., None]
) -> None:
    statements = queries.shown(opinion_map)
    for _person in range(3):
        client = as_(app, make_person())
        for statement in statements[:2]:
            client.post(f"/maps/{opinion_map.id}/vote", data={"statement": statement.id, "value": "1"})
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(Job.kind == service.COMPUTE)) == 1
    travel(minutes=1)
    run_due()
    db.session.rollback()
    chart = queries.map_or_404(opinion_map.id).chart
    assert chart is not None
    assert (chart["people"], chart["votes"]) == (3, 6)
    assert not queries.map_or_404(opinion_map.id).is_due


def test_a_statement_taken_back_leaves_the_map(app: Flask, opinion_map: OpinionMap, staff: Person) -> None:
    voted(opinion_map, [14, 12])
    statement = queries.shown(opinion_map)[0]
    with transaction():
        service.decide(staff, db.session.get_one(Statement, statement.id), StatementState.DECLINED, "人を責めています")
    assert statement.text not in app.test_client().get(f"/maps/{opinion_map.id}").text
    jobs.compute(opinion_map.id)
    assert statement.id not in (queries.map_or_404(opinion_map.id).chart or {})["statements"]


def test_the_map_of_a_page_that_is_not_public_is_not_there(app: Flask, page: Page, opinion_map: OpinionMap) -> None:
    with transaction():
        from wiki.pages.models import PageState

        db.session.get_one(Page, page.id).state = PageState.DRAFT
    visitor = app.test_client()
    assert visitor.get(f"/maps/{opinion_map.id}").status_code == 404
    assert visitor.get(f"/maps/{opinion_map.id}.csv").status_code == 404
    assert "バスはどうあると" not in visitor.get("/maps/").text


def test_the_screen_costs_the_same_however_many_voted(
    app: Flask, opinion_map: OpinionMap, count_queries: Callable[..., Any]
) -> None:
    client, address = as_(app, make_person()), f"/maps/{opinion_map.id}"
    voted(opinion_map, [6, 6])
    client.get("/maps/")
    with count_queries() as few:
        client.get(address)
    voted(opinion_map, [20, 20])
    with count_queries() as many:
        client.get(address)
    assert many.count == few.count


def test_the_command_groups_an_export_and_compares(tmp_path: Path) -> None:
    votes = conversation([20, 15], 10, seen=1, noise=0)
    file = tmp_path / "votes.csv"
    with file.open("w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["participant", "group-id", *range(10)])
        for at, row in enumerate(votes):
            table.writerow([at, int(at >= 20), *("" if value != value else int(value) for value in row)])
    told = CliRunner().invoke(cli.insight, ["groups", str(file), "--people"]).output
    assert "35 people, 10 statements" in told
    assert "adjusted Rand index to group-id: 1.000 (35 people)" in told


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "participant,group-id\n1,0\n", "participant,0\n1,x\n", "participant,0,1\n1\n"]
)
def test_a_file_that_is_no_export_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "votes.csv"
    file.write_text(text)
    done = CliRunner().invoke(cli.insight, ["groups", str(file)])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert len(done.output.splitlines()) == 1
