"""A proposal's whole life beside its stages: edits, names, merging and parting, taking back, putting away."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.factories import as_, make_comment, make_page, make_person, make_proposal
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.core.jobs import run_due
from wiki.moderation.models import Reason
from wiki.pages.models import Page
from wiki.proposals import jobs, life_queries, merging, queries, service
from wiki.proposals.models import Ending, Proposal, Stage, Vote
from wiki.proposals.service import OfficialText, VotingClosed


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def author(page: Page) -> Person:
    return make_person("見本提案者")


@pytest.fixture
def proposal(page: Page, author: Person) -> Proposal:
    return make_proposal(page, author, title="夜のバスを走らせる", body="九時まで走ると助かります。")


@pytest.fixture
def staff(page: Page) -> Person:
    return make_person("見本職員", role="staff")


def again(proposal: Proposal) -> Proposal:
    db.session.rollback()
    return queries.proposal_or_404(proposal.id)


def cast(proposal: Proposal, *values: int) -> list[Person]:
    people = [make_person() for _value in values]
    with transaction():
        for person, value in zip(people, values, strict=True):
            service.vote(person, proposal, value)
    return people


def counts(proposal: Proposal) -> tuple[int, int, int]:
    found = again(proposal)
    return found.agrees, found.passes, found.disagrees


def edited(client: FlaskClient, proposal: Proposal, version: int = 1, **fields: str) -> Any:
    sent = {"title": "夜のバスを走らせる", "body": "十時まで走ると助かります。", "note": "時刻を直しました。", **fields}
    return client.post(f"/proposals/{proposal.id}/edit", data={**sent, "version": str(version)})


def test_an_edit_keeps_the_earlier_text_and_shows_what_changed(app: Flask, proposal: Proposal, author: Person) -> None:
    assert edited(as_(app, author), proposal).status_code == 303
    visitor = app.test_client()
    shown = visitor.get(f"/proposals/{proposal.id}").text
    assert "十時まで" in shown
    assert "書き直しの履歴（1回）" in shown
    past = visitor.get(f"/proposals/{proposal.id}/history").text
    assert "時刻を直しました。" in past
    assert re.search(r"<del>.*九.*</del>\s*<ins>.*十.*</ins>", past)
    assert "十時まで" in visitor.get("/search?q=十時まで").text


def test_whoever_voted_or_signed_is_told_of_edits_once(
    app: Flask,
    proposal: Proposal,
    author: Person,
    travel: Callable[..., None],
    outbox: Callable[[], list[dict[str, Any]]],
) -> None:
    voters = cast(proposal, 1, -1)
    signer = make_person()
    as_(app, signer).post(f"/proposals/{proposal.id}/cosign", data={"stands": "1"})
    before = len(outbox())
    client = as_(app, author)
    edited(client, proposal)
    edited(client, proposal, 2, body="十一時まで走ると助かります。")
    assert len(outbox()) == before
    travel(hours=2)
    jobs.tell_edit(proposal.id)
    jobs.tell_edit(proposal.id)
    told = [letter["to"] for letter in outbox()[before:]]
    assert sorted(told) == sorted([*(voter.email for voter in voters), signer.email])


def test_only_the_author_edits_and_only_while_nothing_is_decided(
    app: Flask, proposal: Proposal, author: Person, staff: Person
) -> None:
    for other in (make_person(), staff):
        assert edited(as_(app, other), proposal).status_code == 403
    assert app.test_client().get(f"/proposals/{proposal.id}/edit").status_code in {302, 303, 403}
    with transaction():
        for before, stage in [(Stage.RECEIVED, Stage.CONSIDERING), (Stage.CONSIDERING, Stage.DECLINED)]:
            service.decide(staff, proposal, stage, OfficialText.of("理由です。"), before)
    assert edited(as_(app, author), proposal).status_code == 409
    assert "九時まで" in again(proposal).body


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"title": ""}, 422), ({"body": ""}, 422), ({"note": "あ" * 301}, 422), ({"title": "あ" * 101}, 422)],
)
def test_a_wrong_edit_comes_back(
    app: Flask, proposal: Proposal, author: Person, fields: dict[str, str], status: int
) -> None:
    assert edited(as_(app, author), proposal, **fields).status_code == status
    assert again(proposal).version == 1


@pytest.mark.parametrize("version", ["7", "x", "", "-1", "1" * 30])
def test_an_edit_of_another_version_overwrites_nothing(
    app: Flask, proposal: Proposal, author: Person, version: str
) -> None:
    answer = as_(app, author).post(
        f"/proposals/{proposal.id}/edit", data={"title": "題", "body": "私の新しい文章", "version": version}
    )
    assert answer.status_code == 409
    assert "私の新しい文章" in answer.text
    assert "九時まで" in answer.text
    assert again(proposal).version == 1


def test_an_edit_that_changes_nothing_is_none(app: Flask, proposal: Proposal, author: Person) -> None:
    assert edited(as_(app, author), proposal, title=proposal.title, body=proposal.body).status_code == 303
    assert again(proposal).version == 1


def test_people_stand_behind_a_proposal_by_name(app: Flask, proposal: Proposal, author: Person) -> None:
    friend = make_person("見本なかま")
    client = as_(app, friend)
    for _time in range(2):
        assert client.post(f"/proposals/{proposal.id}/cosign", data={"stands": "1"}).status_code == 303
    shown = app.test_client().get(f"/proposals/{proposal.id}").text
    assert "見本なかま" in shown
    assert len(life_queries.cosigners_of(proposal)) == 1
    assert as_(app, author).post(f"/proposals/{proposal.id}/cosign", data={"stands": "1"}).status_code == 409
    assert (
        as_(app, make_person(confirmed=False))
        .post(f"/proposals/{proposal.id}/cosign", data={"stands": "1"})
        .status_code
        == 403
    )
    client.post(f"/proposals/{proposal.id}/cosign", data={"stands": ""})
    assert "見本なかま" not in app.test_client().get(f"/proposals/{proposal.id}").text


def test_who_signed_is_told_of_steps(
    app: Flask, proposal: Proposal, staff: Person, outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    friend = make_person()
    as_(app, friend).post(f"/proposals/{proposal.id}/cosign", data={"stands": "1"})
    before = len(outbox())
    with transaction():
        service.decide(staff, proposal, Stage.CONSIDERING, OfficialText.of("検討します。"), Stage.RECEIVED)
    assert sorted(letter["to"] for letter in outbox()[before:]) == sorted([proposal.author.email, friend.email])


def test_a_merge_counts_each_person_once_and_parting_restores(
    app: Flask, page: Page, proposal: Proposal, staff: Person, travel: Callable[..., None]
) -> None:
    other = make_proposal(page, make_person("見本同志"), title="バスを夜まで", body="同じ考えです。")
    both = make_person()
    with transaction():
        service.vote(both, other, 1)
    travel(minutes=1)
    with transaction():
        service.vote(both, proposal, -1)
    cast(proposal, 1, 1)
    cast(other, 1, 0)
    make_comment(page, make_person(), "こちらへの声", proposal=proposal)
    desk = as_(app, staff)
    answer = desk.post(f"/proposals/{proposal.id}/merge", data={"target": other.id})
    assert answer.status_code == 303
    assert counts(other) == (3, 1, 1)
    old = app.test_client().get(f"/proposals/{proposal.id}").text
    assert "別の提案に統合しました" in old
    assert "こちらへの声" in old
    shown = app.test_client().get(f"/proposals/{other.id}").text
    assert "統合した提案" in shown
    assert "見本提案者" in shown
    assert proposal.title not in app.test_client().get("/proposals/?order=newest").text
    assert proposal.title in app.test_client().get("/proposals/?ended=1").text
    stranger = make_person()
    with pytest.raises(VotingClosed), transaction():
        service.vote(stranger, again(proposal), 1)
    travel(minutes=5)
    late = make_person()
    with transaction():
        service.vote(late, again(other), 1)
    assert desk.post(f"/proposals/{proposal.id}/part").status_code == 303
    assert counts(other) == (3, 1, 0)
    assert counts(proposal) == (2, 0, 1)
    assert life_queries.cosigners_of(other) == []


@pytest.mark.parametrize("target", ["0", "999", "x", ""])
def test_a_merge_into_nothing_is_refused(app: Flask, proposal: Proposal, staff: Person, target: str) -> None:
    answer = as_(app, staff).post(f"/proposals/{proposal.id}/merge", data={"target": target})
    assert answer.status_code == 409
    assert again(proposal).ending is None


def test_what_cannot_be_one_is_not_merged(app: Flask, page: Page, proposal: Proposal, staff: Person) -> None:
    elsewhere = make_proposal(make_page("other"), make_person())
    decided = make_proposal(page, make_person(), stage=Stage.ACCEPTED)
    desk = as_(app, staff)
    for target in (elsewhere, decided, proposal):
        assert desk.post(f"/proposals/{proposal.id}/merge", data={"target": target.id}).status_code == 409
    assert as_(app, make_person()).post(f"/proposals/{proposal.id}/merge", data={"target": 1}).status_code == 403
    assert desk.post(f"/proposals/{proposal.id}/part").status_code == 409


def test_merging_never_goes_in_a_circle(app: Flask, page: Page, proposal: Proposal, staff: Person) -> None:
    two, three = (make_proposal(page, make_person(), title=f"提案の{number}") for number in (2, 3))
    desk = as_(app, staff)
    assert desk.post(f"/proposals/{proposal.id}/merge", data={"target": two.id}).status_code == 303
    assert desk.post(f"/proposals/{two.id}/merge", data={"target": proposal.id}).status_code == 409
    assert desk.post(f"/proposals/{two.id}/merge", data={"target": three.id}).status_code == 303
    assert desk.post(f"/proposals/{three.id}/merge", data={"target": proposal.id}).status_code == 409
    assert desk.post(f"/proposals/{proposal.id}/part").status_code == 409  # what it went into has ended itself
    assert desk.post(f"/proposals/{two.id}/part").status_code == 303
    assert desk.post(f"/proposals/{proposal.id}/part").status_code == 303


def test_votes_during_a_merge_are_neither_lost_nor_counted_twice(
    app: Flask, page: Page, proposal: Proposal, staff: Person
) -> None:
    other = make_proposal(page, make_person(), title="もう一つの提案")
    people = [make_person().id for _person in range(8)]
    numbers, staff_id = (proposal.id, other.id), staff.id
    failed: list[BaseException] = []

    def vote(person_id: int) -> None:
        try:
            with app.app_context(), transaction():
                service.vote(db.session.get_one(Person, person_id), db.session.get_one(Proposal, numbers[1]), 1)
        except BaseException as error:
            failed.append(error)

    def merge() -> None:
        try:
            with app.app_context(), transaction():
                source, target = (db.session.get_one(Proposal, number) for number in numbers)
                merging.merge(db.session.get_one(Person, staff_id), source, target)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=vote, args=(person_id,)) for person_id in people]
    threads.insert(4, threading.Thread(target=merge))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert counts(other) == (8, 0, 0)


VOTES = st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(0, 4), st.sampled_from([1, 0, -1])), max_size=14)


@given(before=VOTES, after=VOTES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_people_voted_the_counts_are_those_of_the_votes(
    app: Flask, page: Page, staff: Person, before: list[tuple[int, int, int]], after: list[tuple[int, int, int]]
) -> None:
    people = [make_person() for _person in range(5)]
    two = [make_proposal(page, make_person(), title=f"提案{number}") for number in range(2)]
    newest: dict[int, int] = {}
    cast: dict[tuple[int, int], int] = {}
    with transaction():
        for at, person, value in before:
            service.vote(people[person], two[at], value)
            if cast.get((at, person)) != value:  # the same again is no newer vote
                cast[at, person] = newest[person] = value
    kept = {
        vote.person_id: vote.value for vote in db.session.scalars(select(Vote).where(Vote.proposal_id == two[1].id))
    }
    with transaction():
        merging.merge(staff, two[0], two[1])
    assert counts(two[1]) == tuple(list(newest.values()).count(value) for value in (1, 0, -1))
    with transaction():
        for _at, person, value in after:
            service.vote(people[person], two[1], value)
            if newest.get(person) != value:  # the same again is no vote of one's own
                kept[people[person].id] = newest[person] = value
    with transaction():
        merging.part(staff, again(two[0]))
    assert counts(two[1]) == tuple(list(kept.values()).count(value) for value in (1, 0, -1))
    with transaction():
        db.session.execute(delete(Vote))


def test_the_author_takes_a_proposal_back_and_may_open_it_again(app: Flask, proposal: Proposal, author: Person) -> None:
    client = as_(app, author)
    assert client.get(f"/proposals/{proposal.id}/withdraw").status_code == 200
    assert client.post(f"/proposals/{proposal.id}/withdraw", data={"why": "x"}).status_code == 422
    done = {"why": "done", "note": "もう走っていました。"}
    assert client.post(f"/proposals/{proposal.id}/withdraw", data=done).status_code == 303
    visitor = app.test_client()
    shown = visitor.get(f"/proposals/{proposal.id}").text
    assert "もう走っていました。" in shown
    assert "取り下げ" in shown
    assert proposal.title not in visitor.get("/proposals/").text
    assert proposal.title not in visitor.get("/reports/basu").text
    assert "書いた人が提案を取り下げました。" in visitor.get("/ledger/").text
    assert client.post(f"/proposals/{proposal.id}/withdraw", data=done).status_code == 409
    assert as_(app, make_person()).post(f"/proposals/{proposal.id}/reopen").status_code == 403
    assert client.post(f"/proposals/{proposal.id}/reopen").status_code == 303
    assert again(proposal).is_deciding
    assert client.post(f"/proposals/{proposal.id}/reopen").status_code == 409


def test_staff_do_not_decide_about_what_has_ended(
    app: Flask, proposal: Proposal, author: Person, staff: Person
) -> None:
    as_(app, author).post(f"/proposals/{proposal.id}/withdraw", data={"why": "other"})
    step = {"stage": "considering", "text": "検討します。", "from": "received"}
    assert as_(app, staff).post(f"/proposals/{proposal.id}/decide", data=step).status_code == 409


def test_what_nobody_touches_is_put_away_after_a_warning(
    app: Flask,
    page: Page,
    proposal: Proposal,
    travel: Callable[..., None],
    outbox: Callable[[], list[dict[str, Any]]],
) -> None:
    awake = make_proposal(page, make_person(), title="話の続く提案")
    travel(days=340)
    jobs.archive()
    assert outbox() == []
    travel(days=352)
    make_comment(page, make_person(), "まだ話しています", proposal=awake)
    jobs.archive()
    jobs.archive()
    assert [letter["to"] for letter in outbox()] == [proposal.author.email]
    travel(days=364)
    jobs.archive()
    assert again(proposal).ending is None
    travel(days=367)
    jobs.archive()
    assert again(proposal).ending is Ending.ARCHIVED
    assert again(awake).ending is None
    assert "動きがなかったので保管しました" in app.test_client().get(f"/proposals/{proposal.id}").text


def test_nothing_is_put_away_where_the_rule_is_off(app: Flask, proposal: Proposal, travel: Callable[..., None]) -> None:
    app.config["PROPOSAL_ARCHIVE_DAYS"] = 0
    travel(days=5_000)
    jobs.archive()
    run_due()
    assert again(proposal).ending is None


def test_like_proposals_are_shown_while_one_writes(app: Flask, page: Page, proposal: Proposal) -> None:
    make_proposal(page, make_person(), title="公園に花を植える", body="花壇がほしいです。")
    elsewhere = make_proposal(make_page("other"), make_person(), title="夜のバスを走らせたい", body="九時まで。")
    shown = app.test_client().get("/proposals/similar?page=basu&title=夜にバスを走らせる&body=").text
    assert shown.index(f'/proposals/{proposal.id}"') < shown.index(f'/proposals/{elsewhere.id}"')
    assert "花壇" not in shown
    assert "似た提案があります（2件）" in shown


@pytest.mark.parametrize("query", ["title=&body=", "title=あ", "", "title=%00%ff", "title=" + "バス" * 3000])
def test_a_hint_needs_something_to_compare(app: Flask, page: Page, query: str) -> None:
    answer = app.test_client().get(f"/proposals/similar?page=basu&{query}")
    assert answer.status_code == 200
    assert "proposal" not in answer.text
    assert app.test_client().get("/proposals/similar?title=バス").status_code == 404


def test_hidden_and_ended_proposals_are_no_hint(app: Flask, proposal: Proposal, author: Person, staff: Person) -> None:
    address = "/proposals/similar?page=basu&title=夜のバスを走らせる"
    assert "夜のバス" in app.test_client().get(address).text
    as_(app, staff).post(f"/proposals/{proposal.id}/hide", data={"reason": Reason.PERSONAL.value, "note": ""})
    assert "夜のバス" not in app.test_client().get(address).text
    assert app.test_client().get(f"/proposals/{proposal.id}/history").status_code == 404


def test_no_more_than_so_many_proposals_a_day(
    app: Flask, page: Page, author: Person, travel: Callable[..., None]
) -> None:
    app.config.update(PROPOSALS_PER_DAY=2, RATE_LIMITS=True)
    client = as_(app, author)
    sent = [
        client.post("/reports/basu/proposals/new", data={"title": f"提案{n}", "body": "内容です"}).status_code
        for n in range(3)
    ]
    assert sent == [303, 303, 429]
    travel(hours=25)
    answer = client.post("/reports/basu/proposals/new", data={"title": "あした", "body": "内容です"})
    assert answer.status_code == 303


def test_the_proposals_page_costs_the_same_however_many_stand_behind_it(
    app: Flask, page: Page, proposal: Proposal, count_queries: Callable[..., Any]
) -> None:
    made = []
    for _round in range(2):
        for _person in range(3):
            as_(app, make_person()).post(f"/proposals/{proposal.id}/cosign", data={"stands": "1"})
        address = f"/proposals/{proposal.id}"
        with count_queries() as queries_made:
            app.test_client().get(address)
        made.append(queries_made.count)
    assert made[0] == made[1]
