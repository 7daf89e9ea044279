"""Every change to pages. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock, versions
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages import guard, links, provenance, queries
from wiki.pages.models import Page, PageState, Patrol, Redirect, Revision
from wiki.text import markdown, normalize, sentences
from wiki.text.slugs import page_key

LONGEST_PAGE = 500_000


class EditConflict(Problem):
    """A newer revision was published since the edit began; nothing was changed. Carries page and revision."""

    status = 409
    title = _l("書いている間に、新しい版が公開されました")
    advice = _l("何も変更していません。いま公開中の版を確かめてから、もう一度お試しください。")

    def __init__(self, page: Page, newer: Revision) -> None:
        super().__init__(f"page {page.id} is at revision {newer.number}")
        self.page = page
        self.newer = newer


class SlugTaken(Problem):
    """Another page stands at the address that this one should get."""

    status = 422
    title = _l("そのアドレスは使われています")
    advice = _l("ほかのレポートと重ならないアドレスにしてください。")


@dataclass(frozen=True)
class PageDraft:
    """A text ready to be a revision, rendered before the writers' queue."""

    title: str
    slug: str
    body: str
    summary: str
    rendered: markdown.Rendered

    @classmethod
    def of(cls, title: str, slug: str, body: str, summary: str) -> PageDraft:
        """Bring `body` into its one form and render it. Raises normalize.BadText, markdown.TooComplex."""
        body = normalize.clean_body(body, LONGEST_PAGE)
        draft = cls(title, slug, body, summary, markdown.render_page(body))
        _ = draft.sentences  # found before the writers' queue as well
        return draft

    @cached_property
    def sentences(self) -> list[sentences.Sentence]:
        """The sentences of its text layer."""
        return sentences.split(self.rendered.blocks)

    @classmethod
    def back_to(cls, page: Page, revision: Revision) -> PageDraft:
        """The title and body of an earlier revision, rendered anew, at the page's present address."""
        return cls.of(revision.title, page.slug, revision.body, f"第{revision.number}版の内容に戻しました")


def create(author: Person | None, draft: PageDraft, **columns: Any) -> Page:
    """Write a new page with its first revision; `columns` are further columns of Page, its people included.

    Raises SlugTaken. A redirect that stood at the slug gives way.
    """
    page = Page(slug=draft.slug, title=draft.title, **columns)
    take_slug(page, draft.slug)
    _add_revision(author, page, draft, None)
    _record(Kind.PAGE_CREATED, author, page)
    return page


def revise(
    author: Person | None,
    page: Page,
    draft: PageDraft,
    base_number: int,
    restored_from: int | None = None,
    *,
    answerable: Person | None = None,
    reviewed: bool = False,
    shows_again: bool = False,
) -> Revision:
    """Publish a new revision of the page; a draft that says what is already there gives the current one.

    `base_number` is the revision from which the author started; `answerable` publishes it where that is not the
    author; `reviewed`: somebody else has approved this text; `shows_again`: a page that was taken out of sight is
    public again with it. Raises EditConflict when another has been published since, SlugTaken when the draft's
    slug is another page's, guard.NotWritable.
    """
    page = queries.locked(page)
    guard.check_publishable(answerable or author, page, reviewed=reviewed, shows_again=shows_again)
    current = queries.revision_of(page, page.current_number)
    if current and page.is_public and (draft.title, draft.slug, draft.body) == (page.title, page.slug, current.body):
        return current
    if current and base_number != page.current_number:
        raise EditConflict(page, current)
    old_slug, old_title = page.slug, page.title
    facts: dict[str, Any] = {}
    if draft.slug != old_slug:
        take_slug(page, draft.slug)
        db.session.add(Redirect(slug=old_slug, page_id=page.id))
        facts["old_slug"] = old_slug
    if draft.title != old_title:
        facts["old_title"] = old_title
    if restored_from is not None:
        facts["restored_from"] = restored_from
    was_public = page.is_public
    page.title, page.state = draft.title, PageState.PUBLISHED
    _remember_title(page, old_title)
    revision = _add_revision(author, page, draft, restored_from)
    _record(Kind.PAGE_REVISED if current else Kind.PAGE_CREATED, author, page, **facts)
    if not was_public or (old_slug, old_title) != (page.slug, page.title):
        versions.touch(versions.EVERYTHING)
    return revision


def restore(author: Person, page: Page, number: int, draft: PageDraft, base_number: int) -> Revision:
    """Publish revision `number` again; `draft` is `PageDraft.back_to` it. Raises EditConflict."""
    return revise(author, page, draft, base_number, restored_from=number)


def take_slug(page: Page, slug: str) -> None:
    """Put the page, new or not, at this slug. Raises SlugTaken, also when two take one slug at once."""
    try:
        with db.session.begin_nested():
            page.slug = slug
            db.session.add(page)
            db.session.execute(delete(Redirect).where(Redirect.slug == slug))
            db.session.flush()
    except IntegrityError:
        raise SlugTaken from None


def _remember_title(page: Page, old: str) -> None:
    """The title that the page had leads to it as long as no other page is called so; its own now needs no way."""
    key = page_key(old)
    db.session.execute(delete(Redirect).where(Redirect.slug == page.title_key, Redirect.page_id == page.id))
    if key != page.title_key and not queries.is_taken(key) and db.session.get(Redirect, key) is None:
        db.session.add(Redirect(slug=key, page_id=page.id))


def _add_revision(author: Person | None, page: Page, draft: PageDraft, restored_from: int | None) -> Revision:
    first = page.current_number == 0
    page.current_number += 1
    revision = Revision(
        page_id=page.id,
        number=page.current_number,
        title=draft.title,
        body=draft.body,
        html=draft.rendered.html,
        toc=[[heading.level, heading.id, heading.text] for heading in draft.rendered.toc],
        blocks=list(draft.rendered.blocks),
        renderer_version=markdown.RENDERER_VERSION,
        summary=draft.summary,
        author_id=author.id if author else None,
        restored_from=restored_from,
        created_at=page.created_at if first else clock.now(),
    )
    page.updated_at = revision.created_at
    db.session.add(revision)
    db.session.flush()
    if author is not None:
        db.session.add(Patrol(revision_id=revision.id))
    provenance.follow(revision, draft.sentences)
    links.note(page, revision.html)
    return revision


def _record(kind: Kind, author: Person | None, page: Page, **facts: Any) -> None:
    versions.touch(queries.row_scope(page.slug), queries.row_scope(facts.get("old_slug", page.slug)))
    ledger.record(
        kind,
        author.id if author else None,
        page_id=page.id,
        number=page.current_number,
        slug=page.slug,
        title=page.title,
        **facts,
    )
