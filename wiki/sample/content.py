"""Reading the sample's files: pages with TOML front matter, and the discussion."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
_FENCE = "+++\n"


@dataclass(frozen=True)
class Document:
    """A page's file: what stands in its front matter, and its Markdown."""

    facts: dict[str, Any]
    body: str


def document(path: Path) -> Document:
    """Read one file; without front matter `facts` is empty."""
    text = path.read_text("utf-8")
    if not text.startswith(_FENCE):
        return Document({}, text)
    front, body = text.removeprefix(_FENCE).split(_FENCE, 1)
    return Document(tomllib.loads(front), body.strip() + "\n")


def pages() -> list[Document]:
    """The help pages and the five reports, each in the order in which they are listed."""
    order = [entry["report"] for entry in collection()["entries"]]
    reports = [document(FOLDER / "reports" / f"{slug}.md") for slug in reversed(order)]
    wanted = ("help", "guidelines", "privacy", "accessibility")
    return [*(document(FOLDER / "help" / f"{slug}.md") for slug in wanted), *reports]


def collection() -> dict[str, Any]:
    """The collection, its lead as Markdown under `lead`."""
    facts = tomllib.loads((FOLDER / "collection.toml").read_text("utf-8"))
    return facts | {"lead": (FOLDER / facts["lead"]).read_text("utf-8")}


def discussion() -> dict[str, Any]:
    """People, departments, comments, proposals with their steps, and the revision that reflects one."""
    return tomllib.loads((FOLDER / "discussion.toml").read_text("utf-8"))


def revision_body(name: str) -> str:
    """The Markdown of a later revision."""
    return document(FOLDER / name).body
