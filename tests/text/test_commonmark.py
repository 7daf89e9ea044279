"""CommonMark's own examples through our parser: where we differ, we mean to, and each difference has its reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from wiki.text.limits import Budget
from wiki.text.parser import Parser

SPEC = Path(__file__).parents[2] / "node_modules/commonmark-spec/spec.txt"
_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)
_EMPTY_LINK = "an address that is empty is no link"
_SCHEME = "only http, https and mailto are links"
_BARE = "a bare http address is a link"
_NAMED = "[[…]] is a link to the page of that name"
DIFFERENT = {
    200: _EMPTY_LINK,
    486: _EMPTY_LINK,
    500: "an address with a scheme that we do not know is no link",
    548: _NAMED,
    559: _NAMED,
    590: _NAMED,
    596: _SCHEME,
    598: _SCHEME,
    599: _SCHEME,
    601: _SCHEME,
    602: _BARE,
    608: _BARE,
    611: _BARE,
}


class Example(NamedTuple):
    number: int
    source: str
    html: str


def examples() -> list[Example]:
    if not SPEC.exists():
        return []
    found = _EXAMPLE.findall(SPEC.read_text("utf-8").replace("→", "\t"))
    return [Example(number, source, html) for number, (source, html) in enumerate(found, 1)]


def holds_raw_html(tokens: list[Token]) -> bool:
    return any(token.type in ("html_block", "html_inline") or holds_raw_html(token.children or []) for token in tokens)


def shown(source: str) -> str:
    parser, env = Parser(footnotes=True), {"budget": Budget()}
    return str(parser.renderer.render(parser.parse(source, env), parser.options, env))


def written_alike(html: str) -> str:
    """The same HTML however its empty tags, quotes and empty quotations are written."""
    return html.replace(" />", ">").replace("&quot;", '"').replace("<blockquote>\n<", "<blockquote><").strip()


@pytest.fixture(scope="module")
def without_raw_html() -> list[Example]:
    if not SPEC.exists():
        pytest.skip("CommonMark's examples come by npm, which is not here")
    plain = MarkdownIt("commonmark")
    return [example for example in examples() if not holds_raw_html(plain.parse(example.source))]


def test_all_examples_are_there(without_raw_html: list[Example]):
    assert (len(examples()), len(without_raw_html)) == (652, 580)


def test_what_commonmark_says_is_what_we_show_but_where_we_mean_to_differ(without_raw_html: list[Example]):
    wrong = {
        example.number
        for example in without_raw_html
        if written_alike(shown(example.source)) != written_alike(example.html)
    }
    assert wrong == set(DIFFERENT)


def test_raw_html_is_shown_as_text(without_raw_html: list[Example]):
    numbers = {example.number for example in without_raw_html}
    raw = [example for example in examples() if example.number not in numbers]
    assert len(raw) == 72
    for example in raw:
        assert not re.search(r"<(?:script|style|div|table|del|i|b|img|pre language)\b", shown(example.source)), example
