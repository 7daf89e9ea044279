"""HTML from elsewhere as a tree of what can be shown: scripts, styles, frames and forms are left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

_DROPPED = {"script", "style", "template", "iframe", "object", "noscript", "svg", "math", "form", "button", "select"}
_DROPPED |= {"rp"}  # ruby's brackets: ours are put in their place
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {"p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "address", "figure", "center"}
BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "hr", "body", "html"}
BLOCKS |= {"figcaption", "dt", "dd", "li"}
_ENDS_P = BLOCKS - {"body", "html"}
_SAME = {"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr"}, "td": {"td", "th"}, "th": {"td", "th"}}
_MOST_NESTED = 60
BREAK = "\0"
"""Stands for a line break until its paragraph is written; no text holds it."""


@dataclass
class Node:
    """An element; `children` are elements and text in their order."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """What stands in the document, and the title that its head gives it."""

    root: Node
    title: str


def read(html: str) -> Tree:
    """The document, however it is broken; no deeper than 60."""
    builder = _Builder()
    builder.read(html)
    return Tree(builder.root, builder.title)


class _Builder(HTMLParser):
    """A tree, no deeper than 60; what is opened and never closed ends with its parent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.title = ""
        self._stack = [self.root]
        self._dropped: list[str] = []
        self._in_title = False

    def read(self, html: str) -> None:
        """Feed the whole. A tag that is never closed is text: `close()` would look through all of it at each `<`."""
        self.feed(html)
        rest, self.rawdata = self.rawdata, ""
        self.handle_data(unescape(rest))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        if self._dropped or tag in _DROPPED:
            if tag not in _VOID:
                self._dropped.append(tag)
            return
        if tag in _ENDS_P:
            self._end({"p"}, up_to={"table", "blockquote", "li", "td", "th"})
        if tag in _SAME:
            self._end(_SAME[tag], up_to={"ul", "ol", "dl", "table"})
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._stack[-1].children.append(node)
        if tag not in _VOID and len(self._stack) < _MOST_NESTED:
            self._stack.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if self._dropped:
            if tag in self._dropped:
                del self._dropped[self._dropped.index(tag) :]
            return
        self._end({tag}, up_to=set())

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._dropped:
            self._stack[-1].children.append(data.replace(BREAK, "\ufffd"))

    def _end(self, tags: set[str], up_to: set[str]) -> None:
        """Close the nearest open element of these, unless one of `up_to` stands in between."""
        for at in range(len(self._stack) - 1, 0, -1):
            if self._stack[at].tag in tags:
                del self._stack[at:]
                return
            if self._stack[at].tag in up_to:
                return
