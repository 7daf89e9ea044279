"""Taking out: every page as Markdown with front matter, every file, every collection, in a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from wiki.attachments.models import Attachment
from wiki.collections.models import Collection, CollectionEntry, Episode
from wiki.core import files
from wiki.core.database import db
from wiki.exchange import facts, frontmatter
from wiki.pages import queries as pages
from wiki.pages.models import Page

FILE_LIST = "files/index.json"


def write(folder: Path) -> tuple[int, int]:
    """Write all into the folder, made when it is not there; gives how many pages and files. Raises OSError."""
    count = 0
    for path, text in _texts():
        _write(folder / path, text)
        count += path.startswith("pages/")
    listed = [_write_file(folder, one) for one in db.session.scalars(_all_files())]
    _write(folder / FILE_LIST, json.dumps(listed, ensure_ascii=False, indent=1))
    return count, len(listed)


def _texts() -> Iterator[tuple[str, str]]:
    episodes = {one.page_id: one for one in db.session.scalars(select(Episode).options(joinedload(Episode.series)))}
    for order, page in enumerate(db.session.scalars(select(Page).options(selectinload(Page.people)).order_by(Page.id))):
        episode = episodes.get(page.id)
        told = facts.of_page(page) | {"order": order, "series": _series(episode) if episode else None}
        yield f"pages/{page.slug}.md", frontmatter.dump(told, pages.current_revision(page).body)
    entries = selectinload(Collection.entries).joinedload(CollectionEntry.page)
    for one in db.session.scalars(select(Collection).options(entries).order_by(Collection.id)):
        yield f"collections/{one.slug}.md", frontmatter.dump(facts.of_collection(one), one.lead)


def _series(episode: Episode) -> dict[str, Any]:
    return {"title": episode.series.title, "number": episode.number, "label": episode.label}


def _all_files() -> Any:
    return (
        select(Attachment)
        .where(Attachment.deleted_at.is_(None))
        .options(joinedload(Attachment.page))
        .order_by(Attachment.id)
    )


def _write_file(folder: Path, one: Attachment) -> dict[str, Any]:
    path = f"files/{one.key}/{one.address.rpartition('/')[2]}"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    with files.store().open(one.content) as kept, (folder / path).open("wb") as copy:
        shutil.copyfileobj(kept, copy)
    page = one.page.slug if one.page else None
    return {"key": one.key, "path": path, "name": one.name, "alt": one.alt, "page": page}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
