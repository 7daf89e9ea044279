"""Differences of pages, made ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.pages.models import Revision
from wiki.text.diff import Row, diff

_CONTEXT = 2


@dataclass(frozen=True)
class Text:
    """A page's title and body, as one side of a comparison."""

    title: str
    body: str


@dataclass(frozen=True)
class Difference:
    """What became of a title (None: nothing) and of a text; `coarse`: too large to be compared closely."""

    title: Row | None
    rows: Sequence[Row]

    @property
    def is_empty(self) -> bool:
        return self.title is None and all(row.kind in ("same", "fold") for row in self.rows)

    @property
    def coarse(self) -> bool:
        return any(row.coarse for row in self.rows)


def between(old: Revision | Text, new: Revision | Text) -> Difference:
    """What leads from one to the other, unchanged lines folded."""
    title = diff(old.title, new.title)[0] if old.title != new.title else None
    return Difference(title, diff(old.body, new.body, _CONTEXT))
