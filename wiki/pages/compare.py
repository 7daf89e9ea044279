"""Differences of pages, made ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from wiki.pages.models import Revision
from wiki.text.diff import Op, Row, diff

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


def touched(base: Revision | Text, *differences: Difference) -> tuple[Row, ...]:
    """The lines of `base` that any of the differences from it changes, with those around; the rest folded.

    A row here may stand for several lines, joined by line feeds.
    """
    lines = base.body.split("\n")
    near: set[int] = set()
    for difference in differences:
        for row in difference.rows:
            if row.kind not in ("fold", "added") and row.old_number is not None:
                near.update(range(row.old_number, row.old_number + row.count))
    return tuple(_runs(lines, near))


def _runs(lines: list[str], near: set[int]) -> Iterator[Row]:
    for is_near, run in groupby(range(1, len(lines) + 1), lambda number: number in near):
        numbers = list(run)
        first, count = numbers[0], len(numbers)
        text: tuple[Op, str] = ("same", "\n".join(lines[number - 1] for number in numbers))
        yield Row("same" if is_near else "fold", first, None, (text,) if is_near else (), count=count)
