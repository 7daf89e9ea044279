"""Markdown to HTML, once, when it is written: CommonMark, tables, strikethrough, notes; no raw HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from wiki.text.blocks import Heading, Layer, lay_out
from wiki.text.html_out import CommentHtml, PageHtml
from wiki.text.inlines import settle
from wiki.text.limits import Budget, TooComplex, check_html, check_source, check_tokens
from wiki.text.parser import Parser
from wiki.text.sanitize import clean

__all__ = ["RENDERER_VERSION", "Heading", "Rendered", "TooComplex", "page_tokens", "render_comment", "render_page"]

RENDERER_VERSION = 2
"""Stored beside the HTML; raised whenever the same source would give other HTML or another text layer."""

_STRAY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Rendered:
    """A page's safe HTML, its headings in order, and its text layer.

    `blocks[n]` is exactly the textContent of the element with data-block="n"; offsets in it are code points.
    """

    html: str
    toc: tuple[Heading, ...]
    blocks: tuple[str, ...]


def render_page(source: str) -> Rendered:
    """A page's Markdown as sanitized HTML with contents and text layer. Raises TooComplex."""
    layer = Layer()
    html = _render(_PAGE, source, {"layer": layer})
    return Rendered(clean(html), tuple(layer.toc), tuple(layer.blocks))


def render_comment(source: str) -> str:
    """A comment's Markdown as sanitized HTML: no ids, headings, images or notes. Raises TooComplex."""
    return clean(_render(_COMMENT, source, {}))


def page_tokens(source: str) -> tuple[list[Token], list[Heading]]:
    """A page's tokens, their `map` in lines of `source`, and its headings; ids as `render_page` gives them.

    Raises TooComplex.
    """
    layer = Layer()
    return _parse(_PAGE, source, {"layer": layer}), layer.toc


def _parse(parser: Parser, source: str, env: dict[str, object]) -> list[Token]:
    source = _STRAY.sub("\ufffd", source)
    check_source(source)
    env["budget"] = Budget()
    tokens = parser.parse(source, env)
    check_tokens(tokens)
    return tokens


def _render(parser: Parser, source: str, env: dict[str, object]) -> str:
    tokens = _parse(parser, source, env)
    html: str = parser.renderer.render(tokens, parser.options, env)
    check_html(html)
    return html


def _plain_inlines(state: StateCore) -> None:
    """Core rule for comments."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = settle(token.children or [], pictures=False, join=False)


def _page_parser() -> Parser:
    parser = Parser(footnotes=True)
    parser.core.ruler.push("lay_out", lay_out)
    parser.renderer = PageHtml(parser)
    return parser


def _comment_parser() -> Parser:
    parser = Parser(footnotes=False)
    parser.core.ruler.push("plain_inlines", _plain_inlines)
    parser.renderer = CommentHtml(parser)
    return parser


_PAGE = _page_parser()
_COMMENT = _comment_parser()
