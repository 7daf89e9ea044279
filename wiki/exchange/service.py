"""Bringing in: each document becomes a page, or a new revision of the page at its address."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from wiki.accounts.models import Person
from wiki.attachments import intake
from wiki.attachments import service as attachments
from wiki.attachments.intake import Received
from wiki.attachments.models import Attachment
from wiki.collections import queries, tagging
from wiki.collections import service as collections
from wiki.collections.service import EntryDraft
from wiki.core.database import db
from wiki.exchange import facts as told
from wiki.exchange.documents import Document
from wiki.exchange.sources import Refused
from wiki.pages import forms, policy, renaming, service
from wiki.pages import queries as pages
from wiki.pages.addresses import address_of
from wiki.pages.models import Page
from wiki.pages.service import PageDraft
from wiki.text import markdown, normalize
from wiki.text.markdown import TooComplex
from wiki.text.normalize import BadText
from wiki.text.slugs import slug_of

SUMMARY = "ファイルから取り込みました"
MOST_FILES = 200
"""In one document."""
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


class Became(StrEnum):
    """What became of a file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """One line of the report."""

    path: str
    became: Became
    about: str = ""
    words: Any = ""
    """Why it was refused, for readers."""
    title: str = ""
    preview: str = ""
    """In a dry run: the text, rendered, its pictures named."""
    left_out: Sequence[str] = ()
    """The files in it that are not taken, and why."""

    @classmethod
    def refused(cls, path: str, why: Refused) -> Outcome:
        return cls(path, Became.REFUSED, str(why), why.words)


@dataclass(frozen=True)
class Ready:
    """A document with its files in the store, its words checked: nothing slow is left to be done.

    `left_out` says of each file that is not taken, by its address, which it is and why.
    """

    document: Document
    title: str
    slug: str
    columns: dict[str, Any]
    files: dict[str, Received]
    left_out: dict[str, str]
    preview: str

    def told(self, became: Became, about: str = "") -> Outcome:
        """A line of the report on it."""
        left_out = tuple(self.left_out.values())
        return Outcome(self.document.path, became, about, "", self.title, self.preview, left_out)


def make_ready(document: Document, *, dry: bool) -> Ready:
    """Check the document and take its files in; in a dry run these are only looked at. Raises Refused."""
    try:
        title = normalize.clean_line(document.title or document.stem, forms.LONGEST_TITLE)
        PageDraft.of(title, "", document.body, SUMMARY)
    except (BadText, TooComplex) as error:
        raise Refused(
            f"the text cannot be kept: {error or type(error).__name__}",
            _l("文章が空か、長すぎるか、使えない文字が入っています。"),
        ) from None
    slug = str(document.facts.get("slug") or slug_of(document.stem))
    if not forms.may_be_slug(slug):
        raise Refused(
            f"{slug!r} cannot be an address: small letters, digits, hyphens and Japanese letters, at most 80",
            _l("アドレスにできない名前です。英小文字・数字・ハイフン・日本語で、80字までにしてください。"),
        )
    columns = told.columns(document.facts)
    files, left_out = _taken_in(document, dry)
    preview = markdown.render_page(document.with_pictures_named()).html if dry else ""
    return Ready(document, title, slug, columns, files, left_out, preview)


def _taken_in(document: Document, dry: bool) -> tuple[dict[str, Received], dict[str, str]]:
    """The document's files, and what is wrong with those that are not taken; one bad picture refuses no document."""
    if len(document.files) > MOST_FILES:
        raise Refused(
            f"the document holds {len(document.files)} pictures; at most {MOST_FILES} are taken",
            _l("画像が多すぎます（%(most)s個まで）。文書を分けてください。", most=MOST_FILES),
        )
    files: dict[str, Received] = {}
    left_out: dict[str, str] = {}
    for address, (name, data) in document.files.items():
        try:
            if dry:
                intake.check(name, io.BytesIO(data))
            else:
                files[address] = intake.receive(name, io.BytesIO(data))
        except intake.Refused as refused:
            left_out[address] = f"{name}: {refused.words}"
    return files, left_out


def bring_in(actor: Person | None, ready: Ready) -> Outcome:
    """Write the page. Of a page that is there already, title and text change; what else is known of it stays.

    Raises Refused for a page that this person may not publish by themselves.
    """
    page = db.session.scalar(select(Page).where(Page.slug == ready.slug))
    _refuse_protected(actor, page)
    added = {address: attachments.add(actor, page, one, None) for address, one in ready.files.items()}
    body = ready.document.with_addresses({address: one.address for address, one in added.items()}, ready.left_out)
    draft = PageDraft.of(ready.title, ready.slug, body, SUMMARY)
    if page is None:
        made = service.create(actor, draft, **ready.columns)
        _put_in_series(made, ready.document.facts)
        _put_under_names(actor, made, ready.document.facts)
        return ready.told(Became.CREATED, address_of(made))
    if _says(page, draft.title, draft.body):
        return ready.told(Became.UNCHANGED, address_of(page))
    service.revise(actor, page, draft, page.current_number)
    return ready.told(Became.CHANGED, address_of(page))


def would_become(actor: Person | None, ready: Ready) -> Outcome:
    """What `bring_in` would do, as far as that can be told without taking files in. Raises Refused."""
    page = db.session.scalar(select(Page).where(Page.slug == ready.slug))
    _refuse_protected(actor, page)
    if page is None:
        return ready.told(Became.CREATED)
    same = _says(page, ready.title, normalize.clean_body(ready.document.body, service.LONGEST_PAGE))
    return ready.told(Became.UNCHANGED if same else Became.CHANGED, address_of(page))


def _says(page: Page, title: str, body: str) -> bool:
    return page.was_published and (page.title, pages.current_revision(page).body) == (title, body)


def would_become_collection(document: Document) -> Outcome:
    """As far as can be told without its pages: 1 query."""
    before = facts_of_collection(str(document.facts["collection"]))
    return Outcome(document.path, Became.CREATED if before is None else Became.CHANGED, title=document.title)


def _refuse_protected(actor: Person | None, page: Page | None) -> None:
    if actor is None or page is None:
        return
    if not policy.may_edit(actor, page):
        raise Refused("the page is locked", _l("このページは管理者だけが変えられます。"))
    if page.needs_review:
        raise Refused(
            "the page needs a review", _l("このページは公開の前に確認が要るため、編集画面から直してください。")
        )


def bring_in_file(actor: Person | None, key: str, told_of_it: dict[str, Any], received: Received) -> Became:
    """A file of another site under its old key, given to the page that it belonged to. Raises Refused."""
    if not _KEY.fullmatch(key):
        raise Refused(f"{key!r} is no key of a file")
    if db.session.scalar(select(Attachment.id).where(Attachment.key == key)):
        return Became.UNCHANGED
    page = db.session.scalar(select(Page).where(Page.slug == str(told_of_it.get("page"))))
    alt = told_of_it.get("alt")
    attachments.add(actor, page, received, alt if isinstance(alt, str) else None, key)
    return Became.CREATED


def bring_in_collection(actor: Person | None, document: Document) -> Outcome:
    """A collection with its entries, whose pages must be there. Raises Refused."""
    facts = document.facts
    slug, entries = str(facts["collection"]), facts.get("entries") or []
    if (
        not forms.may_be_slug(slug)
        or not isinstance(entries, list)
        or not all(isinstance(one, dict) for one in entries)
    ):
        raise Refused(
            "collection: its address or its entries are not in the form that is expected",
            _l("特集の書き方が違います。"),
        )
    wanted = [str(one.get("page")) for one in entries]
    found = {page.slug: page for page in db.session.scalars(select(Page).where(Page.slug.in_(wanted)))}
    if missing := [slug for slug in wanted if slug not in found]:
        raise Refused(f"there is no page {missing[0]}", _l("特集のページ「%(slug)s」がありません。", slug=missing[0]))
    drafts = [
        EntryDraft(found[str(one["page"])], str(one.get("heading") or ""), str(one.get("digest") or ""))
        for one in entries
    ]
    before = facts_of_collection(slug)
    try:
        collections.put_collection(
            actor,
            slug,
            str(facts.get("title") or slug),
            document.body,
            entries=drafts,
            source=facts.get("source"),
            disclaimer=facts.get("disclaimer"),
            is_sample=bool(facts.get("sample")),
        )
    except TooComplex:
        raise Refused("the text cannot be kept: it is too complex", _l("記号の重なりが多すぎます。")) from None
    became = Became.CREATED if before is None else Became.CHANGED
    if before == facts_of_collection(slug):
        became = Became.UNCHANGED
    return Outcome(document.path, became, f"/collections/{slug}")


def facts_of_collection(slug: str) -> tuple[dict[str, Any], str] | None:
    """What a collection's file says, or None when there is no such collection."""
    found = queries.collection_at(slug)
    return (told.of_collection(found), found.lead) if found else None


def _put_in_series(page: Page, facts: dict[str, Any]) -> None:
    series = facts.get("series")
    if isinstance(series, dict) and series.get("title") and isinstance(series.get("number"), int):
        collections.put_episode(page, str(series["title"]), series["number"], str(series.get("label") or ""))


def _put_under_names(actor: Person | None, page: Page, facts: dict[str, Any]) -> None:
    if tags := told.tags(facts):
        tagging.put_tags(actor, page, tags)
    renaming.remember_names(page, told.old_names(facts))
