"""Orders: fair, whole, and the same on both databases."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_page, make_person, make_proposal, sign_in
from tests.proposals.acts import cast, lead_to
from wiki.core import versions
from wiki.core.database import db, transaction
from wiki.proposals import jobs, queries
from wiki.proposals import order as orders
from wiki.proposals.models import Proposal, Stage
from wiki.text import markdown

SEEDS = [0, 1, 7, 739_000, 2**31 - 2, 10**12, -5]


def make_many(number: int) -> list[int]:
    page, author = make_page("r1"), make_person()
    html = markdown.render_comment("月に一度でも。")
    with transaction():
        made = [
            Proposal(
                page_id=page.id,
                author_id=author.id,
                title=f"提案{index}",
                body="月に一度でも。",
                html=html,
                agrees=index % 4,
            )
            for index in range(number)
        ]
        db.session.add_all(made)
    return [proposal.id for proposal in made]


def walk(order: str, seed: int = 0, limit: int = 7) -> list[int]:
    """All pages of the list, one after the other."""
    seen: list[int] = []
    cursor: str | None = None
    while True:
        found = queries.listed(order=order, seed=seed, cursor=cursor, limit=limit)
        seen += [proposal.id for proposal in found.proposals]
        if (cursor := found.next_cursor) is None:
            return seen


@given(st.integers(), st.integers(1, 2**31 - 2), st.integers(1, 2**31 - 2))
def test_two_proposals_never_share_a_place(seed: int, one: int, other: int) -> None:
    assert (orders.place(one, seed) == orders.place(other, seed)) == (one == other)


def test_the_random_order_is_a_permutation_and_paging_shows_each_once(app: Flask) -> None:
    ids = make_many(40)
    walks = [walk(orders.RANDOM, seed) for seed in SEEDS]
    for seed, seen in zip(SEEDS, walks, strict=True):
        assert seen == sorted(ids, key=lambda number: orders.place(number, seed))
    assert len({tuple(seen) for seen in walks}) == len(SEEDS)


def test_places_hold_for_the_largest_ids(app: Flask) -> None:
    page, author = make_page("r1"), make_person()
    high = [make_proposal(page, author, id=2**31 - 2 - n).id for n in range(3)]
    assert walk(orders.RANDOM, 5, limit=1) == sorted(high, key=lambda number: orders.place(number, 5))


def test_everybody_is_seen_first_about_equally_often() -> None:
    firsts = [min(range(1, 11), key=lambda number: orders.place(number, seed)) for seed in range(2000)]
    assert all(120 < firsts.count(number) < 290 for number in range(1, 11))


@pytest.mark.parametrize("order", [orders.SUPPORT, orders.NEWEST])
def test_the_other_orders_show_each_once_too(app: Flask, order: str) -> None:
    ids = make_many(23)
    seen = walk(order)
    assert sorted(seen) == sorted(ids)
    if order == orders.NEWEST:
        assert seen == sorted(ids, reverse=True)
    else:
        support = [db.session.get_one(Proposal, number).agrees for number in seen]
        assert support == sorted(support, reverse=True)


@pytest.mark.parametrize("cursor", ["", "x", "-", "1-", "1-2-3", "9" * 40, "²", "-1"])
@pytest.mark.parametrize("order", orders.ORDERS)
def test_a_cursor_that_cannot_be_read_begins_at_the_start(app: Flask, order: str, cursor: str) -> None:
    make_many(3)
    assert len(queries.listed(order=order, cursor=cursor, seed=3).proposals) == 3


def test_open_proposals_come_in_the_order_of_the_day(client: FlaskClient, travel) -> None:  # type: ignore[no-untyped-def]
    ids = make_many(30)

    def shown() -> list[int]:
        return [int(number) for number in re.findall(r'href="/proposals/(\d+)"', client.get("/proposals/").text)]

    today = shown()
    assert today == sorted(ids, key=lambda number: orders.place(number, orders.daily_seed()))[:20]
    travel(days=1)
    assert shown() != today


def test_the_next_page_carries_the_seed(client: FlaskClient) -> None:
    ids = make_many(30)
    first = client.get("/proposals/?order=random&seed=42").text
    link = re.search(r'href="(/proposals/\?[^"]*after=[^"]*)"', first)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    assert "seed=42" in address
    seen = re.findall(r'href="/proposals/(\d+)"', first + client.get(address).text)
    assert [int(number) for number in seen] == sorted(ids, key=lambda number: orders.place(number, 42))


def test_a_reports_open_proposals_stand_before_its_decided_ones(app: Flask) -> None:
    page, author, staff = make_page("r1"), make_person(), make_person(role="staff")
    made = [make_proposal(page, author) for _ in range(6)]
    lead_to(Stage.DECLINED, made[0], staff)
    lead_to(Stage.CONSIDERING, made[1], staff)
    lead_to(Stage.DONE, made[2], staff)
    shown = queries.for_page(page, limit=10)
    assert {proposal.id for proposal in shown[:4]} == {proposal.id for proposal in [made[1], *made[3:]]}
    assert [proposal.id for proposal in shown[4:]] == [made[2].id, made[0].id]


def test_the_list_is_filtered_by_stage_and_page(client: FlaskClient) -> None:
    author, staff = make_person(), make_person(role="staff")
    one, other = make_page("r1"), make_page("r2")
    make_proposal(one, author, title="ひとつめの提案")
    second = make_proposal(other, author, title="ふたつめの提案")
    lead_to(Stage.DECLINED, second, staff)
    cast(make_person(), make_proposal(one, author, title="みっつめの提案"), 1)
    assert "ひとつめの提案" not in client.get("/proposals/?stage=declined").text
    assert "ふたつめの提案" in client.get("/proposals/?stage=declined").text
    of_one = client.get("/proposals/?page=r1").text
    assert "ふたつめの提案" not in of_one
    assert "ひとつめの提案" in of_one
    supported = client.get("/proposals/?order=support").text
    assert supported.index("みっつめの提案") < supported.index("ひとつめの提案")
    assert client.get("/proposals/?stage=gone&order=gone&seed=x&after=x").status_code == 200
    assert client.get("/proposals/?page=gone").status_code == 404


def test_hidden_proposals_are_listed_for_staff_only(client: FlaskClient) -> None:
    page = make_page("r1")
    hidden = make_proposal(page, make_person(), title="隠された提案", hidden_at=page.created_at)
    assert "隠された提案" not in client.get("/proposals/").text
    sign_in(client, make_person())
    assert "隠された提案" not in client.get("/proposals/").text
    assert list(queries.for_page(page)) == []
    sign_in(client, make_person(role="staff"))
    assert f'<a href="/proposals/{hidden.id}">隠された提案</a>' in client.get("/proposals/").text


@pytest.mark.parametrize("address", ["/proposals/", "/proposals/?order=support", "/proposals/?page=r1"])
def test_the_list_costs_the_same_with_five_and_with_two_hundred(
    client: FlaskClient,
    count_queries,  # type: ignore[no-untyped-def]
    address: str,
) -> None:
    page = make_page("r1")
    for _ in range(5):
        make_proposal(page, make_person())
    client.get(address)
    with count_queries() as few:
        client.get(address, headers={"HX-Request": "true"})
    page_id = page.id
    author_ids = [make_person().id for _ in range(15)]
    with transaction():
        for index in range(195):
            author_id = author_ids[index % 15]
            db.session.add(Proposal(page_id=page_id, author_id=author_id, title="提案", body="文", html="<p>文</p>"))
    with count_queries() as many:
        client.get(address, headers={"HX-Request": "true"})
    assert few.count == many.count
    assert many.count <= 6


def test_where_not_all_can_be_shown_each_is_shown_about_equally_often(app: Flask) -> None:
    page, author = make_page("r1"), make_person()
    made = [make_proposal(page, author).id for _ in range(15)]
    seen: Counter[int] = Counter()
    for turn in range(60):
        if turn == 30:
            made.append(make_proposal(page, author).id)  # a late one gets its share of what is left, no more
        shown = [proposal.id for proposal in queries.for_page(page)]
        assert len(shown) == queries.AT_A_GLANCE
        seen.update(shown)
        jobs.rotate()
        db.session.rollback()
    late = made.pop()
    assert all(abs(seen[number] - (30 * 6 / 15 + 30 * 6 / 16)) <= 3 for number in made), seen
    assert abs(seen[late] - 30 * 6 / 16) <= 4
    assert db.session.get_one(Proposal, made[0]).turns == 60
    assert db.session.get_one(Proposal, made[0]).shown_turns == seen[made[0]]


def test_a_turn_makes_the_reports_page_new_and_touches_no_page_that_shows_all(app: Flask) -> None:
    crowded, quiet, author = make_page("r1"), make_page("r2"), make_person()
    for _ in range(7):
        make_proposal(crowded, author)
    make_proposal(quiet, author)
    before = versions.read(f"page:{crowded.id}"), versions.read(f"page:{quiet.id}")
    jobs.rotate()
    db.session.rollback()
    after = versions.read(f"page:{crowded.id}"), versions.read(f"page:{quiet.id}")
    assert before[0] != after[0]
    assert before[1] == after[1]
