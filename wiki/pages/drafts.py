"""Texts that are typed and not published, kept for their writer on the server.

A draft is private: it is not in the ledger, and only its writer reads it. As everywhere, changes belong into a
transaction of the caller's.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import defer, joinedload

from wiki.accounts.models import Person
from wiki.core import clock, versions
from wiki.core.database import db
from wiki.core.inserts import insert_once
from wiki.core.web import Problem
from wiki.ledger import Event, Kind, recorded
from wiki.pages import queries
from wiki.pages.models import Draft, Editing, Page
from wiki.pages.service import LONGEST_PAGE

MOST_NEW = 50
NEW_KEY = re.compile(r"[0-9a-f]{16}")
_LONGEST_LINE = 1_000


class DraftMoved(Problem):
    """Another screen of the same person has saved another text in the same draft; carries it."""

    status = 409
    title = _l("別の画面でも、下書きを保存しています")
    advice = _l("この画面の文章は、まだ下書きに保存していません。")

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"draft {draft.id} was saved elsewhere")
        self.draft = draft


class DraftTooLong(Problem):
    """More than a page can hold."""

    status = 422
    title = _l("文章が長すぎて、下書きに保存できません")
    advice = _l("文章を分けてください。この画面の文章は残っています。")


class TooManyDrafts(Problem):
    """More new reports begun than anybody finishes."""

    status = 422
    title = _l("書きかけのレポートが多すぎます")
    advice = _l("マイページの「書きかけ」から、いらないものを捨ててください。この画面の文章は残っています。")


@dataclass(frozen=True)
class Written:
    """What the editor's form holds, right or wrong, and which opened editor (`screen`) holds it."""

    title: str
    slug: str
    body: str
    summary: str
    base_number: int
    screen: str
    section: str = ""
    reflects: list[str] = field(default_factory=list)


def new_key() -> str:
    """A name for the draft of a page still to be made, or for an opened editor."""
    return secrets.token_hex(8)


def key_of(page: Page) -> str:
    """The name of a person's one draft of this page."""
    return f"page-{page.id}"


def find(person: Person, key: str) -> Draft | None:
    """The person's draft of this name: 1 query."""
    return db.session.scalar(select(Draft).where(Draft.person_id == person.id, Draft.key == key))


def unfinished(person: Person, new_only: bool = False) -> Sequence[Draft]:
    """The person's drafts without their texts, the last saved first, with their pages: 1 query."""
    wanted = select(Draft).where(Draft.person_id == person.id)
    if new_only:
        wanted = wanted.where(Draft.page_id.is_(None))
    wanted = wanted.options(defer(Draft.body), joinedload(Draft.page))
    return db.session.scalars(wanted.order_by(Draft.saved_at.desc())).all()


def save(
    person: Person, page: Page | None, key: str, written: Written, seen: int = 0, over: bool = False
) -> Draft | None:
    """Keep what is written; None, and no draft, where it is what stands on the page anyway.

    `seen` is the version of the draft that the writer had before them; with `over` whatever is there gives way.
    Raises DraftMoved, DraftTooLong, TooManyDrafts.
    """
    written = _sound(written)
    wanted = select(Draft).where(Draft.person_id == person.id, Draft.key == key).with_for_update()
    draft = db.session.scalar(wanted)
    if draft is None:
        return _begin(person, page, key, written)
    told = asdict(written)
    is_same = all(getattr(draft, name) == value for name, value in told.items() if name != "screen")
    if is_same and draft.screen == written.screen:
        return draft
    if not (is_same or over or draft.screen == written.screen or draft.version == seen):
        raise DraftMoved(draft)
    for name, value in told.items():
        setattr(draft, name, value)
    draft.version, draft.saved_at = versions.new_version(), clock.now()
    return draft


def finish(person: Person, key: str, screen: str, seen: int) -> None:
    """Forget the draft of what has just been published; one that was saved from elsewhere stays."""
    draft = find(person, key)
    if draft is not None and (draft.screen == screen or draft.version == seen):
        db.session.delete(draft)


def discard(person: Person, key: str) -> Draft | None:
    """Forget a draft; gives what it was."""
    draft = find(person, key)
    if draft is not None:
        db.session.delete(draft)
    return draft


def _begin(person: Person, page: Page | None, key: str, written: Written) -> Draft | None:
    if page is not None and _is_published(page, written):
        return None
    if page is None and _new_ones(person) >= MOST_NEW:
        raise TooManyDrafts
    draft = insert_once(
        Draft,
        person_id=person.id,
        key=key,
        page_id=page.id if page else None,
        version=versions.new_version(),
        saved_at=clock.now(),
        **asdict(written),
    )
    if draft is None:  # two screens began it at once
        there = find(person, key)
        assert there is not None
        raise DraftMoved(there)
    return draft


def _is_published(page: Page, written: Written) -> bool:
    if written.section or (written.title, written.slug) != (page.title, page.slug):
        return False
    return written.body == queries.current_revision(page).body


def _new_ones(person: Person) -> int:
    wanted = select(func.count(Draft.id)).where(Draft.person_id == person.id, Draft.page_id.is_(None))
    return db.session.scalar(wanted) or 0


def _sound(written: Written) -> Written:
    """As typed, but for what no database keeps. Raises DraftTooLong."""
    told = asdict(written)
    for name, value in told.items():
        if isinstance(value, str):
            told[name] = value.replace("\r\n", "\n").replace("\0", "")
            if len(value) > (LONGEST_PAGE + value.count("\r") if name == "body" else _LONGEST_LINE):
                raise DraftTooLong
    return Written(**told)


@recorded.connect
def forget_who_left(kind: Kind, event: Event) -> None:
    """With an account go its drafts."""
    if kind is Kind.PERSON_CHANGED and event.facts.get("what") == "left":
        for table in (Draft, Editing):
            db.session.execute(delete(table).where(table.person_id == event.person_id))
