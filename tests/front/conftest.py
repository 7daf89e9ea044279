"""A small town's site: a collection with a report, people, a comment, a proposal; and the cache in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, g, request_started
from werkzeug.test import Client

from tests.factories import make_comment, make_page, make_person, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.collections import service as collections
from wiki.collections.service import EntryDraft
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.core.http_cache import behind_cache
from wiki.core.visitor import SESSION_COOKIE
from wiki.pages import service as pages
from wiki.pages.models import Page, PageKind
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText


@dataclass
class Town:
    """Who and what there is."""

    page: Page
    resident: Person
    neighbour: Person
    staff: Person
    comment: Comment
    proposal: Proposal

    def step(self, stage: Stage, text: str = "担当課で調べます。") -> None:
        with transaction():
            proposal = db.session.get_one(Proposal, self.proposal.id)
            proposals.decide(self.staff, proposal, stage, OfficialText.of(text), proposal.stage)

    def revise(self, body: str, slug: str = "r1", title: str = "試しのレポート", reflects: bool = False) -> None:
        draft = PageDraft.of(title, slug, body, "直しました")
        with transaction():
            page = db.session.get_one(Page, self.page.id)
            revision = pages.revise(self.staff, page, draft, page.current_number)
            if reflects:
                proposals.reflect(self.staff, revision, [self.proposal.id])


@pytest.fixture(autouse=True)
def each_in_its_language(app: Flask) -> Iterator[None]:
    """The pushed context outlives a request here; the language that Babel noted in it must not."""

    def forget(*_: object, **__: object) -> None:
        g.pop("_flask_babel", None)

    with request_started.connected_to(forget, app):
        yield


@pytest.fixture
def town(app: Flask) -> Town:
    page = make_page("r1", digest="試しの要約")
    for slug in ("help", "guidelines", "privacy", "accessibility"):
        make_page(slug, title=f"使いかた {slug}", kind=PageKind.HELP, is_open=False)
    resident, neighbour = make_person("海野ひかる"), make_person("山田みなと")
    staff = make_person("川上しずく", role="staff")
    with transaction():
        entries = [EntryDraft(page, "《見出し》", "特集での要約")]
        collections.put_collection(None, "tokushu", "試しの特集", "特集の**リード**です。", entries=entries)
    comment = make_comment(page, resident, "バスの時刻表がほしいです。")
    return Town(page, resident, neighbour, staff, comment, make_proposal(page, neighbour))


@pytest.fixture
def browser(app: Flask) -> Callable[[Person | None], Client]:
    """`browser(person)`: somebody's browser, or a visitor's, before one front cache that all share."""
    application = behind_cache(app)

    def open_for(person: Person | None = None) -> Client:
        client = Client(application)
        if person is not None:
            signed_in = app.test_client()
            sign_in(signed_in, person)
            cookie = signed_in.get_cookie(SESSION_COOKIE)
            assert cookie is not None
            client.set_cookie(SESSION_COOKIE, cookie.value)
        return client

    return open_for
