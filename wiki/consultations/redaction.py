"""What the public does not read of an opinion: places in its text, blacked out with the reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BLACK = "■"
_LONGEST_BLACK = 12


@dataclass(frozen=True)
class Piece:
    """A part of the text; blacked out (`reason`) or as it was written."""

    text: str
    reason: str = ""


class NotInText(ValueError):
    """The words to black out do not stand in the text."""


def black_out(body: str, redactions: Sequence[Sequence[object]], quote: str, reason: str) -> list[list[object]]:
    """The redactions with every place of `quote` added, sorted and without overlaps. Raises NotInText."""
    places, at = [], body.find(quote) if quote else -1
    while at >= 0:
        places.append((at, at + len(quote)))
        at = body.find(quote, at + len(quote))
    if not places:
        raise NotInText
    taken = [(int(str(start)), int(str(end)), str(why)) for start, end, why in redactions]
    for start, end in places:
        near = [each for each in taken if each[0] < end and start < each[1]]
        for each in near:
            taken.remove(each)
        taken.append((min([start, *(each[0] for each in near)]), max([end, *(each[1] for each in near)]), reason))
    return [[start, end, why] for start, end, why in sorted(taken)]


def pieces(body: str, redactions: Sequence[Sequence[object]]) -> list[Piece]:
    """The text in pieces, what is blacked out as black squares, at most twelve, whatever its length."""
    found, at = [], 0
    for start, end, why in redactions:
        first, last = int(str(start)), int(str(end))
        if first > at:
            found.append(Piece(body[at:first]))
        found.append(Piece(BLACK * min(last - first, _LONGEST_BLACK), str(why)))
        at = last
    return [*found, Piece(body[at:])] if at < len(body) else found
