"""Which parts of two sequences are the same: exact for everyday sizes, coarse rather than slow beyond."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

GAP_CELLS = 250_000
"""The largest table of old × new items that is compared item by item."""


@dataclass
class Effort:
    """Comparisons left for one difference; `spent` says that something was left coarse."""

    left: int = 2_500_000
    spent: bool = False

    def allows(self, cells: int, most: int = GAP_CELLS) -> bool:
        """Takes the cells when they are few enough; else marks the result as coarse."""
        if cells > most or cells > self.left:
            self.spent = True
            return False
        self.left -= cells
        return True


Match = tuple[int, int, int]
"""Start in old, start in new, length."""


def matches(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Match]:
    """The runs that stayed, in order, without overlap: both ends, then unique items, then difflib."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    found: list[Match] = [(0, 0, head)] if head else []
    at_old, at_new = head, head
    for left, right in [*_anchors(old, new, head, old_end, new_end), (old_end, new_end)]:
        found += _in_gap(old[at_old:left], new[at_new:right], at_old, at_new, effort)
        if left < old_end:
            found.append((left, right, 1))
        at_old, at_new = left + 1, right + 1
    if tail:
        found.append((old_end, new_end, tail))
    return _joined(found)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    limit = min(len(old), len(new))
    if old[:limit] == new[:limit]:
        return limit
    return next(at for at in range(limit) if old[at] != new[at])


def _anchors(old: Sequence[str], new: Sequence[str], start: int, old_end: int, new_end: int) -> list[tuple[int, int]]:
    """Items found once in old and once in new, as many as stand in the same order (patience sorting)."""
    if (old_end - start) * (new_end - start) <= GAP_CELLS // 10:
        return []
    in_old, in_new = Counter(old[start:old_end]), Counter(new[start:new_end])
    place = {item: at for at, item in enumerate(new[start:new_end], start) if in_new[item] == 1}
    pairs = [
        (at, place[item]) for at, item in enumerate(old[start:old_end], start) if in_old[item] == 1 and item in place
    ]
    tops: list[int] = []
    top_pair: list[int] = []
    previous: list[int] = []
    for index, (_, right) in enumerate(pairs):
        pile = bisect_left(tops, right)
        previous.append(top_pair[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [right]
        top_pair[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = top_pair[-1] if top_pair else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]


def _in_gap(old: Sequence[str], new: Sequence[str], at_old: int, at_new: int, effort: Effort) -> list[Match]:
    if not old or not new or not effort.allows(len(old) * len(new)):
        return []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(at_old + m.a, at_new + m.b, m.size) for m in matcher.get_matching_blocks() if m.size]


def _joined(found: list[Match]) -> list[Match]:
    out: list[Match] = []
    for left, right, size in found:
        if out and out[-1][0] + out[-1][2] == left and out[-1][1] + out[-1][2] == right:
            left, right, size = out[-1][0], out[-1][1], out[-1][2] + size
            out.pop()
        out.append((left, right, size))
    return out
