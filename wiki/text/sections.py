"""A page's Markdown cut at its headings, or at some paragraphs, so that a part can be edited alone and put back.

A section is named by its heading's id, a part that holds certain words by its blocks: `block:3-4`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from wiki.text.blocks import Heading
from wiki.text.markdown import page_tokens

_BLOCKS = re.compile(r"block:(\d{1,6})-(\d{1,6})")


@dataclass(frozen=True)
class Section:
    """A heading with all that belongs under it: source[start:end], without the blank lines that follow; code points."""

    heading: Heading
    start: int
    end: int


def sections(source: str) -> Sequence[Section]:
    """The sections of a page's Markdown in order; a deeper one lies within the one above it. Raises TooComplex.

    Only headings of the page itself count: not those in lists, quotes and notes, nor what looks like one in code.
    """
    tokens, toc = page_tokens(source)
    headings = {heading.id: heading for heading in toc}
    found = [
        (headings[str(token.attrs["id"])], token.map[0])
        for token in tokens
        if token.type == "heading_open" and token.level == 0 and token.map
    ]
    starts = _line_starts(source)
    cut = []
    for at, (heading, line) in enumerate(found):
        after = (other_line for other, other_line in found[at + 1 :] if other.level <= heading.level)
        start, until = starts[line], starts[next(after, len(starts) - 1)]
        cut.append(Section(heading, start, start + len(source[start:until].rstrip())))
    return cut


def section(source: str, heading_id: str) -> Section | None:
    """The section under this heading. Raises TooComplex."""
    return next((one for one in sections(source) if one.heading.id == heading_id), None)


def part(source: str, name: str) -> tuple[int, int] | None:
    """Where the part of this name begins and ends: a section's, or that of some blocks. Raises TooComplex."""
    if named := _BLOCKS.fullmatch(name):
        blocks = _blocks(source)
        first, last = int(named[1]), int(named[2])
        return (blocks[first].start, blocks[last].end) if first <= last < len(blocks) else None
    found = section(source, name)
    return (found.start, found.end) if found else None


def name_of_words(source: str, words: str, before: str = "") -> str | None:
    """The name of the part that holds these words as they are read, whole blocks; None when they are not there.

    `before` are words that stand before them, by which the right ones are told from the same words elsewhere; white
    space counts for nothing. Raises TooComplex.
    """
    blocks, wanted, context = _blocks(source), _dense(words), _dense(before)
    text = "".join(block.words for block in blocks)
    at = text.find(context + wanted) + len(context) if context and context + wanted in text else text.find(wanted)
    if not wanted or at < 0:
        return None
    ends, end = [], 0
    for block in blocks:
        end += len(block.words)
        ends.append(end)
    first = next(number for number, end in enumerate(ends) if at < end)
    last = next(number for number, end in enumerate(ends) if at + len(wanted) <= end)
    return f"block:{first}-{last}"


def put_back(source: str, name: str, text: str) -> str | None:
    """The page's Markdown with this part's text replaced; None when it has no such part. Raises TooComplex.

    The same text again gives back the same page, byte for byte.
    """
    found = part(source, name)
    if found is None:
        return None
    return source[: found[0]] + text.strip("\n") + source[found[1] :]


@dataclass(frozen=True)
class _Block:
    """A block of the page itself: source[start:end], and what is read in it, without white space."""

    start: int
    end: int
    words: str


def _blocks(source: str) -> list[_Block]:
    tokens, _toc = page_tokens(source)
    starts, found = _line_starts(source), []
    for at, token in enumerate(tokens):
        if token.level == 0 and token.map and token.nesting >= 0:
            start, until = starts[token.map[0]], starts[token.map[1]]
            words = _dense("".join(_read(tokens[at : _close(tokens, at) + 1])))
            found.append(_Block(start, start + len(source[start:until].rstrip()), words))
    return found


def _close(tokens: list[Token], at: int) -> int:
    """Where the block that opens at `at` closes."""
    if tokens[at].nesting == 0:
        return at
    return next(number for number in range(at + 1, len(tokens)) if tokens[number].level == 0)


def _read(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield from (child.content for child in token.children or () if child.type in {"text", "code_inline"})
        elif token.type in {"fence", "code_block"}:
            yield token.content


def _dense(words: str) -> str:
    return "".join(words.split())


def _line_starts(source: str) -> list[int]:
    """Where each line begins, and the end of the text."""
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    starts[-1] = len(source)
    return starts
