"""Taking out: pages as Markdown with front matter, their files, and the collections, in a folder or a ZIP archive."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from wiki.attachments.models import Attachment
from wiki.collections.models import Collection, CollectionEntry, Episode, PageTag, Tag
from wiki.core import files
from wiki.core.database import db
from wiki.exchange import facts, frontmatter
from wiki.pages import queries as pages
from wiki.pages.models import Page, Redirect

FILE_LIST = "files/index.json"
_KEY = re.compile(r"/files/([A-Za-z0-9_-]{22})/")

Entry = tuple[str, BinaryIO]


def write(folder: Path) -> tuple[int, int]:
    """Write all into the folder, made when it is not there; gives how many pages and files. Raises OSError."""
    paths = []
    for path, data in entries():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with data, (folder / path).open("wb") as copy:
            shutil.copyfileobj(data, copy)
        paths.append(path)
    written = [sum(path.startswith(start) for path in paths) for start in ("pages/", "files/")]
    return written[0], written[1] - 1  # the list of files is none of them


def pack(file: BinaryIO, page: Page | None = None) -> None:
    """Write all, or one page and its files, into a ZIP archive. Raises OSError."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in entries(page):
            with data, archive.open(path, "w", force_zip64=True) as copy:
                shutil.copyfileobj(data, copy)


def entries(page: Page | None = None) -> Iterator[Entry]:
    """Every file of an export by its path, or those of one page alone; each is to be closed by who takes it.

    A page that was never published has no text yet and is left out, and so is what was deleted.
    """
    for path, text in _texts(page):
        yield path, io.BytesIO(text.encode())
    found = _files() if page is None else _files_of(page)
    listed = [(one, f"files/{one.key}/{one.address.rpartition('/')[2]}") for one in found]
    for one, path in listed:
        yield path, files.store().open(one.content)
    told = [
        {"key": one.key, "path": path, "name": one.name, "alt": one.alt, "page": one.page.slug if one.page else None}
        for one, path in listed
    ]
    yield FILE_LIST, io.BytesIO(json.dumps(told, ensure_ascii=False, indent=1).encode())


def _texts(only: Page | None) -> Iterator[tuple[str, str]]:
    """Pages in the order in which they were made, then collections: 6 queries, and 1 a page."""
    episodes = {one.page_id: one for one in db.session.scalars(select(Episode).options(joinedload(Episode.series)))}
    tags = _by_page(select(PageTag.page_id, Tag.name).join(Tag, Tag.id == PageTag.tag_id).order_by(Tag.key))
    names = _by_page(select(Redirect.page_id, Redirect.slug).order_by(Redirect.slug))
    wanted = select(Page).where(Page.deleted_at.is_(None), Page.current_number > 0)
    if only is not None:
        wanted = wanted.where(Page.id == only.id)
    for order, page in enumerate(db.session.scalars(wanted.options(selectinload(Page.people)).order_by(Page.id))):
        episode = episodes.get(page.id)
        told = facts.of_page(page) | {
            "order": order if only is None else None,
            "series": _series(episode) if episode else None,
            "tags": tags.get(page.id),
            "old_names": names.get(page.id),
        }
        yield f"pages/{page.slug}.md", frontmatter.dump(told, pages.current_revision(page).body)
    if only is None:
        with_pages = selectinload(Collection.entries).joinedload(CollectionEntry.page)
        for one in db.session.scalars(select(Collection).options(with_pages).order_by(Collection.id)):
            yield f"collections/{one.slug}.md", frontmatter.dump(facts.of_collection(one), one.lead)


def _by_page(rows: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for page_id, name in db.session.execute(rows):
        found.setdefault(page_id, []).append(name)
    return found


def _series(episode: Episode) -> dict[str, Any]:
    return {"title": episode.series.title, "number": episode.number, "label": episode.label}


def _files() -> Sequence[Attachment]:
    return db.session.scalars(_standing_files()).all()


def _files_of(page: Page) -> Sequence[Attachment]:
    """The page's own files, and those of others that it shows."""
    shown = set(_KEY.findall(f"{page.cover or ''} {pages.current_revision(page).body}"))
    wanted = _standing_files().where(or_(Attachment.page_id == page.id, Attachment.key.in_(shown)))
    return db.session.scalars(wanted).all()


def _standing_files() -> Any:
    wanted = select(Attachment).where(Attachment.deleted_at.is_(None)).options(joinedload(Attachment.page))
    return wanted.order_by(Attachment.id)
