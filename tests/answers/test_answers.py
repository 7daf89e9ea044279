"""One answer to many voices: gathered, written, approved by another, published at each voice, each author told once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import as_, make_comment, make_page, make_person, make_proposal, sign_in
from tests.proposals.acts import lead_to
from wiki.accounts.models import Person
from wiki.answers import alike, jobs, queries, service
from wiki.answers.models import Answer, AnsweredVoice, Category, State
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.moderation.models import Reason
from wiki.pages.models import Page
from wiki.proposals.models import Proposal, Stage, Step

BUS = "バスを一日三本から五本に増やしてほしいです。病院へ通うのに困っています。"
MORE_BUS = "病院へ通う人のために、バスをもう少し増やしてほしいです。"
PARK = "公園のトイレをきれいにしてください。"
THOUGHT = "来年四月から一日四本にします。運転手が足りないので、五本にはまだできません。"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def writer(page: Page) -> Person:
    return make_person("見本書記", role="staff")


@pytest.fixture
def chief(page: Page) -> Person:
    return make_person("見本課長", role="staff")


@pytest.fixture
def voices(page: Page, writer: Person, chief: Person) -> list[Comment]:
    one, other = make_person("見本一郎"), make_person("見本花子")
    return [make_comment(page, one, BUS), make_comment(page, other, MORE_BUS), make_comment(page, one, PARK)]


@pytest.fixture
def desk(client: FlaskClient, writer: Person) -> FlaskClient:
    sign_in(client, writer)
    return client


def gathered(desk: FlaskClient, *keys: str, summary: str = "バスを増やしてほしい") -> str:
    sent = {"voice": list(keys), "summary": summary}
    answer = desk.post("/desk/answers/gather?page=basu", data=sent)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def written(desk: FlaskClient, address: str, **fields: Any) -> int:
    form = desk.get(address).text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', form)
    assert seen is not None
    sent = {"summary": "バスを増やしてほしい", "text": THOUGHT, "category": "partly", "needed": "1", "department": "0"}
    return desk.post(address, data={**sent, "seen": seen[1], **fields}).status_code


def published(app: Flask, desk: FlaskClient, chief: Person, *keys: str) -> str:
    address = gathered(desk, *keys)
    assert written(desk, address) == 303
    assert desk.post(f"{address}/hand-in").status_code == 303
    assert as_(app, chief).post(f"{address}/judge", data={"verdict": "approve"}).status_code == 303
    assert desk.post(f"{address}/publish").status_code == 303
    return address


def test_like_voices_are_suggested_together(desk: FlaskClient, page: Page, voices: list[Comment]) -> None:
    found = alike.clusters(queries.unanswered(page))
    assert [len(cluster.voices) for cluster in found] == [2, 1]
    assert {voice.id for voice in found[0].voices} == {voices[0].id, voices[1].id}
    shown = desk.get(f"/desk/answers/gather?page=basu&voice=c{voices[1].id}").text
    assert "似た声 2件" in shown
    assert re.search(rf'value="c{voices[1].id}" checked', shown)


def test_an_answer_stands_at_every_voice_of_its_group(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = published(app, desk, chief, f"c{voices[0].id}", f"c{voices[1].id}")
    visitor = app.test_client()
    report = visitor.get("/reports/basu").text
    assert report.count('class="official"') == 2
    assert "来年四月から一日四本にします" in report
    number = address.rsplit("/", 1)[1].split("#")[0]
    shown = visitor.get(f"/answers/{number}").text
    assert "一部反映する" in shown
    assert "バスを一日三本から五本に" in shown
    assert PARK[:8] not in shown
    assert "バスを増やしてほしい" in visitor.get("/answers/?page=basu").text
    assert "2件の声に、市の考え方を示しました。" in visitor.get("/ledger/").text
    answered = visitor.get("/reports/basu?stance=answered").text
    assert answered.count('class="official"') == 2
    assert PARK[:8] not in answered


def test_nobody_outside_reads_it_before_it_is_published(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    written(desk, address)
    desk.post(f"{address}/hand-in")
    number = address.rsplit("/", 1)[1]
    visitor = app.test_client()
    for place in ("/reports/basu", "/answers/", f"/comments/{voices[0].id}"):
        assert "来年四月" not in visitor.get(place).text
    assert visitor.get(f"/answers/{number}").status_code == 404
    assert visitor.get(address).status_code in {302, 303, 403}
    assert as_(app, make_person()).get(address).status_code == 403


def test_the_writer_does_not_approve_and_a_change_needs_a_new_approval(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    written(desk, address)
    desk.post(f"{address}/hand-in")
    assert desk.post(f"{address}/judge", data={"verdict": "approve"}).status_code == 409
    assert desk.post(f"{address}/publish").status_code == 409
    as_(app, chief).post(f"{address}/judge", data={"verdict": "approve"})
    assert db.session.scalars(select(Answer.state)).one() is State.APPROVED
    assert written(desk, address, text="やっぱり三本のままです。") == 303
    assert db.session.scalars(select(Answer.state)).one() is State.DRAFT
    assert desk.post(f"{address}/publish").status_code == 409


def test_two_approvals_are_two_people(app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    written(desk, address, needed="2")
    desk.post(f"{address}/hand-in")
    first, second = as_(app, chief), as_(app, make_person("見本部長", role="staff"))
    assert first.post(f"{address}/judge", data={"verdict": "approve"}).status_code == 303
    assert first.post(f"{address}/judge", data={"verdict": "approve"}).status_code == 409
    assert db.session.scalars(select(Answer.state)).one() is State.HANDED_IN
    assert second.post(f"{address}/judge", data={"verdict": "approve"}).status_code == 303
    assert db.session.scalars(select(Answer.state)).one() is State.APPROVED


def test_sending_back_says_why_and_keeps_what_was_written(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    written(desk, address)
    desk.post(f"{address}/hand-in")
    reader = as_(app, chief)
    assert reader.post(f"{address}/judge", data={"verdict": "back", "note": ""}).status_code == 422
    assert (
        reader.post(f"{address}/judge", data={"verdict": "back", "note": "時期を書いてください。"}).status_code == 303
    )
    shown = desk.get(address).text
    assert "時期を書いてください。" in shown
    assert THOUGHT in shown


def test_whoever_is_alone_on_the_staff_approves_alone(app: Flask) -> None:
    page, only = make_page("hitori"), make_person("見本職員", role="admin")
    comment, desk = make_comment(page, make_person(), BUS), as_(app, only)
    sent = {"voice": f"c{comment.id}", "summary": "バスのこと"}
    address = desk.post("/desk/answers/gather?page=hitori", data=sent).location
    written(desk, address, needed="2")
    desk.post(f"{address}/hand-in")
    assert desk.post(f"{address}/judge", data={"verdict": "approve"}).status_code == 303
    assert desk.post(f"{address}/publish").status_code == 303


def test_each_author_is_told_once(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    before = len(outbox())
    address = published(app, desk, chief, *(f"c{voice.id}" for voice in voices))
    number = int(address.rsplit("/", 1)[1])
    jobs.tell(number)
    told = outbox()[before:]
    assert sorted(letter["to"] for letter in told) == sorted({voice.author.email for voice in voices})
    assert THOUGHT in told[0]["text"]
    assert f"/answers/{number}" in told[0]["text"]
    jobs.tell(number)
    written(desk, address, text=f"{THOUGHT}時刻表は二月に出します。")
    desk.post(f"{address}/hand-in")
    as_(app, chief).post(f"{address}/judge", data={"verdict": "approve"})
    desk.post(f"{address}/publish")
    jobs.tell(number)
    assert len(outbox()) == before + 2
    shown = app.test_client().get(f"/answers/{number}").text
    assert "時刻表は二月" in shown
    assert "これまでの考え方" in shown


def test_a_voice_added_later_is_answered_at_once_and_its_author_told(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    address = published(app, desk, chief, f"c{voices[0].id}")
    number = int(address.rsplit("/", 1)[1])
    jobs.tell(number)
    before = len(outbox())
    assert "似ている声" in desk.get(address).text
    assert desk.post(f"{address}/voices", data={"voice": f"c{voices[1].id}"}).status_code == 303
    jobs.tell(number)
    assert [letter["to"] for letter in outbox()[before:]] == [voices[1].author.email]
    assert app.test_client().get("/reports/basu").text.count('class="official"') == 2


def test_a_voice_has_one_answer(app: Flask, desk: FlaskClient, voices: list[Comment]) -> None:
    gathered(desk, f"c{voices[0].id}")
    again = desk.post("/desk/answers/gather?page=basu", data={"voice": f"c{voices[0].id}", "summary": "もう一度"})
    assert again.status_code == 409
    assert db.session.scalar(select(func.count(Answer.id))) == 1


def test_proposals_are_answered_alike(app: Flask, desk: FlaskClient, chief: Person, page: Page) -> None:
    proposal = make_proposal(page, make_person("見本提案者"), title="病院行きのバス")
    published(app, desk, chief, f"p{proposal.id}")
    assert "来年四月から一日四本" in app.test_client().get(f"/proposals/{proposal.id}").text
    mine = as_(app, proposal.author).get("/accounts/me").text
    assert "来年四月から一日四本" in mine


def test_proposals_come_to_their_conclusion_with_the_answer_and_each_author_is_told_once(
    app: Flask, desk: FlaskClient, chief: Person, page: Page, outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    author = make_person("見本提案者")
    fresh, considered = make_proposal(page, author, title="病院行きのバス"), make_proposal(page, make_person())
    lead_to(Stage.CONSIDERING, considered, chief)
    before = len(outbox())
    address = gathered(desk, f"p{fresh.id}", f"p{considered.id}")
    written(desk, address)
    desk.post(f"{address}/hand-in")
    as_(app, chief).post(f"{address}/judge", data={"verdict": "approve"})
    offered = desk.get(address).text
    assert "まとめた提案（2件）も、同じ文章で「一部採用」に進める" in offered
    assert desk.post(f"{address}/publish", data={"stages": "1"}).status_code == 303
    jobs.tell(int(address.rsplit("/", 1)[1]))
    db.session.rollback()
    assert {db.session.get_one(Proposal, each.id).stage for each in (fresh, considered)} == {Stage.PARTLY_ACCEPTED}
    steps = db.session.scalars(select(Step).where(Step.proposal_id == fresh.id).order_by(Step.id)).all()
    assert [step.stage for step in steps] == [Stage.CONSIDERING, Stage.PARTLY_ACCEPTED]
    assert steps[-1].text == THOUGHT
    letters = [letter["to"] for letter in outbox()[before:]]
    assert letters.count(author.email) == 1
    assert len(letters) == 2


@pytest.mark.parametrize(("category", "stages"), [("partly", ""), ("future", "1")])
def test_without_the_tick_or_a_conclusion_proposals_stay_where_they_are(
    app: Flask, desk: FlaskClient, chief: Person, page: Page, category: str, stages: str
) -> None:
    proposal_id = make_proposal(page, make_person()).id
    address = gathered(desk, f"p{proposal_id}")
    written(desk, address, category=category)
    desk.post(f"{address}/hand-in")
    as_(app, chief).post(f"{address}/judge", data={"verdict": "approve"})
    assert desk.post(f"{address}/publish", data={"stages": stages}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Proposal, proposal_id).stage is Stage.RECEIVED


def test_hidden_voices_are_neither_shown_nor_counted(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = published(app, desk, chief, f"c{voices[0].id}", f"c{voices[1].id}")
    hide = {"reason": Reason.PERSONAL.value, "note": ""}
    assert desk.post(f"/comments/{voices[1].id}/hide", data=hide).status_code == 303
    shown = app.test_client().get(f"/answers/{address.rsplit('/', 1)[1]}").text
    assert MORE_BUS[:12] not in shown
    assert "1件の声への" in shown


def test_what_somebody_else_changed_is_not_overwritten(desk: FlaskClient, voices: list[Comment]) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    assert written(desk, address, seen="0" * 32, text="私の文章です。") == 409
    answer = desk.post(
        address, data={"summary": "バス", "text": "私の文章です。", "category": "", "needed": "1", "seen": "x"}
    )
    assert answer.status_code == 409
    assert "私の文章です。" in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"summary": ""}, "まだ何も書かれていません"),
        ({"due_on": "あした"}, "2026-12-01"),
        ({"category": "no"}, None),
        ({"department": "999"}, None),
        ({"text": "あ" * 10_001}, "長すぎます"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: FlaskClient, voices: list[Comment], fields: dict[str, str], said: str | None
) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    sent = {"summary": "バス", "text": THOUGHT, "category": "partly", "needed": "1", "department": "0", "seen": "x"}
    answer = desk.post(address, data={**sent, **fields})
    assert answer.status_code == 422
    assert said is None or said in answer.text
    assert fields.get("text", THOUGHT)[:50] in answer.text


def test_an_unfinished_text_is_not_handed_in(desk: FlaskClient, voices: list[Comment]) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    answer = desk.post(f"{address}/hand-in")
    assert answer.status_code == 422
    assert "まだ決裁に回せません" in answer.text


@pytest.mark.parametrize("named", ["", "x1", "c", "c999999", "cabc", "p-1", "c99999999999999999999"])
def test_nothing_is_gathered_without_a_voice_of_the_page(desk: FlaskClient, voices: list[Comment], named: str) -> None:
    answer = desk.post("/desk/answers/gather?page=basu", data={"voice": named, "summary": "なにか"})
    assert answer.status_code == 422
    assert "声を1件以上" in answer.text
    assert "なにか" in answer.text


def test_an_answer_costs_the_discussion_no_more_queries_the_more_there_are(
    app: Flask, desk: FlaskClient, chief: Person, page: Page, voices: list[Comment], count_queries: Callable[..., Any]
) -> None:
    published(app, desk, chief, f"c{voices[0].id}")
    with count_queries() as few:
        as_(app, chief).get("/reports/basu")
    for number in range(6):
        comment = make_comment(page, make_person(), f"バスについて、{number}番目の声です。")
        with transaction():
            service.gather(chief, queries.answer_or_404(1), [comment])
    with count_queries() as many:
        as_(app, chief).get("/reports/basu")
    assert many.count == few.count


def test_every_step_is_in_the_ledger(app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]) -> None:
    published(app, desk, chief, f"c{voices[0].id}", f"c{voices[1].id}")
    kinds = list(db.session.scalars(select(Event.kind).where(Event.kind.like("answer.%")).order_by(Event.id)))
    assert kinds.count(Kind.VOICE_ANSWERED) == 2
    assert kinds[0] is Kind.ANSWER_BEGUN
    assert kinds[-1] is Kind.ANSWER_PUBLISHED
    assert db.session.scalars(select(Event.facts).where(Event.kind == Kind.ANSWER_PUBLISHED)).one()["voices"] == 2


def test_a_voice_can_be_let_go(desk: FlaskClient, voices: list[Comment]) -> None:
    address = gathered(desk, f"c{voices[0].id}", f"c{voices[2].id}")
    voice = db.session.scalars(select(AnsweredVoice).where(AnsweredVoice.comment_id == voices[2].id)).one()
    assert desk.post(f"{address}/voices/{voice.id}/let-go").status_code == 303
    assert gathered(desk, f"c{voices[2].id}", summary="公園のこと")
    assert desk.post(f"{address}/voices/{voice.id}/let-go").status_code == 404


def test_the_desk_lists_what_is_in_work_and_where_voices_wait(
    app: Flask, desk: FlaskClient, voices: list[Comment]
) -> None:
    shown = desk.get("/desk/answers").text
    assert "3件" in shown
    gathered(desk, f"c{voices[0].id}")
    shown = desk.get("/desk/answers").text
    assert "バスを増やしてほしい" in shown
    assert "2件" in shown
    for state in State:
        assert desk.get(f"/desk/answers?state={state}&mine=1").status_code == 200
    for category in [*Category, "nothing"]:
        assert app.test_client().get(f"/answers/?category={category}&before=5").status_code == 200


def test_a_revision_reflects_all_comments_of_an_answer_that_promised_it(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = published(app, desk, chief, f"c{voices[0].id}", f"c{voices[1].id}")
    key = "a" + address.rsplit("/", 1)[1].split("#")[0]
    form = desk.get("/reports/basu/edit").text
    assert f'value="{key}"' in form and "市の考え方「バスを増やしてほしい」（一部反映する・コメント2件）" in form
    sent = {"title": "バスのこれから", "slug": "basu", "body": "バスは一日四本です。", "summary": "本数"}
    sent |= {"base_revision": "1", "reflects": key}
    assert desk.post("/reports/basu/edit", data=sent).status_code == 303
    assert app.test_client().get("/reports/basu").text.count('class="carried"') == 2
    assert f'value="{key}"' not in desk.get("/reports/basu/edit").text


def test_an_answer_that_promises_no_change_is_not_offered(
    app: Flask, desk: FlaskClient, chief: Person, voices: list[Comment]
) -> None:
    address = gathered(desk, f"c{voices[0].id}")
    written(desk, address, category="future")
    desk.post(f"{address}/hand-in")
    as_(app, chief).post(f"{address}/judge", data={"verdict": "approve"})
    desk.post(f"{address}/publish")
    assert 'name="reflects"' not in desk.get("/reports/basu/edit").text
