"""`kairan bench fill`: a site as large as asked for, for measuring. Text is made from the sample's, marked 見本."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import func, insert, select

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core import clock, versions
from wiki.core.database import Base, db, renew_statistics, transaction
from wiki.pages.models import Page, Revision
from wiki.sample import content
from wiki.search import readings, reindex
from wiki.text import markdown, names

_BATCH = 1000
_PAGE_CHARACTERS = 1400

Row = dict[str, Any]


@click.group("bench", help="Make a site large, for measuring it.")
def bench() -> None:
    pass


@bench.command("fill", help="Add pages, people and comments, spread evenly; takes minutes for hundreds of thousands.")
@click.option("--pages", default=10, show_default=True)
@click.option("--comments", default=500, show_default=True)
@click.option("--people", default=20, show_default=True)
@with_appcontext
def fill(pages: int, comments: int, people: int) -> None:
    start = db.session.scalar(select(func.coalesce(func.max(Person.id), 0))) or 0
    db.session.rollback()
    person_ids = _write(Person, (_person(start + number) for number in range(people)), people)
    page_ids = _write(Page, (_page(start, number) for number in range(pages)), pages)
    _write(Revision, map(_revision, page_ids), pages)
    _write(Comment, _comments(page_ids, person_ids, comments), comments)
    with transaction():
        versions.touch(versions.EVERYTHING)
    _index()
    click.echo(f"{pages} pages, {comments} comments, {people} people")


def _write(model: type[Base], rows: Iterable[Row], length: int) -> list[int]:
    """Insert in batches, each a transaction; gives the new ids."""
    ids: list[int] = []
    batches = iter(rows)
    with click.progressbar(length=length, label=model.__tablename__) as progress:
        while batch := list(itertools.islice(batches, _BATCH)):
            with transaction():
                ids.extend(db.session.scalars(insert(model).returning(model.id), batch))  # type: ignore[attr-defined]
            progress.update(len(batch))
    return ids


def _index() -> None:
    """What was written past the rooms' services, search does not know yet."""
    with click.progressbar(length=reindex.total(), label="search") as progress:
        for looked_at in reindex.everything():
            progress.update(looked_at)
    readings.forget_dictionary()
    renew_statistics()


def _person(number: int) -> Row:
    name = f"見本{number + 1:06}"
    return {
        "name": name,
        "name_key": names.name_key(name),
        "email": f"sample-{number + 1:06}@kairan.invalid",
        "confirmed_at": clock.now(),
        "is_sample": True,
    }


def _page(start: int, number: int) -> Row:
    slug = f"bench-{start}-{number + 1}"
    title = f"測るためのページ {start}-{number + 1}"
    return {"slug": slug, "title": title, "current_number": 1, "is_sample": True, "questions": []}


def _revision(page_id: int) -> Row:
    body = "\n\n".join(_paragraphs(page_id))
    rendered = markdown.render_page(body)
    return {
        "page_id": page_id,
        "number": 1,
        "title": "測るためのページ",
        "body": body,
        "html": rendered.html,
        "toc": [[heading.level, heading.id, heading.text] for heading in rendered.toc],
        "blocks": list(rendered.blocks),
        "renderer_version": markdown.RENDERER_VERSION,
        "summary": "はじめの版",
    }


def _paragraphs(seed: int) -> Iterator[str]:
    """About 4 kB of Japanese, different for each seed."""
    paragraphs = [part for page in content.pages() for part in page.body.split("\n\n") if "![" not in part]
    length = 0
    for paragraph in itertools.islice(itertools.cycle(paragraphs), seed * 7 % len(paragraphs), None):
        yield paragraph.replace("[^1]", "")
        length += len(paragraph)
        if length > _PAGE_CHARACTERS:
            return


def _comments(page_ids: list[int], person_ids: list[int], number: int) -> Iterator[Row]:
    """Comments in turn over pages and people, so that each page has its even share."""
    bodies = [told["body"].strip() for told in content.discussion()["comments"]]
    html = [markdown.render_comment(body) for body in bodies]
    for index in range(number):
        which = index * 31 % len(bodies)
        yield {
            "page_id": page_ids[index % len(page_ids)],
            "author_id": person_ids[index // len(page_ids) % len(person_ids)],
            "revision_number": 1,
            "body": bodies[which],
            "html": html[which],
            "is_sample": True,
        }
