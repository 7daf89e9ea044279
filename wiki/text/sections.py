"""A page's Markdown cut at its headings, so that one section can be edited alone and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.text.blocks import Heading
from wiki.text.markdown import page_tokens


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


def put_back(source: str, heading_id: str, text: str) -> str | None:
    """The page's Markdown with this section's text replaced; None when it has no such section. Raises TooComplex.

    The same text again gives back the same page, byte for byte.
    """
    found = section(source, heading_id)
    if found is None:
        return None
    return source[: found.start] + text.strip("\n") + source[found.end :]


def _line_starts(source: str) -> list[int]:
    """Where each line begins, and the end of the text."""
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    starts[-1] = len(source)
    return starts
