"""Renaming a page: the old names lead on, and the pages that link to it are written anew, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import select

from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.pages import guard, queries, service
from wiki.pages.models import Page, PageLink, Redirect, Revision
from wiki.pages.service import PageDraft
from wiki.text import links
from wiki.text.markdown import TooComplex
from wiki.text.slugs import page_key

MOST_REWRITTEN = 200
"""More pages than this are not written anew at once; their links lead on by the redirect."""


@dataclass(frozen=True)
class NewName:
    """What a page will be called, what its links are called now (new names by key), and what others' histories say."""

    title: str
    slug: str
    names: dict[str, str]
    slugs: dict[str, str]
    own_summary: str
    summary: str

    def in_text(self, body: str) -> str:
        """The source with its links by the new name; one that cannot be rendered any more stays as it is."""
        try:
            return links.renamed(body, self.names, self.slugs)
        except TooComplex:
            return body


@dataclass(frozen=True)
class Plan:
    """A renaming, rendered before the writers' queue: drafts by page, each made of the revision of this number."""

    name: NewName
    own: PageDraft
    others: dict[int, tuple[int, PageDraft]]


def linking(page: Page, limit: int = MOST_REWRITTEN) -> Sequence[Page]:
    """Other pages whose text links to the page, in the order in which they were made: 1 query."""
    ids = select(PageLink.page_id).where(PageLink.target_id == page.id, PageLink.page_id != page.id)
    return db.session.scalars(select(Page).where(Page.id.in_(ids)).order_by(Page.id).limit(limit)).all()


def plan(page: Page, title: str, slug: str, rewrites: bool) -> Plan:
    """Get everything ready: 5 queries, and the rendering of each page that links here."""
    name = _new_name(page, title, slug)
    body = queries.current_revision(page).body
    own = PageDraft.of(title, slug, name.in_text(body) if rewrites else body, name.own_summary)
    others: dict[int, tuple[int, PageDraft]] = {}
    for revision in _newest(linking(page)) if rewrites else ():
        others[revision.page_id] = (revision.number, _draft(name, revision))
    return Plan(name, own, others)


def rename(author: Person, page: Page, ready: Plan, base_number: int) -> list[Page]:
    """Carry the plan out; gives the other pages that were written anew. Raises EditConflict, SlugTaken.

    A page that somebody else changed since the plan was made is rendered again, now that nobody can come between.
    """
    wanted = select(Page).where(Page.id.in_([page.id, *ready.others])).order_by(Page.id).with_for_update()
    held = {each.id: each for each in db.session.scalars(wanted.execution_options(populate_existing=True))}
    service.revise(author, page, ready.own, base_number)
    rewritten = []
    for page_id, (number, draft) in ready.others.items():
        other = held.get(page_id)
        if other is None:
            continue
        if number != other.current_number:
            draft = _draft(ready.name, queries.current_revision(other))
        before = other.current_number
        with suppress(guard.NotWritable):  # locked, withdrawn, to be reviewed: its links lead on by the old name
            service.revise(author, other, replace(draft, title=other.title, slug=other.slug), before)
        if other.current_number != before:
            rewritten.append(other)
    return rewritten


def _draft(name: NewName, revision: Revision) -> PageDraft:
    return PageDraft.of(revision.title, "", name.in_text(revision.body), name.summary)


def _newest(pages: Sequence[Page]) -> Sequence[Revision]:
    """The current revisions of these pages: 1 query."""
    is_current = (Page.id == Revision.page_id) & (Page.current_number == Revision.number)
    wanted = select(Revision).join(Page, is_current).where(Page.id.in_([page.id for page in pages]))
    return db.session.scalars(wanted.order_by(Revision.page_id)).all()


def _new_name(page: Page, title: str, slug: str) -> NewName:
    """How links by any of the page's names will name it: 2 queries.

    A link in words gets the new title, one by an address (in ASCII) the new address.
    """
    old = db.session.scalars(select(Redirect.slug).where(Redirect.page_id == page.id)).all()
    other = queries.resolve([page_key(title)]).get(page_key(title))
    is_own = other is None or other.page_id == page.id
    in_words = title if is_own and links.may_be_named(title) else slug
    names = {key: slug if key.isascii() else in_words for key in (*old, page.slug)}
    if page_key(title) != page.title_key:
        names[page.title_key] = in_words
    if page.title == title:
        names.pop(page.title_key, None)
        own = f"アドレスを「{page.slug}」から「{slug}」に変えました"
        summary = f"「{title}」のアドレスが変わったため、リンクを書き換えました"
    else:
        own = f"名前を「{page.title}」から「{title}」に変えました"
        summary = f"「{page.title}」の名前が「{title}」に変わったため、リンクを書き換えました"
    names.pop(page_key(in_words), None)
    slugs = {key: slug for key in (*old, page.slug) if key != slug}
    return NewName(title, slug, names, slugs, own, summary)


def remember_names(page: Page, names: Sequence[str]) -> None:
    """Let names that the page had elsewhere lead to it, as far as none of them leads anywhere yet."""
    for name in dict.fromkeys(names):
        if name and not queries.is_taken(name) and db.session.get(Redirect, name) is None:
            db.session.add(Redirect(slug=name, page_id=page.id))
