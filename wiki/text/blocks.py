"""What a page's tokens become before they are written as HTML: figures, heading ids, and the text layer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from wiki.text.inlines import heading_text, inline_text, settle
from wiki.text.urls import is_local

_NOT_IN_ID = re.compile(r"[^\w\s-]+")
_MAX_ID = 60
_VIDEO = re.compile(r"\.(?:webm|mp4)$", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its level (2–6), its id without #, its plain text."""

    level: int
    id: str
    text: str


@dataclass
class Layer:
    """What is gathered while a page is rendered."""

    toc: list[Heading] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> str | None:
        """Adds a block and gives its number; a block without visible text gets none."""
        if not text.strip():
            return None
        self.blocks.append(text)
        return str(len(self.blocks) - 1)

    def heading_id(self, text: str) -> str:
        """A unique id in the heading's own words; "h-" before ASCII keeps it apart from templates' ids."""
        base = heading_name(text)
        count = self.ids.get(base, 0) + 1
        self.ids[base] = count
        if count == 1:
            return base
        name = f"{base}-{count}"
        while name in self.ids:
            count += 1
            name = f"{base}-{count}"
        self.ids[base] = count
        self.ids[name] = 1
        return name


def heading_name(text: str) -> str:
    """The id of a heading of these words, unless an earlier heading has it; "h-" before ASCII (see Layer)."""
    words = _NOT_IN_ID.sub("", unicodedata.normalize("NFKC", text)).split()
    base = "-".join(words)[:_MAX_ID].strip("-_")
    if not base.isascii():
        return base
    return f"h-{base}" if base else "h"


def lay_out(state: StateCore) -> None:
    """markdown-it core rule for pages: fills `env["layer"]`, marks tokens with block numbers and ids."""
    layer: Layer = state.env["layer"]
    state.tokens = list(_with_figures(state, _with_backlinks_last(state.tokens)))
    for at, token in enumerate(state.tokens):
        if token.type == "inline":
            _lay_out_inline(state.tokens[at - 1], token, layer)
        elif token.type in ("fence", "code_block"):
            _mark(token, layer.number(token.content))
        elif token.type == "figure" and token.children:
            token.meta["block"] = layer.number(inline_text(token.children))


def _lay_out_inline(opener: Token, inline: Token, layer: Layer) -> None:
    children = inline.children = settle(inline.children or [])
    text = inline_text(children)
    _mark(opener, layer.number(text))
    if opener.type == "heading_open":
        title = heading_text(children)
        name = layer.heading_id(title)
        opener.attrSet("id", name)
        layer.toc.append(Heading(max(2, int(opener.tag[1])), name, title))


def _mark(token: Token, number: str | None) -> None:
    if number is not None:
        token.attrSet("data-block", number)


def _with_backlinks_last(tokens: list[Token]) -> Iterator[Token]:
    """The tokens with each note's way back moved behind its last paragraph, out of the text layer."""
    held: list[Token] = []
    for token in tokens:
        if token.type == "footnote_anchor":
            held.append(token)
            continue
        if token.type == "footnote_close":
            yield from held
            held = []
        yield token


def _with_figures(state: StateCore, tokens: Iterator[Token]) -> Iterator[Token]:
    """Makes each paragraph that holds only an image a figure, or a card when the image is foreign."""
    waiting: list[Token] = []
    for token in tokens:
        waiting.append(token)
        if len(waiting) == 1 and token.type == "paragraph_open" and not token.hidden:
            continue
        if len(waiting) == 2 and token.type == "inline" and _only_image(token):
            continue
        if len(waiting) == 3 and _is_local_image(waiting[1]):
            yield _figure(state, waiting[1])
        elif len(waiting) == 3:
            waiting[0].meta["card"] = True
            yield from waiting
        else:
            yield from waiting
        waiting = []
    yield from waiting


def _only_image(inline: Token) -> bool:
    children = inline.children or []
    return len(children) == 1 and children[0].type == "image"


def _is_local_image(inline: Token) -> bool:
    return is_local(str((inline.children or [])[0].attrs["src"]))


def _figure(state: StateCore, inline: Token) -> Token:
    image = (inline.children or [])[0]
    figure = Token("figure", "figure", 0)
    path = re.split(r"[?#]", str(image.attrs["src"]))[0]
    figure.meta = {
        "src": str(image.attrs["src"]),
        "alt": inline_text(image.children or []),
        "stem": path.rpartition(".")[0] if _VIDEO.search(path) else "",
        "block": None,
    }
    caption: list[Token] = []
    state.md.inline.parse(str(image.attrs.get("title", "")), state.md, state.env, caption)
    figure.children = settle(caption)
    return figure
