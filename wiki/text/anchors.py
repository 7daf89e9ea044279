"""Passages that somebody speaks of: found in a text layer by their words, and carried through every later edit.

A layer's blocks are taken as one text, a line end between two blocks; a span is a pair of offsets in it, in code
points, and may reach over blocks. Blanks do not count when words are compared: a browser gives line ends and cells of
a selection with other blanks than the layer. Carrying never puts an anchor at other words: it is at its own words, or
at words that they became and says so, or nowhere (Robust anchoring after Brush et al., CHI 2001, made stricter).
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from wiki.text import sentences
from wiki.text.matching import Effort, matches
from wiki.text.provenance import likeness

CONTEXT = 32
"""So many characters before and after a passage are kept to tell it from another with the same words."""

_BLANKS = re.compile(r"\s+")
_LEAST_CONTEXT = 8
_LEAST_LIKE = 0.5
_CERTAIN_LENGTH = 20

Span = tuple[int, int]


class State(enum.StrEnum):
    """At its words, at what they became, or 本文から消えた."""

    HERE = "here"
    CHANGED = "changed"
    GONE = "gone"


class Ambiguous(ValueError):
    """The words stand at several places, and what stands around them does not tell which is meant."""


@dataclass(frozen=True)
class Anchor:
    """A passage: its own words with what stood around them, and where it is; `span` is None when it is gone."""

    quote: str
    prefix: str
    suffix: str
    state: State
    span: Span | None


@dataclass(frozen=True)
class Piece:
    """The part of a span in one block, offsets in the block."""

    block: int
    start: int
    end: int


class Text:
    """A layer as one text, with the ways to look for words in it."""

    def __init__(self, blocks: Sequence[str]) -> None:
        self.blocks = blocks
        self.whole = "\n".join(blocks)
        self._starts = list(accumulate((len(block) + 1 for block in blocks), initial=0))
        self._inked = [at for at, char in enumerate(self.whole) if not char.isspace()]
        self.squeezed = "".join(self.whole[at] for at in self._inked)
        self._sentences: list[Span] | None = None

    def words(self, span: Span) -> str:
        """What stands in a span."""
        return self.whole[span[0] : span[1]]

    def around(self, span: Span) -> tuple[str, str]:
        """What stands before and after a span, at most CONTEXT characters each."""
        return self.whole[max(0, span[0] - CONTEXT) : span[0]], self.whole[span[1] : span[1] + CONTEXT]

    def pieces(self, span: Span) -> list[Piece]:
        """A span block by block, without pieces of blanks alone."""
        first = bisect_right(self._starts, span[0]) - 1
        found = []
        for block in range(first, len(self.blocks)):
            origin = self._starts[block]
            if origin >= span[1]:
                break
            start, end = max(0, span[0] - origin), min(len(self.blocks[block]), span[1] - origin)
            if self.blocks[block][start:end].strip():
                found.append(Piece(block, start, end))
        return found

    def span_of(self, block: int, start: int, end: int) -> Span:
        """The span of a piece."""
        return self._starts[block] + start, self._starts[block] + end

    def all_of(self, words: str) -> list[Span]:
        """Every place of these words, blanks aside, in order; they may overlap."""
        wanted = squeeze(words)
        found, at = [], self.squeezed.find(wanted) if wanted else -1
        while at >= 0:
            found.append((self._inked[at], self._inked[at + len(wanted) - 1] + 1))
            at = self.squeezed.find(wanted, at + 1)
        return found

    def agreement(self, span: Span, prefix: str, suffix: str) -> int:
        """How many characters around a span are those of the context, blanks aside."""
        left, right = bisect_left(self._inked, span[0]), bisect_left(self._inked, span[1])
        before, after = self.squeezed[max(0, left - CONTEXT) : left], self.squeezed[right : right + CONTEXT]
        return _common(before[::-1], squeeze(prefix)[::-1]) + _common(after, squeeze(suffix))

    @property
    def sentences(self) -> list[Span]:
        """The spans of its sentences, in order."""
        if self._sentences is None:
            found = sentences.split(self.blocks)
            self._sentences = [self.span_of(each.block, each.start, each.end) for each in found]
        return self._sentences


def squeeze(text: str) -> str:
    """The text without blanks."""
    return _BLANKS.sub("", text)


def locate(text: Text, quote: str, prefix: str = "", suffix: str = "") -> Span | None:
    """Where the quoted words stand; None where they do not. Raises Ambiguous when it cannot be told which are meant."""
    found = text.all_of(quote)
    if len(found) <= 1:
        return found[0] if found else None
    agreed = {span: text.agreement(span, prefix, suffix) for span in found}
    best = max(agreed.values())
    likely = [span for span in found if agreed[span] == best]
    if len(likely) > 1:
        raise Ambiguous
    return likely[0]


def made(text: Text, span: Span) -> Anchor:
    """A new anchor at a span of the text."""
    prefix, suffix = text.around(span)
    return Anchor(text.words(span), prefix, suffix, State.HERE, span)


def carry(old: Text, new: Text, anchors: Sequence[Anchor]) -> list[Anchor]:
    """The anchors of `old` as they are in `new`: one comparison of the two for all of them."""
    if old.whole == new.whole:
        return list(anchors)
    way = _Way(old, new)
    return [_carried(way, anchor) for anchor in anchors]


def _carried(way: _Way, anchor: Anchor) -> Anchor:
    if anchor.span is None:
        back = _certain(way.new, anchor)
        return anchor if back is None else _at(way.new, anchor, back, State.HERE)
    kept = way.kept(anchor.span)
    if kept is None and anchor.state is State.HERE:
        kept = _moved(way, anchor)
    if kept is not None:
        state = State.HERE if squeeze(way.new.words(kept)) == squeeze(anchor.quote) else State.CHANGED
        return _at(way.new, anchor, kept, state)
    became = way.became(anchor.span)
    if became is None:
        return Anchor(anchor.quote, anchor.prefix, anchor.suffix, State.GONE, None)
    state = State.HERE if squeeze(way.new.words(became)) == squeeze(anchor.quote) else State.CHANGED
    return _at(way.new, anchor, became, state)


def _at(text: Text, anchor: Anchor, span: Span, state: State) -> Anchor:
    """The anchor at a span; the context is renewed while the words are its own."""
    prefix, suffix = text.around(span) if state is State.HERE else (anchor.prefix, anchor.suffix)
    return Anchor(anchor.quote, prefix, suffix, state, span)


def _moved(way: _Way, anchor: Anchor) -> Span | None:
    """Where the same words stand now, if they are meant beyond doubt."""
    found = way.new.all_of(anchor.quote)
    if len(found) == 1 and len(way.old.all_of(anchor.quote)) == 1:
        return found[0] if _is_telling(way.new, anchor, found[0]) else None
    agreed = sorted(((way.new.agreement(span, anchor.prefix, anchor.suffix), span) for span in found), reverse=True)
    if not agreed or agreed[0][0] < _LEAST_CONTEXT or (len(agreed) > 1 and agreed[1][0] == agreed[0][0]):
        return None
    return agreed[0][1]


def _certain(text: Text, anchor: Anchor) -> Span | None:
    """Where words that had gone stand again, if there is only one such place and it is like the old one."""
    found = text.all_of(anchor.quote)
    return found[0] if len(found) == 1 and _is_telling(text, anchor, found[0]) else None


def _is_telling(text: Text, anchor: Anchor, span: Span) -> bool:
    """Whether the words are long enough to be no chance, or stand between what they stood between."""
    if len(squeeze(anchor.quote)) >= _CERTAIN_LENGTH:
        return True
    return text.agreement(span, anchor.prefix, anchor.suffix) >= _LEAST_CONTEXT


class _Way:
    """From one text to the next: which sentences stayed, and what stands in place of those that did not."""

    def __init__(self, old: Text, new: Text) -> None:
        self.old, self.new = old, new
        before, after = [squeeze(old.words(s)) for s in old.sentences], [squeeze(new.words(s)) for s in new.sentences]
        self._to: dict[int, int] = {}
        for left, right, size in matches(before, after, Effort()):
            self._to.update(zip(range(left, left + size), range(right, right + size), strict=True))
        self._stayed = sorted(self._to)
        once_before, once_after = _once(before), _once(after)
        for words in once_before.keys() & once_after.keys():
            if len(words) >= _LEAST_CONTEXT:
                self._to.setdefault(once_before[words], once_after[words])
        self._taken = set(self._to.values())
        self._old_starts = [span[0] for span in old.sentences]

    def kept(self, span: Span) -> Span | None:
        """Where a span is whose sentences all stayed, side by side."""
        over = self._over(span)
        if not over or any(at not in self._to for at in over):
            return None
        first, last = self._to[over[0]], self._to[over[-1]]
        if last - first != len(over) - 1:
            return None
        start = self._within(over[0], first, span[0])
        end = self._within(over[-1], last, span[1] - 1) + 1
        same = squeeze(self.new.words((start, end))) == squeeze(self.old.words(span))
        return (start, end) if same else None

    def became(self, span: Span) -> Span | None:
        """The new sentences between the neighbours that stayed which are like the old ones, as one span."""
        over = self._over(span)
        if not over:
            return None
        before, after = bisect_left(self._stayed, over[0]), bisect_right(self._stayed, over[-1])
        first = self._to[self._stayed[before - 1]] + 1 if before else 0
        end = self._to[self._stayed[after]] if after < len(self._stayed) else len(self.new.sentences)
        words = self.old.words((self.old.sentences[over[0]][0], self.old.sentences[over[-1]][1]))
        fresh = [at for at in range(first, end) if at not in self._taken or at in {self._to.get(one) for one in over}]
        alike = [at for at in fresh if likeness(squeeze(self.new.words(self.new.sentences[at])), words) >= _LEAST_LIKE]
        if not alike:
            return None
        found = (self.new.sentences[alike[0]][0], self.new.sentences[alike[-1]][1])
        return found if likeness(self.new.words(found), self.old.words(span)) >= _LEAST_LIKE else None

    def _over(self, span: Span) -> range:
        """The old sentences that a span touches."""
        first = bisect_right(self._old_starts, span[0]) - 1
        if first < 0 or self.old.sentences[first][1] <= span[0]:
            first += 1
        return range(first, bisect_left(self._old_starts, span[1]))

    def _within(self, old_sentence: int, new_sentence: int, at: int) -> int:
        """The place in the new sentence of a character of the equal old one: the same inked character."""
        inked = len(squeeze(self.old.whole[self.old.sentences[old_sentence][0] : at]))
        place = self.new.sentences[new_sentence][0]
        for char in self.new.words(self.new.sentences[new_sentence]):
            if not char.isspace():
                if inked == 0:
                    break
                inked -= 1
            place += 1
        return place


def _once(items: Sequence[str]) -> dict[str, int]:
    """What stands among the items once only, with its place."""
    counts = Counter(items)
    return {item: at for at, item in enumerate(items) if counts[item] == 1}


def _common(one: str, other: str) -> int:
    limit = min(len(one), len(other))
    return next((at for at in range(limit) if one[at] != other[at]), limit)
