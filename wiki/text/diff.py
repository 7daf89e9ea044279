"""The difference between two texts as rows a reader can follow: lines first, words inside changed lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from wiki.text.matching import Effort, matches
from wiki.text.within import Op, Segments, segments

__all__ = ["Kind", "Op", "Row", "diff"]

Kind = Literal["same", "changed", "added", "removed", "fold"]

_MOST_PAIRS = 900
_ALIKE = 0.3
_MOST_ROWS = 2_000


@dataclass(frozen=True)
class Row:
    """One line of a difference; line numbers count from 1.

    `count`: the lines it stands for; more than one in a fold, and where thousands went or came at once.
    `coarse`: the texts were too large to compare closely, more may be shown as changed than did change.
    """

    kind: Kind
    old_number: int | None
    new_number: int | None
    segments: Segments
    count: int = 1
    coarse: bool = False


def diff(old: str, new: str, context: int | None = 2) -> tuple[Row, ...]:
    """The rows from old to new; unchanged lines further than `context` lines from a change are folded.

    With `context` None nothing is folded: then the same+del segments of the rows that have an old number,
    joined by line feeds, are old, and likewise same+ins new.
    """
    rows = list(_rows(_lines(old), _lines(new)))
    return tuple(rows if context is None else _folded(rows, context))


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    effort = Effort()
    at_old = at_new = 0
    for start_old, start_new, size in [*matches(old, new, effort), (len(old), len(new), 0)]:
        yield from _changed(old[at_old:start_old], new[at_new:start_new], at_old, at_new, effort)
        for step in range(size):
            line: tuple[Op, str] = ("same", old[start_old + step])
            yield Row("same", start_old + step + 1, start_new + step + 1, (line,))
        at_old, at_new = start_old + size, start_new + size


def _changed(old: list[str], new: list[str], at_old: int, at_new: int, effort: Effort) -> Iterator[Row]:
    """Rows for lines that went and came: the ones that are alike stand together, in order."""
    if max(len(old), len(new)) > _MOST_ROWS:
        yield from _in_one(old, new, at_old, at_new)
        return
    done_old = done_new = 0
    for left, right in [*_pairs(old, new), (len(old), len(new))]:
        for step in range(done_old, left):
            yield Row("removed", at_old + step + 1, None, (("del", old[step]),), coarse=effort.spent)
        for step in range(done_new, right):
            yield Row("added", None, at_new + step + 1, (("ins", new[step]),), coarse=effort.spent)
        if left < len(old) and right < len(new):
            yield _changed_row(old[left], new[right], at_old + left + 1, at_new + right + 1, effort)
        done_old, done_new = left + 1, right + 1


def _in_one(old: list[str], new: list[str], at_old: int, at_new: int) -> Iterator[Row]:
    """One row for all that went and one for all that came, of thousands of lines."""
    if old:
        yield Row("removed", at_old + 1, None, (("del", "\n".join(old)),), count=len(old), coarse=True)
    if new:
        yield Row("added", None, at_new + 1, (("ins", "\n".join(new)),), count=len(new), coarse=True)


def _changed_row(old: str, new: str, old_number: int, new_number: int, effort: Effort) -> Row:
    before = effort.spent
    effort.spent = False
    parts = segments(old, new, effort)
    coarse, effort.spent = effort.spent, before
    return Row("changed", old_number, new_number, parts, coarse=coarse)


def _pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Which old line became which new line: the order-keeping pairing with the greatest likeness."""
    if len(old) == len(new) == 1:
        return [(0, 0)]
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [(at, at) for at in range(len(old))] if len(old) == len(new) else []
    grams_old, grams_new = [_bigrams(line) for line in old], [_bigrams(line) for line in new]
    like = [[_likeness(left, right) for right in grams_new] for left in grams_old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = like[i][j] + best[i + 1][j + 1] if like[i][j] >= _ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if like[i][j] >= _ALIKE and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _bigrams(line: str) -> Counter[str]:
    line = line[:2_000]
    return Counter(map("".join, pairwise(line))) or Counter([line])


def _likeness(left: Counter[str], right: Counter[str]) -> float:
    """Dice's coefficient of two bags of bigrams: 0 to 1."""
    shared = sum(min(count, right[gram]) for gram, count in left.items() if gram in right)
    return 2 * shared / (left.total() + right.total())


def _folded(rows: list[Row], context: int) -> Iterator[Row]:
    near = [False] * len(rows)
    for at, row in enumerate(rows):
        if row.kind != "same":
            for close in range(max(0, at - context), min(len(rows), at + context + 1)):
                near[close] = True
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and not near[end]:
            end += 1
        if end - at > 1:
            yield Row("fold", rows[at].old_number, rows[at].new_number, (), count=end - at)
            at = end
        else:
            yield rows[at]
            at += 1
