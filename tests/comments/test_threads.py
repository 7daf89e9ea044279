"""A discussion is read in both orders, twenty threads at a time, at a constant cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import insert

from tests.comments.reading import hide, voice
from tests.factories import make_comment, make_page, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.comments import queries
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.pages.models import Page

Counting = Callable[[], AbstractContextManager[Any]]


def write(page: Page, author: Person, roots: int, replies_each: int = 0) -> None:
    """Many comments at once."""
    usual = {"page_id": page.id, "author_id": author.id, "revision_number": 1, "body": "声", "html": "<p>声</p>"}
    with transaction():
        ids = list(db.session.scalars(insert(Comment).returning(Comment.id), [usual] * roots))
        replies = [
            usual | {"parent_id": root, "root_id": root, "depth": 1} for root in ids for _ in range(replies_each)
        ]
        if replies:
            db.session.execute(insert(Comment), replies)


def shown_roots(html: str) -> list[int]:
    """The threads on a page, in their order."""
    found = BeautifulSoup(html, "html.parser").select(".voices > article.voice")
    return [int(str(article["id"]).removeprefix("c")) for article in found]


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("roots", [19, 20, 21, 40, 45])
def test_the_cursor_covers_every_thread_once(
    client: FlaskClient, page: Page, author: Person, order: str, roots: int
) -> None:
    write(page, author, roots, replies_each=1)
    path: str | None = f"/reports/r1?order={order}"
    seen: list[int] = []
    lengths: list[int] = []
    while path is not None:
        answer = client.get(path)
        here = shown_roots(answer.text)
        seen += here
        lengths.append(len(here))
        following = BeautifulSoup(answer.text, "html.parser").select_one("#voices .pager a.next, #voices a[rel=next]")
        path = str(following["href"]) if following else None
    wanted = sorted(seen, reverse=order == "newest")
    assert seen == wanted
    assert len(set(seen)) == roots
    assert lengths == [20] * (roots // 20) + ([roots % 20] if roots % 20 else [])


def test_what_is_written_meanwhile_neither_doubles_nor_hides_a_thread(page: Page, author: Person) -> None:
    write(page, author, 30)
    first = queries.discussion(page, None, order=queries.NEWEST)
    write(page, author, 3)
    page = db.session.get_one(Page, page.id)
    second = queries.discussion(page, None, order=queries.NEWEST, cursor=first.next_cursor)
    ids = [node.comment.id for node in (*first.threads, *second.threads)]
    assert len(ids) == len(set(ids)) == 30
    assert second.next_cursor is None


def test_replies_stand_under_their_parents_oldest_first(page: Page, author: Person, reader: Person) -> None:
    root = make_comment(page, author, "根")
    one, two = make_comment(page, reader, "一", parent=root), make_comment(page, author, "二", parent=root)
    below = make_comment(page, author, "一の下", parent=one)
    for order in queries.ORDERS:
        (thread,) = queries.discussion(page, None, order=order).threads
        assert [node.comment.id for node in thread.replies] == [one.id, two.id]
        assert [node.comment.id for node in thread.replies[0].replies] == [below.id]


def test_a_permalink_shows_the_thread_around_the_comment(
    client: FlaskClient, page: Page, author: Person, reader: Person
) -> None:
    root, other = make_comment(page, author, "根の声"), make_comment(page, author, "別の話")
    reply = make_comment(page, reader, "返信の声", parent=root)
    last = make_comment(page, author, "その下の声", parent=reply)
    for comment in (root, reply, last):
        answer = client.get(f"/comments/{comment.id}")
        for around in (root, reply, last):
            assert around.body in voice(answer, around).get_text()
            assert voice(answer, around).has_attr("data-marked") == (around.id == comment.id)
        assert other.body not in answer.text
        assert 'href="/reports/r1#voices"' in answer.text
    assert client.get("/comments/4711").status_code == 404


def test_the_count_is_of_what_everybody_can_read(page: Page, author: Person, staff: Person) -> None:
    hidden = make_comment(page, author)
    make_comment(page, author)
    make_comment(page, author, proposal=make_proposal(page, author))
    hide(staff, hidden)
    assert queries.discussion(page, None).total == 1
    assert queries.counts_by_page([page.id]) == {page.id: 2}


@pytest.mark.parametrize("order", queries.ORDERS)
def test_a_discussion_costs_five_queries_however_long(
    page: Page, author: Person, count_queries: Counting, order: str
) -> None:
    for roots, replies in ((2, 1), (48, 10)):
        write(page, author, roots, replies)
        found = db.session.get_one(Page, page.id)
        with count_queries() as counted:
            discussion = queries.discussion(found, None, order=order)
            assert all(node.comment.author.name for node in discussion.threads)
        assert counted.count == 5
    assert discussion.total == 4 + 528


@pytest.mark.parametrize("who", ["visitor", "signed in", "staff"])
@pytest.mark.parametrize("place", ["report", "proposal", "permalink"])
def test_a_page_costs_the_same_with_five_comments_and_with_five_hundred(
    client: FlaskClient, author: Person, reader: Person, staff: Person, count_queries: Counting, who: str, place: str
) -> None:
    costs = []
    if who != "visitor":
        sign_in(client, reader if who == "signed in" else staff)
    for slug, roots, replies in (("few", 1, 4), ("many", 25, 19)):
        page = make_page(slug)
        proposal = make_proposal(page, author)
        write(page, author, roots, replies)
        first = queries.discussion(db.session.get_one(Page, page.id), None).threads[0].comment
        if place == "proposal":
            with transaction():
                for comment in db.session.query(Comment).filter_by(page_id=page.id):
                    comment.proposal_id = proposal.id
        paths = {
            "report": f"/reports/{slug}",
            "proposal": f"/proposals/{proposal.id}",
            "permalink": f"/comments/{first.id}",
        }
        client.get(paths[place])
        db.session.remove()
        with count_queries() as counted:
            answer = client.get(paths[place])
        shown = len(BeautifulSoup(answer.text, "html.parser").select("article[id^=c]"))
        assert shown == {"few": 5, "many": 20 if place == "permalink" else 400}[slug]
        costs.append(counted.count)
    assert costs[0] == costs[1]
    assert costs[0] <= 30
