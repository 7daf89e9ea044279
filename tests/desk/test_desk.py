"""The staff's desk: the queue, one key a decision, the next case, several at once, and back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.desk.conftest import MakeCase
from tests.factories import make_comment, make_person, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.core.jobs import MOST_TRIES, Job
from wiki.desk import queries
from wiki.ledger import Event, Kind
from wiki.moderation import queries as moderation
from wiki.moderation import service
from wiki.moderation.models import Decision, Reason, Verdict
from wiki.pages.models import Page

STAFF_URLS = [
    ("get", "/desk/"),
    ("get", "/desk/?kind=proposals"),
    ("get", "/desk/?kind=failed"),
    ("get", "/desk/posts"),
    ("post", "/desk/cases/1/decide"),
    ("post", "/desk/cases/1/undo"),
    ("post", "/desk/cases/bulk"),
]


def soup(client: FlaskClient, path: str) -> BeautifulSoup:
    shown = client.get(path)
    assert shown.status_code == 200
    return BeautifulSoup(shown.text, "html.parser")


@pytest.mark.parametrize(("method", "path"), STAFF_URLS)
def test_the_desk_is_for_staff_only(
    client: FlaskClient, make_case: MakeCase, resident: Person, staff: Person, method: str, path: str
) -> None:
    make_case()
    data = {"verdict": "hide", "reason": "spam", "case": "1", "decision": "1"}
    visitor = getattr(client, method)(path, data=data)
    assert visitor.status_code == (303 if method == "get" else 403)
    sign_in(client, resident)
    assert getattr(client, method)(path, data=data).status_code == 403
    assert db.session.scalar(select(func.count(Decision.id))) == 0
    sign_in(client, staff)
    assert getattr(client, method)(path, data=data).status_code in {200, 303, 409}


def test_suspended_staff_are_kept_out(client: FlaskClient, staff: Person) -> None:
    with transaction():
        staff.suspended_at = clock.now()
    sign_in(client, staff)
    assert client.get("/desk/").status_code == 403


def test_every_address_of_the_room_is_tried_above(client: FlaskClient) -> None:
    rules = {rule.rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/desk/")}
    mine = {rule for rule in rules if "cases" in rule or rule in {"/desk/", "/desk/posts"}}
    tried = {path.partition("?")[0].replace("/1/", "/<int:case_id>/") for _, path in STAFF_URLS}
    assert mine == tried


def test_most_flags_come_first_then_the_oldest(client: FlaskClient, make_case: MakeCase, staff: Person) -> None:
    old, new = make_case("先の文"), make_case("後の文")
    worst = make_case("三人が知らせた文", (Reason.INSULT, Reason.PERSONAL, Reason.INSULT))
    assert [case.id for case in moderation.open_cases()] == [worst.id, old.id, new.id]
    sign_in(client, staff)
    page = soup(client, "/desk/")
    assert [box["value"] for box in page.select(".queue input[name=case]")] == [
        str(case.id) for case in (worst, old, new)
    ]
    assert "三人が知らせた文" in page.select_one("article.case").text
    chosen = page.select_one("#decide select[name=reason] option[selected]")
    assert chosen["value"] == "insult", "the reason given most often is there already"


def test_each_decision_has_a_key_of_its_own(client: FlaskClient, make_case: MakeCase, staff: Person) -> None:
    make_case(), make_case()
    sign_in(client, staff)
    keys = [tag["data-key"] for tag in soup(client, "/desk/").select("#decide [data-key]")]
    assert keys == ["H", "K", "J"]
    client.post("/desk/cases/1/decide", data={"verdict": "keep", "reason": ""})
    keys = [tag["data-key"] for tag in soup(client, "/desk/").select("#decide [data-key]")]
    assert keys == ["H", "K", "Z"]


def test_hiding_opens_the_next_case(client: FlaskClient, make_case: MakeCase, staff: Person) -> None:
    first, second = make_case("一つめ"), make_case("二つめ")
    sign_in(client, staff)
    form = soup(client, f"/desk/?case={first.id}").select_one("#decide")
    following = form.select_one("input[name=next_case]")["value"]
    assert following == str(second.id)
    sent = client.post(
        form["action"],
        data={"verdict": "hide", "reason": "spam", "next_case": following, "note": "宣伝でした"},
    )
    assert (sent.status_code, sent.location) == (303, f"/desk/?kind=flags&case={second.id}#case")
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.verdict, decision.reason, decision.note) == (Verdict.HIDE, Reason.SPAM, "宣伝でした")
    assert moderation.subject_of(first).hidden_at is not None
    sent = client.post(f"/desk/cases/{second.id}/decide", data={"verdict": "keep", "next_case": str(first.id)})
    assert sent.location == "/desk/?kind=flags#case", "a case that is done is not opened as the next"


def test_an_empty_queue_says_so_and_still_takes_back(client: FlaskClient, make_case: MakeCase, staff: Person) -> None:
    case = make_case()
    sign_in(client, staff)
    client.post(f"/desk/cases/{case.id}/decide", data={"verdict": "hide", "reason": "spam"})
    page = soup(client, "/desk/")
    assert "待っている通報はありません" in page.text
    button = page.select_one("[data-key=Z]")
    form = button.find_parent("form")
    sent = client.post(form["action"], data={"decision": button["value"]})
    assert (sent.status_code, sent.location) == (303, f"/desk/?kind=flags&case={case.id}#case")
    db.session.rollback()
    assert moderation.subject_of(case).hidden_at is None
    assert moderation.counts() == moderation.Counts(cases=1, flags=1)
    again = client.post(form["action"], data={"decision": button["value"]})
    assert again.status_code == 409


def test_a_decision_can_be_taken_back_for_an_hour(
    client: FlaskClient, make_case: MakeCase, staff: Person, travel: Callable[..., None]
) -> None:
    make_case(), make_case()
    sign_in(client, staff)
    client.post("/desk/cases/1/decide", data={"verdict": "keep"})
    assert soup(client, "/desk/").select("[data-key=Z]")
    travel(hours=2)
    assert not soup(client, "/desk/").select("[data-key=Z]")


def test_a_case_that_somebody_else_decided_is_not_decided_again(
    client: FlaskClient, make_case: MakeCase, staff: Person
) -> None:
    case, colleague = make_case(), make_person(role="staff")
    with transaction():
        service.keep(colleague, case)
    sign_in(client, staff)
    sent = client.post(f"/desk/cases/{case.id}/decide", data={"verdict": "keep"})
    assert sent.status_code == 409
    assert "すでに片づいています" in sent.text
    assert client.get(f"/desk/?case={case.id}").status_code == 200
    assert client.post("/desk/cases/99/decide", data={"verdict": "keep"}).status_code == 404


def test_several_cases_are_decided_alike_in_one_go(
    client: FlaskClient, make_case: MakeCase, staff: Person, outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    cases = [make_case(f"宣伝{number}") for number in range(4)]
    colleague = make_person(role="staff")
    with transaction():
        service.keep(colleague, cases[3])
    sign_in(client, staff)
    data = {"verdict": "keep", "reason": "spam", "case": [str(case.id) for case in cases[1:]]}
    sent = client.post("/desk/cases/bulk", data=data, follow_redirects=True)
    assert "「そのまま残す」と決めました：2件" in sent.text
    assert "1件は、ほかの職員が先に決めていました" in sent.text
    sent = client.post("/desk/cases/bulk", data={"verdict": "hide", "reason": "spam", "case": str(cases[0].id)})
    assert sent.status_code == 303
    verdicts = list(db.session.scalars(select(Decision.verdict).where(Decision.actor_id == staff.id)))
    assert verdicts == [Verdict.KEEP, Verdict.KEEP, Verdict.HIDE]
    assert db.session.scalar(select(func.count(Event.id)).where(Event.kind == Kind.COMMENT_HIDDEN)) == 1
    assert len(outbox()) == 1
    assert moderation.counts().cases == 0


def test_what_is_wrong_with_a_form_is_said_and_its_text_kept(
    client: FlaskClient, make_case: MakeCase, staff: Person
) -> None:
    case = make_case()
    sign_in(client, staff)
    sent = client.post("/desk/cases/bulk", data={"verdict": "hide", "reason": "spam"})
    assert sent.status_code == 422
    assert "一覧で選んでください" in sent.text
    sent = client.post("/desk/cases/bulk", data={"verdict": "keep", "case": "x"})
    assert sent.status_code == 422
    path = f"/desk/cases/{case.id}/decide"
    sent = client.post(path, data={"verdict": "hide", "note": "ひとこと"})
    assert sent.status_code == 422
    assert "理由を一つ選んでください" in sent.text
    assert "ひとこと" in sent.text
    assert client.post(path, data={"verdict": "burn", "reason": "spam"}).status_code == 422
    too_long = client.post(path, data={"verdict": "hide", "reason": "spam", "note": "長" * 1001})
    assert too_long.status_code == 422
    assert "長すぎます" in too_long.text


def test_a_case_shows_what_stands_around_it(
    client: FlaskClient, make_case: MakeCase, page: Page, author: Person, resident: Person, staff: Person
) -> None:
    parent = make_comment(page, resident, "どの手続きですか。")
    before = make_comment(page, author, "前の文")
    with transaction():
        service.hide(staff, before, Reason.INSULT)
    case = make_case("返事の**文**", parent=parent)
    sign_in(client, staff)
    text = soup(client, f"/desk/?case={case.id}").select_one("article.case").get_text(" ", strip=True)
    for words in ("どの手続きですか。", "見本A", "第一歩とは", "コメント2件、ほかに隠された投稿1件"):
        assert words in text
    assert resident.name in text, "whom it answers"
    shown = client.get(f"/desk/?case={case.id}").text
    assert "<strong>文</strong>" in shown


def test_a_flagged_proposal_stands_in_the_same_queue(
    client: FlaskClient, page: Page, author: Person, resident: Person, staff: Person
) -> None:
    proposal = make_proposal(page, author, title="夜の窓口を開く")
    with transaction():
        service.flag(resident, proposal, Reason.OFF_TOPIC)
    sign_in(client, staff)
    shown = soup(client, "/desk/")
    assert "夜の窓口を開く" in shown.select_one(".queue").text
    sent = client.post("/desk/cases/1/decide", data={"verdict": "hide", "reason": "off_topic"})
    assert sent.status_code == 303
    db.session.rollback()
    assert proposal.is_hidden
    assert client.post("/desk/cases/1/decide", data={"verdict": "restore"}).status_code == 303
    db.session.rollback()
    assert not proposal.is_hidden


@pytest.mark.parametrize("path", ["/desk/", "/desk/?kind=proposals", "/desk/posts"])
def test_a_screen_costs_the_same_for_three_cases_as_for_sixty(
    client: FlaskClient,
    make_case: MakeCase,
    page: Page,
    author: Person,
    staff: Person,
    count_queries: Callable[[], AbstractContextManager[Any]],
    path: str,
) -> None:
    sign_in(client, staff)

    def cost() -> int:
        db.session.rollback()
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        return int(queries.count)

    for number in range(3):
        make_case(f"文{number}")
        make_proposal(page, author)
    cost()  # who asks is read once, then remembered
    few = cost()
    for number in range(57):
        make_case(f"文{number}", (Reason.SPAM, Reason.INSULT) if number % 20 == 0 else (Reason.SPAM,))
        make_proposal(page, author)
    assert cost() == few


def test_the_queue_goes_on_by_cursor(make_case: MakeCase) -> None:
    made = [make_case(f"文{number}").id for number in range(5)]
    first = queries.queue(limit=3)
    rest = queries.queue(first.next_cursor, limit=3)
    assert [row.case.id for row in (*first.rows, *rest.rows)] == made
    assert rest.next_cursor == ""
    assert len(queries.queue("nonsense", limit=3).rows) == 3


def test_waiting_proposals_come_oldest_first_with_their_days(
    client: FlaskClient, page: Page, author: Person, staff: Person
) -> None:
    make_proposal(page, author, title="新しい提案")
    make_proposal(page, author, title="古い提案", created_at=clock.now() - timedelta(days=12, hours=1))
    sign_in(client, staff)
    shown = soup(client, "/desk/?kind=proposals")
    titles = [tag.text for tag in shown.select(".queue .cut")]
    assert titles == ["古い提案", "新しい提案"]
    assert "12日" in shown.select_one(".queue").text
    assert shown.select_one(".queue a")["href"] == "/proposals/2"


def test_failed_work_is_shown_without_what_it_carried(client: FlaskClient, staff: Person) -> None:
    sign_in(client, staff)
    assert "メール・仕事の不調" not in client.get("/desk/").text
    with transaction():
        payload = {"to": "secret@example.jp"}
        error = "SMTPRecipientsRefused({'secret@example.jp': 550})"
        db.session.add(Job(kind="mail.send", payload=payload, run_at=clock.now(), tries=MOST_TRIES, error=error))
    assert "メール・仕事の不調" in client.get("/desk/").text
    shown = client.get("/desk/?kind=failed").text
    assert "SMTPRecipientsRefused" in shown
    assert "secret" not in shown


def test_new_posts_of_the_whole_site_are_hidden_in_place(
    client: FlaskClient, page: Page, author: Person, resident: Person, staff: Person
) -> None:
    for number in range(51):
        make_comment(page, author, f"番号{number}です。")
    make_comment(page, resident, "別の人の文です。")
    sign_in(client, staff)
    shown = soup(client, "/desk/posts")
    said = [tag.text.strip() for tag in shown.select(".voice .said")]
    assert len(said) == 50
    assert said[:2] == ["別の人の文です。", "番号50です。"]
    older = soup(client, shown.select_one("a[rel=next]")["href"])
    assert [tag.text.strip() for tag in older.select(".voice .said")] == ["番号1です。", "番号0です。"]
    one = soup(client, f"/desk/posts?person={resident.id}")
    assert [tag.text.strip() for tag in one.select(".voice .said")] == ["別の人の文です。"]
    form = one.select_one("form[action$='/hide']")
    data = {tag["name"]: tag["value"] for tag in form.select("input")} | {"reason": "spam"}
    sent = client.post(form["action"], data=data)
    assert sent.location == f"/desk/posts?person={resident.id}#c52"
    assert client.get("/desk/posts?person=999").status_code == 404
