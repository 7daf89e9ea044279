"""Bringing in a whole source, document by document: what `kairan import` and the form at /desk/import share."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.accounts.models import Person
from wiki.attachments import intake
from wiki.core.database import db, transaction
from wiki.core.web import Problem
from wiki.exchange import documents, service
from wiki.exchange.documents import Document
from wiki.exchange.export import FILE_LIST
from wiki.exchange.service import Became, Outcome
from wiki.exchange.sources import Refused, Source

Who = Callable[[], Person | None]


def each(source: Source, *, dry: bool, who: Who = lambda: None) -> Iterator[Outcome]:
    """Bring in every document of the source, pages before collections; in a dry run only tell what would be done.

    Each is written in a transaction of its own; `who` gives, within it, the person who does this. Raises Refused when
    nothing in the source is a document.
    """
    names = source.names()
    listed = _listed_files(source) if FILE_LIST in names else []
    wanted = [name for name in names if documents.is_document(name) and not (listed and name.startswith("files/"))]
    if not wanted:
        single = len(names) == 1
        message = "neither Markdown, HTML nor Word (.docx)" if single else "there is no Markdown, HTML or Word in it"
        raise Refused(message, _l("Markdown、HTML、Word（.docx）のどれも入っていません。"))
    collections: list[Document] = []
    for name in sorted(wanted, key=lambda name: (documents.order_of(source, name), name)):
        try:
            document = documents.read(source, name)
        except Refused as why:
            yield Outcome.refused(name, why)
            continue
        if "collection" in document.facts:
            collections.append(document)
        else:
            yield _page(document, dry, who)
    if dry:
        yield from map(service.would_become_collection, collections)
        return
    for told in listed:
        yield _file(source, told, who)
    for document in collections:
        yield _collection(document, who)


def _page(document: Document, dry: bool, who: Who) -> Outcome:
    try:
        ready = service.make_ready(document, dry=dry)
        if dry:
            return service.would_become(who(), ready)
        with transaction():
            return service.bring_in(who(), ready)
    except Refused as why:
        return Outcome.refused(document.path, why)
    except Problem as problem:
        return Outcome(document.path, Became.REFUSED, str(problem.title), problem.title)


def _collection(document: Document, who: Who) -> Outcome:
    try:
        with transaction():
            return service.bring_in_collection(who(), document)
    except Refused as why:
        return Outcome.refused(document.path, why)


def _file(source: Source, told: dict[str, Any], who: Who) -> Outcome:
    path = str(told.get("path"))
    try:
        received = intake.receive(str(told.get("name") or "file"), io.BytesIO(source.read(path)))
        with transaction():
            return Outcome(path, service.bring_in_file(who(), str(told.get("key")), told, received))
    except Refused as why:
        return Outcome.refused(path, why)
    except intake.Refused as why:
        db.session.rollback()
        return Outcome(path, Became.REFUSED, why.words, why.words)


def _listed_files(source: Source) -> list[dict[str, Any]]:
    try:
        listed = json.loads(source.read(FILE_LIST))
    except (ValueError, RecursionError):
        raise Refused(f"{FILE_LIST} cannot be read") from None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Refused(f"{FILE_LIST} is not in the form that is expected")
    return listed
