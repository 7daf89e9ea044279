"""Bare addresses in Japanese text."""

from __future__ import annotations

import pytest

from wiki.text.markdown import render_comment
from wiki.text.sanitize import OUTWARD


def linked(source: str) -> list[str]:
    return [part.split('"')[0] for part in render_comment(source).split('href="')[1:]]


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("詳しくはhttps://example.jp/aを見て", "https://example.jp/a"),
        ("（https://example.jp/a）", "https://example.jp/a"),
        ("(https://example.jp/a)", "https://example.jp/a"),
        ("https://example.jp/a_(b)", "https://example.jp/a_(b)"),
        ("(https://example.jp/a_(b))", "https://example.jp/a_(b)"),
        ("https://example.jp/a。", "https://example.jp/a"),
        ("https://example.jp/a. 次", "https://example.jp/a"),
        ("https://example.jp/a, b", "https://example.jp/a"),
        ("「https://example.jp/」", "https://example.jp/"),
        ("**https://example.jp/x**", "https://example.jp/x"),
        ("https://example.jp/a_b_c*d*e", "https://example.jp/a_b_c*d*e"),
        ("http://example.jp?q=1#x", "http://example.jp?q=1#x"),
        ("HTTPS://example.jp/", "HTTPS://example.jp/"),
        ("https://example.jp/&gt;", "https://example.jp/"),
    ],
)
def test_an_address_ends_where_a_reader_sees_it_end(source: str, address: str):
    assert linked(source) == [address]


@pytest.mark.parametrize(
    "source",
    [
        "example.jp",
        "www.example.jp",
        "a@example.jp",
        "ftp://example.jp",
        "xhttps://example.jp",
        "https://",
        "https://日本",
        "`https://example.jp`",
        "https://city.example@evil.example/",
        "https\\://example.jp",
        "javascript://example.jp",
    ],
)
def test_what_is_no_plain_web_address_stays_text(source: str):
    assert linked(source) == []


def test_an_address_in_a_link_is_not_linked_again():
    assert linked("[https://example.jp/x](https://example.jp/y)") == ["https://example.jp/y"]
    assert linked("<https://example.jp/x>") == ["https://example.jp/x"]
    assert linked("[a <https://example.jp/x> b](/y)") == ["/y"]


def test_the_query_is_escaped_once():
    html = render_comment("https://example.jp/?a=1&b=2")
    assert (
        html
        == f'<p><a href="https://example.jp/?a=1&amp;b=2" rel="{OUTWARD}">https://example.jp/?a=1&amp;b=2</a></p>\n'
    )


def test_two_addresses_with_japanese_between_are_two():
    assert linked("https://example.jp/aとhttps://example.jp/b") == [
        "https://example.jp/a",
        "https://example.jp/b",
    ]
