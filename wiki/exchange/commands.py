"""`kairan export` and `kairan import`."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from wiki.attachments import intake
from wiki.core.database import db, transaction
from wiki.core.web import Problem
from wiki.exchange import documents, service, sources
from wiki.exchange.documents import Document
from wiki.exchange.export import FILE_LIST, write
from wiki.exchange.service import Became, Outcome
from wiki.exchange.sources import Refused, Source


@click.command("export", help="Write every page, file and collection into a folder, as Markdown with front matter.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty")
    try:
        pages, files = write(folder)
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}") from None
    click.echo(f"{folder}: {pages} pages, {files} files")


@click.command("import", help="Bring in Markdown, HTML, Word (.docx), or a folder or ZIP archive of them.")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@with_appcontext
def import_(paths: tuple[Path, ...], dry_run: bool) -> None:
    refused = 0
    with current_app.test_request_context():  # the words of what is refused are in the site's language
        for path in paths:
            for outcome in _bring_in(path, dry_run):
                refused += outcome.became is Became.REFUSED
                line = f"{outcome.became:<10}{outcome.path}"
                click.echo(f"{line}: {outcome.about}" if outcome.about else line, err=outcome.became is Became.REFUSED)
    if dry_run:
        click.echo("nothing was written (--dry-run)")
    if refused:
        raise click.ClickException(f"{refused} of the files were not brought in")


def _bring_in(path: Path, dry: bool) -> Iterator[Outcome]:
    try:
        with sources.opened(path) as source:
            yield from _each(source, dry)
    except Refused as why:
        yield Outcome(str(path), Became.REFUSED, str(why))


def _each(source: Source, dry: bool) -> Iterator[Outcome]:
    names = source.names()
    listed = _listed_files(source) if FILE_LIST in names else []
    wanted = [name for name in names if documents.is_document(name) and not (listed and name.startswith("files/"))]
    if not wanted:
        single = len(names) == 1
        raise Refused(
            "neither Markdown, HTML nor Word (.docx)" if single else "there is no Markdown, HTML or Word in it"
        )
    collections: list[Document] = []
    for name in sorted(wanted, key=lambda name: (documents.order_of(source, name), name)):
        try:
            document = documents.read(source, name)
        except Refused as why:
            yield Outcome(name, Became.REFUSED, str(why))
            continue
        if "collection" in document.facts:
            collections.append(document)
        else:
            yield _page(document, dry)
    if dry:
        return
    for told in listed:
        yield _file(source, told)
    for document in collections:
        yield _collection(document)


def _page(document: Document, dry: bool) -> Outcome:
    try:
        ready = service.make_ready(document, dry=dry)
        if dry:
            return service.would_become(ready)
        with transaction():
            return service.bring_in(None, ready)
    except Refused as why:
        return Outcome(document.path, Became.REFUSED, str(why))
    except Problem as problem:
        return Outcome(document.path, Became.REFUSED, str(problem.title))


def _collection(document: Document) -> Outcome:
    try:
        with transaction():
            return service.bring_in_collection(None, document)
    except Refused as why:
        return Outcome(document.path, Became.REFUSED, str(why))


def _file(source: Source, told: dict[str, Any]) -> Outcome:
    path = str(told.get("path"))
    try:
        received = intake.receive(str(told.get("name") or "file"), io.BytesIO(source.read(path)))
        with transaction():
            return Outcome(path, service.bring_in_file(None, str(told.get("key")), told, received))
    except Refused as why:
        return Outcome(path, Became.REFUSED, str(why))
    except intake.Refused as why:
        db.session.rollback()
        return Outcome(path, Became.REFUSED, why.words)


def _listed_files(source: Source) -> list[dict[str, Any]]:
    try:
        listed = json.loads(source.read(FILE_LIST))
    except (ValueError, RecursionError):
        raise Refused(f"{FILE_LIST} cannot be read") from None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Refused(f"{FILE_LIST} is not in the form that is expected")
    return listed
