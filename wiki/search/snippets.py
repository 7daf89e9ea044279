"""The piece of a text in which the words stand, with the words marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wiki.text import japanese

#: A piece of text, and whether it is one of the words looked for.
Segment = tuple[str, bool]

LENGTH = 120
_BEFORE = 30
_NEVER_FIRST = re.compile(
    "[\u0300-\u036f\u3099\u309a\u200d\ufe00-\ufe0f\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)


def marked(text: str, words: Sequence[str]) -> list[Segment]:
    """The whole of a short text, such as a title."""
    folded = japanese.fold_aligned(text)
    return _segments(text, _spans(folded.text, words, folded.shifts), 0, len(text))


def snippet(text: str, folded: str, shifts: list[list[int]], words: Sequence[str]) -> list[Segment]:
    """About `LENGTH` code points of `text` around the first of the words, with … where something was cut off.

    `folded` and `shifts` are those of `text` (text.japanese.fold_aligned).
    """
    places = [place for word in words if (place := folded.find(word)) >= 0]
    first = japanese.original_offset(shifts, min(places, default=0))
    start = 0 if first <= _BEFORE else _whole(text, first - _BEFORE)
    end = _whole(text, min(len(text), start + LENGTH))
    # the fold of what is shown alone, so that a book costs no more than a remark
    piece = text[start:end]
    segments = marked(piece, words)
    return [*([("…", False)] if start else []), *segments, *([("…", False)] if end < len(text) else [])]


def _spans(folded: str, words: Sequence[str], shifts: list[list[int]]) -> list[tuple[int, int]]:
    """Where the words stand in the original, in order, overlapping ones joined."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    spans: list[tuple[int, int]] = []
    for match in re.finditer(pattern, folded):
        start, end = (japanese.original_offset(shifts, at) for at in match.span())
        start = min(start, end - 1)
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _segments(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Segment]:
    segments: list[Segment] = []
    for span_start, span_end in spans:
        if span_start > start:
            segments.append((text[start:span_start], False))
        segments.append((text[span_start:span_end], True))
        start = span_end
    if start < end:
        segments.append((text[start:end], False))
    return segments


def _whole(text: str, at: int) -> int:
    """`at`, moved back so that no character is cut from the marks that belong to it."""
    while 0 < at < len(text) and _NEVER_FIRST.match(text[at]):
        at -= 1
    return at
