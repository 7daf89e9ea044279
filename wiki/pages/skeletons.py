"""Where a new report may start from: a few texts with their headings, to be filled in.

Each file in `skeleton_texts/` is one: its first line is what it is called, after a line of `+++` comes the body.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "skeleton_texts"
_FENCE = "\n+++\n"


@dataclass(frozen=True)
class Skeleton:
    """A text to start from, by the name that stands in addresses."""

    name: str
    title: str
    body: str


@cache
def all_skeletons() -> tuple[Skeleton, ...]:
    """Every text to start from, in the order of their files."""
    return tuple(map(_read, sorted(_FOLDER.glob("*.md"))))


def body_of(name: str | None) -> str:
    """The text to start from of this name; an empty one for none or an unknown name."""
    return next((one.body for one in all_skeletons() if one.name == name), "")


def _read(path: Path) -> Skeleton:
    title, body = path.read_text("utf-8").split(_FENCE, 1)
    return Skeleton(path.stem.partition("-")[2], title.strip(), body.strip() + "\n")
