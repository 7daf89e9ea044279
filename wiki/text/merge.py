"""Two texts that grew out of one, brought together: by line, and by sentence where lines meet.

Two changes meet when they touch the same piece of the base; changes side by side do not. So one person may rewrite a
sentence and another the next one, though the paragraph is a single line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from wiki.text.matching import Effort, matches

Kind = Literal["same", "mine", "theirs", "both", "conflict"]
Side = Literal["mine", "theirs", "both"]

_SENTENCE = re.compile(r"[^。！？\n]*[。！？]+[」』）]*|[^。！？\n]+|\n")
_CELLS = 1_000_000
"""How much is compared item by item for each side (text/matching.py): about a second for the longest page."""


@dataclass(frozen=True)
class Own:
    """Somebody's own words for a place about which both sides disagree."""

    words: str


@dataclass(frozen=True)
class Part:
    """A piece of the three texts: who changed it, and how. A line's break stands before it, also before the first.

    `both`: the same change on both sides. `conflict`: two different ones, between which somebody has to choose.
    """

    kind: Kind
    base: str
    mine: str
    theirs: str

    @property
    def texts(self) -> tuple[str, str, str]:
        """Base, mine, theirs."""
        return self.base, self.mine, self.theirs

    @property
    def text(self) -> str | None:
        """What becomes of it; None for a conflict."""
        if self.kind == "conflict":
            return None
        return self.theirs if self.kind == "theirs" else self.mine

    def chosen(self, choice: Side | Own) -> str:
        """A conflict decided: one side, both (mine, then theirs), or words of one's own in place of either."""
        if not isinstance(choice, Own):
            return {"mine": self.mine, "theirs": self.theirs, "both": self.mine + self.theirs}[choice]
        begins_lines = all(text.startswith("\n") for text in (self.mine, self.theirs) if text)
        needs_break = begins_lines and choice.words and not choice.words.startswith("\n")
        return f"\n{choice.words}" if needs_break else choice.words


@dataclass(frozen=True)
class Merge:
    """The parts of a merge, in order: their `base`s joined are a line break and the base, and so for either side."""

    parts: tuple[Part, ...]

    @property
    def conflicts(self) -> tuple[Part, ...]:
        """The parts that need a choice."""
        return tuple(part for part in self.parts if part.kind == "conflict")

    @property
    def is_clean(self) -> bool:
        """Whether nothing needs a choice."""
        return not self.conflicts

    @property
    def text(self) -> str:
        """The text of a clean merge. Raises ValueError when there are conflicts."""
        return self.resolved(())

    def with_at_most(self, most: int) -> Merge:
        """The same merge with at most so many conflicts: those with the least text between them become one."""
        places = [at for at, part in enumerate(self.parts) if part.kind == "conflict"]
        gaps = sorted((sum(len(part.base) for part in self.parts[a:b]), b) for a, b in pairwise(places))
        firsts = {b for _, b in gaps[max(0, len(gaps) - most + 1) :]}
        runs: list[list[int]] = []
        for at in places:
            if not runs or at in firsts:
                runs.append([at])
            runs[-1][1:] = [at]
        parts: list[Part] = []
        done = 0
        for run in runs:
            parts += [*self.parts[done : run[0]], _joined(self.parts[run[0] : run[-1] + 1])]
            done = run[-1] + 1
        return Merge((*parts, *self.parts[done:]))

    def resolved(self, choices: Sequence[Side | Own]) -> str:
        """The text with one choice for each conflict, in order.

        Raises ValueError when there are more or fewer choices than conflicts.
        """
        if len(choices) != len(self.conflicts):
            raise ValueError(f"{len(choices)} choices for {len(self.conflicts)} conflicts")
        left = iter(choices)
        pieces = (part.chosen(next(left)) if part.text is None else part.text for part in self.parts)
        return "".join(pieces).removeprefix("\n")


def three_way(base: str, mine: str, theirs: str) -> Merge:
    """Bring together two texts that were made from `base`.

    Whatever a side added is in the result or in a conflict; what is gone, a side took out. Swapping the sides swaps
    the parts. Texts too large to be compared closely give larger conflicts, never a guess.
    """
    efforts = Effort(_CELLS), Effort(_CELLS)
    whole = Part("conflict", f"\n{base}", f"\n{mine}", f"\n{theirs}")
    parts: list[Part] = []
    for part in _finer(whole, _lines, efforts):
        parts += _whole_lines(_finer(part, _sentences, efforts)) if part.kind == "conflict" else [part]
    return Merge(tuple(parts))


def _lines(text: str) -> list[str]:
    return [f"\n{line}" for line in text.split("\n")[1:]]


def _sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


@dataclass(frozen=True)
class _Change:
    """One side's change: the tokens `start` to `end` of the base give way to `new`."""

    start: int
    end: int
    new: list[str]
    is_mine: bool

    @property
    def adds(self) -> bool:
        return len(self.new) > self.end - self.start

    def meets(self, other: _Change) -> bool:
        """Whether the two touch one piece of the base, or both add something at one place."""
        if self.start < other.end and other.start < self.end:
            return True
        touches = self.start <= other.end and other.start <= self.end
        inserts = self.start == self.end or other.start == other.end
        return touches and inserts and self.adds and other.adds


def _finer(whole: Part, split: Callable[[str], list[str]], efforts: tuple[Effort, Effort]) -> list[Part]:
    """A conflict taken apart into what one side changed and what both did."""
    tokens = split(whole.base)
    changes = list(_changes(tokens, split(whole.mine), efforts[0], is_mine=True))
    changes += _changes(tokens, split(whole.theirs), efforts[1], is_mine=False)
    parts: list[Part] = []
    done = 0
    for group in _groups(sorted(changes, key=lambda change: (change.start, change.end))):
        start, end = group[0].start, max(change.end for change in group)
        parts += _same(tokens[done:start])
        parts.append(_part(tokens, start, end, group))
        done = end
    return parts + _same(tokens[done:])


def _changes(base: list[str], side: list[str], effort: Effort, *, is_mine: bool) -> Iterator[_Change]:
    at_base = at_side = 0
    for start, start_side, size in [*matches(base, side, effort), (len(base), len(side), 0)]:
        if at_base < start or at_side < start_side:
            yield _Change(at_base, start, side[at_side:start_side], is_mine)
        at_base, at_side = start + size, start_side + size


def _groups(changes: list[_Change]) -> Iterator[list[_Change]]:
    """Changes that meet, directly or by a third, together. A side's own never touch, so its last tells."""
    group: list[_Change] = []
    last: dict[bool, _Change] = {}
    for change in changes:
        other = last.get(not change.is_mine)
        if group and not (other and change.meets(other)):
            yield group
            group, last = [], {}
        group.append(change)
        last[change.is_mine] = change
    if group:
        yield group


def _part(tokens: list[str], start: int, end: int, group: list[_Change]) -> Part:
    base = "".join(tokens[start:end])
    mine = _side(tokens, start, end, [change for change in group if change.is_mine])
    theirs = _side(tokens, start, end, [change for change in group if not change.is_mine])
    kind: Kind = "conflict"
    if mine == theirs:
        kind = "both"
    elif base in (mine, theirs):
        kind = "theirs" if base == mine else "mine"
    return Part(kind, base, mine, theirs)


def _side(tokens: list[str], start: int, end: int, changes: list[_Change]) -> str:
    """What a side made of the tokens from start to end."""
    pieces: list[str] = []
    for change in changes:
        pieces += tokens[start : change.start] + change.new
        start = change.end
    return "".join(pieces + tokens[start:end])


def _whole_lines(parts: list[Part]) -> list[Part]:
    """A conflict that fills its lines gets their break back, so that both sides stay lines when both are chosen."""
    out: list[Part] = []
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        ends = following is None or all(text.startswith("\n") for text in following.texts if text)
        before = out[-1].base if out and out[-1].kind == "same" else ""
        if part.kind == "conflict" and ends and before.endswith("\n"):
            out[-1:] = [*_same([before[:-1]]), Part("conflict", *(f"\n{text}" for text in part.texts))]
        else:
            out.append(part)
    return out


def _joined(parts: Sequence[Part]) -> Part:
    """Neighbours as one conflict."""
    return Part("conflict", *("".join(texts) for texts in zip(*(part.texts for part in parts), strict=True)))


def _same(tokens: list[str]) -> list[Part]:
    text = "".join(tokens)
    return [Part("same", text, text, text)] if text else []
