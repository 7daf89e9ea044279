"""The sentences of a text layer, as readers tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

MOST_SENTENCES = 20_000
"""A text with more is taken block by block, so that what is kept about it stays bounded."""

_CLOSERS = re.escape("」』）)】〕》〉］}”’")
_NOTES = r"(?:\[[0-9]+\])*"
_END = re.compile(
    rf"(?>[。！？!?]+)(?:(?>[{_CLOSERS}]+)(?!と|って)|(?![{_CLOSERS}])){_NOTES}"  # 「…。」と言った goes on
    rf"|[.．](?=[\"'{_CLOSERS}]*{_NOTES}(?:\s|\Z))[\"'{_CLOSERS}]*{_NOTES}"  # not in 1.5, nor in example.jp
    r"|\n"
)
"""What ends a sentence: its mark, the brackets that close behind it and marks of notes; or a line end."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of block `block`, from `start` to before `end` in code points, no blank at either edge."""

    block: int
    start: int
    end: int
    text: str


def split(blocks: Sequence[str]) -> list[Sentence]:
    """The sentences of the blocks in order; together they hold every character that is no blank."""
    found = [sentence for number, block in enumerate(blocks) for sentence in _of(number, block)]
    if len(found) <= MOST_SENTENCES:
        return found
    return [sentence for number, block in enumerate(blocks) for sentence in _trimmed(number, block, 0, len(block))]


def digest(text: str) -> int:
    """What equal sentences have in common, however they are spaced: 64 bits, signed."""
    return int.from_bytes(blake2b(" ".join(text.split()).encode(), digest_size=8).digest(), signed=True)


def _of(number: int, block: str) -> Iterator[Sentence]:
    start = 0
    for end in _END.finditer(block):
        yield from _trimmed(number, block, start, end.end())
        start = end.end()
    yield from _trimmed(number, block, start, len(block))


def _trimmed(number: int, block: str, start: int, end: int) -> Iterator[Sentence]:
    piece = block[start:end]
    text = piece.strip()
    if text:
        start += len(piece) - len(piece.lstrip())
        yield Sentence(number, start, start + len(text), text)
