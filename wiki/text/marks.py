"""Marks on passages of a rendered page, given by block and offsets: for what points at a text, not into its HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

Attributes = tuple[tuple[str, str], ...]

_VOID = frozenset({"br", "hr", "img", "source", "track"})
_CLOSED_FIRST = frozenset({"a", "code", "sup"})
"""A link that follows a passage stands behind these: not inside another link, nor raised with a note's number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of block `block`, from `start` to before `end` in code points, and what its elements carry.

    A passage across other elements becomes several <span>s; `id` is given to the first alone. With `link`, an
    empty <a> with these attributes follows the passage; it adds nothing to the text.
    """

    block: int
    start: int
    end: int
    attributes: Attributes
    link: Attributes = ()


def mark(html: str, marks: Iterable[Mark]) -> str:
    """The HTML of a page (as `markdown.render_page` gave it) with the marks around their passages.

    It differs from `html` by these elements alone: taken out, they leave every byte of it. Marks may overlap;
    what lies outside its block, or in none, is left out.
    """
    by_block: dict[int, list[Mark]] = defaultdict(list)
    for each in marks:
        by_block[each.block].append(each)
    if not by_block:
        return html
    marker = _Marker({block: sorted(wanted, key=lambda one: one.start) for block, wanted in by_block.items()})
    marker.feed(html)
    marker.close()
    return "".join(marker.out)


class _Marker(HTMLParser):
    """Copies well-formed HTML piece by piece, and puts the marks in while it passes their blocks."""

    def __init__(self, wanted: dict[int, list[Mark]]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._wanted = wanted
        self._open: list[str] = []
        self._block: _Block | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")
        if tag in _VOID:
            return
        self._open.append(tag)
        number = dict(attrs).get("data-block")
        if self._block is None and number and (marks := self._wanted.pop(int(number), None)):
            self._block = _Block(marks, len(self._open))

    def handle_endtag(self, tag: str) -> None:
        if self._block is not None and len(self._open) == self._block.depth:
            self.out += self._block.links(to_the_end=True)
            self._block = None
        self._open.pop()
        self.out.append(f"</{tag}>")
        if self._block is not None and not self._is_held():
            self.out += self._block.links()

    def handle_data(self, data: str) -> None:
        self._text(data, [data])

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};", [])

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};", [])

    def _text(self, raw: str, plain: Sequence[str]) -> None:
        if self._block is None:
            self.out.append(raw)
        elif plain:
            for piece in self._block.cut(raw):
                self.out += self._piece(piece, len(piece))
        else:
            self.out += self._piece(raw, len(unescape(raw)))

    def _piece(self, raw: str, length: int) -> Iterator[str]:
        assert self._block is not None
        if not self._is_held():
            yield from self._block.links()
        yield self._block.wrapped(raw, length)
        if not self._is_held():
            yield from self._block.links()

    def _is_held(self) -> bool:
        assert self._block is not None
        return not _CLOSED_FIRST.isdisjoint(self._open[self._block.depth :])


class _Block:
    """One block being passed: how far, which marks are still to come, which links wait for their place."""

    def __init__(self, marks: list[Mark], depth: int) -> None:
        self.depth = depth
        self._marks = marks
        self._edges = sorted({edge for each in marks for edge in (each.start, each.end)})
        self._at = 0
        self._begun: set[Mark] = set()
        self._ended: list[Mark] = []

    def cut(self, text: str) -> Iterator[str]:
        """The text in pieces that each lie wholly inside or outside of every mark."""
        start, end = self._at, self._at + len(text)
        last = start
        for edge in [edge for edge in self._edges if start < edge < end]:
            yield text[last - start : edge - start]
            last = edge
        yield text[last - start :]

    def wrapped(self, raw: str, length: int) -> str:
        """The next piece in the marks that lie on it."""
        start, end = self._at, self._at + length
        self._at = end
        for each in [one for one in self._marks if one.start < end and start < one.end]:
            first = each not in self._begun
            self._begun.add(each)
            own = each.attributes if first else tuple(pair for pair in each.attributes if pair[0] != "id")
            raw = f"<span{_written(own)}>{raw}</span>"
        done = [each for each in self._marks if each.end <= end]
        self._marks = [each for each in self._marks if each.end > end]
        self._ended += [each for each in done if each in self._begun]
        return raw

    def links(self, *, to_the_end: bool = False) -> list[str]:
        """The links of passages that are over."""
        over = self._ended + ([each for each in self._marks if each in self._begun] if to_the_end else [])
        self._ended = []
        return [f"<a{_written(each.link)}></a>" for each in over if each.link]


def _written(attributes: Attributes) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)
