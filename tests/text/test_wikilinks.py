"""`[[page]]`: what is read as a link by name, what is not, and how it is shown and renamed."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from wiki.text import links, normalize
from wiki.text.excerpt import excerpt
from wiki.text.markdown import TooComplex, render_comment, render_page
from wiki.text.sanitize import clean
from wiki.text.slugs import page_key

_PIECES = [*"[]|#｜＃\\`<>\"'&()/!^*あa .\n", "[[", "]]", "[[あ", "](/reports/あ", "javascript:", "    ", "[^1]"]
HOSTILE = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


def found(source: str) -> list[tuple[str, str]]:
    """Where the links of a page lead and what they say."""
    soup = BeautifulSoup(render_page(source).html, "html.parser")
    return [(unquote(str(link["href"])), link.text) for link in soup.find_all("a")]


@pytest.mark.parametrize(
    ("source", "address", "words"),
    [
        ("[[ごみの出し方]]", "/reports/ごみの出し方", "ごみの出し方"),
        ("[[goal-of-dx|DXの目的]]", "/reports/goal-of-dx", "DXの目的"),
        ("[[ごみ｜出し方]]", "/reports/ごみ", "出し方"),
        ("[[ ごみ  の 日 | 収集日 ]]", "/reports/ごみ の 日", "収集日"),
        ("[[ごみ#品目 一覧|品目]]", "/reports/ごみ#品目-一覧", "品目"),
        ("[[ごみ＃品目]]", "/reports/ごみ#品目", "ごみ＃品目"),
        ("[[#まとめ]]", "#まとめ", "まとめ"),
        ("[[dx#FAQ]]", "/reports/dx#h-FAQ", "dx#FAQ"),
        ("[[dx#h-faq|問い]]", "/reports/dx#h-faq", "問い"),
        ("[[A/B?c&d]]", "/reports/A/B?c&d", "A/B?c&d"),
        ("[[a|b|c]]", "/reports/a", "b|c"),
        ("[[a|\u200b]]", "/reports/a", "a"),
    ],
)
def test_a_name_in_two_brackets_is_a_link(source: str, address: str, words: str) -> None:
    assert found(source) == [(address, words)]
    assert 'class="wikilink"' in render_page(source).html or source == "[[#まとめ]]"


@pytest.mark.parametrize(
    "source",
    ["[[]]", "[[ ]]", "[[|x]]", "[[..]]", "[[a\nb]]", "\\[[a]]", "`[[a]]`", "[[a", "[[a|b", "    [[a]]", "[[\u200b]]",
     "```\n[[a]]\n```", "[[" + "a" * 121 + "]]", "[[a`b]]`", "[[^1]]", "[[" + "𠮷" * 120 + "#" + "𠮷" * 60 + "]]"],
)  # fmt: skip
def test_what_only_looks_like_a_link_stays_text(source: str) -> None:
    assert found(source) == []


def test_a_number_in_brackets_with_an_address_is_an_ordinary_link() -> None:
    assert found("[[1]](/source)") == [("/source", "[1]")]


def test_links_stand_in_tables_headings_notes_captions_and_emphasis() -> None:
    source = (
        "# [[題]]\n\n| a |\n|---|\n| [[表\\|中]] と [[表2｜中2]] |\n\n**「[[強]]」**です[^1]\n\n"
        '![図](/files/a.svg "説明 [[図の説明]]")\n\n[^1]: [[注]]\n'
    )
    page = render_page(source)
    keys = [link.key for link in links.links_in(page.html)]
    assert keys == ["題", "表", "表2", "強", "図の説明", "注"]
    assert [heading.text for heading in page.toc] == ["題"]


def test_a_link_in_the_words_of_a_link_wins_as_in_commonmark() -> None:
    assert found("[見る [[x]] ここ](/y)") == [("/reports/x", "x")]
    assert found("[![絵 [[x]]](/files/a.png)](/y)") == [("/y", "")]


def test_a_comment_knows_the_same_links() -> None:
    assert render_comment("[[ごみ|出し方]]を見て") == (
        '<p><a href="/reports/%E3%81%94%E3%81%BF" class="wikilink">出し方</a>を見て</p>\n'
    )


def test_an_excerpt_reads_without_brackets() -> None:
    assert (
        excerpt(render_page("詳しくは[[ごみ|ごみの出し方]]と[[資源]]へ。").html, 50) == "詳しくはごみの出し方と資源へ。"
    )


@given(HOSTILE)
def test_nothing_hostile_gets_out_of_a_link(source: str) -> None:
    try:
        page = render_page(source)
    except TooComplex:
        return
    assert clean(page.html) == page.html
    soup = BeautifulSoup(page.html, "html.parser")
    for number, block in enumerate(page.blocks):
        assert soup.find(attrs={"data-block": str(number)}).text == block
    for link in soup.find_all("a", class_="wikilink"):
        assert link["href"].startswith("/reports/")
        assert link.text.strip()
    shown = links.shown(page.html, {}, '">', lambda name, words: f"/reports/new?title={name}{words}")
    assert clean(re.sub(r' class="wikilink unwritten" data-note="[^"]*"', "", shown)).count("<a") == shown.count("<a")
    assert "<script" not in shown


@pytest.mark.parametrize(
    "source",
    ["[[" * 250_000, "[[a" * 160_000, "[[a|" * 120_000, "[[" + "a" * 499_990, "[[a]]" * 100_000, "[[a#" * 120_000,
     "[[a|b]" * 80_000, "| [[a|b]] " * 40_000, "[[a]]\n\n" * 60_000, "[x [[" * 90_000],
)  # fmt: skip
def test_floods_of_brackets_are_refused_or_rendered_never_endured(source: str) -> None:
    try:
        html = render_page(source).html
    except TooComplex:
        return
    assert len(links.links_in(html)) < 5_000


def test_shown_leads_where_pages_stand_and_marks_what_is_not_written() -> None:
    html = render_page("[[古い名#節|こちら]]と[[ない]]").html
    places = {"古い名": "/help/now"}
    assert links.shown(html, places, "まだ") == (
        '<p data-block="0"><a href="/help/now#%E7%AF%80" class="wikilink">こちら</a>と'
        '<span class="unwritten" data-note="まだ">ない</span></p>\n'
    )
    for_staff = links.shown(html, places, "書く", lambda name, words: f"/reports/new?title={name}&x={words}")
    link = BeautifulSoup(for_staff, "html.parser").find("a", class_="unwritten")
    assert (link["href"], link["data-note"], link.text) == ("/reports/new?title=ない&x=ない", "書く", "ない")


def test_a_link_in_a_foreign_class_cannot_be_forged() -> None:
    assert "unwritten" not in clean('<a class="wikilink unwritten" href="/x">x</a><span class="unwritten">y</span>')


def test_renaming_rewrites_links_and_nothing_that_only_looks_like_one() -> None:
    source = (
        "[[古い]] [[古い|別]] [[ＯＬＤ＃節｜別]] `[[古い]]` \\[[古い]]\n\n    [[古い]]\n\n"
        "| a | b |\n|--|--|\n| [[古い\\|x]] | [y](/reports/old#a) |\n\n"
        "[z](/reports/old/history?x) /reports/old [r] [w](/reports/older) [h](/help/old)\n\n"
        "```\n[[古い]]\n```\n\n[r]: /reports/old\n"
    )
    assert links.renamed(source, {"古い": "新しい", "old": "new"}, {"old": "新"}) == (
        "[[新しい]] [[新しい|別]] [[new＃節｜別]] `[[古い]]` \\[[古い]]\n\n    [[古い]]\n\n"
        "| a | b |\n|--|--|\n| [[新しい\\|x]] | [y](/reports/%E6%96%B0#a) |\n\n"
        "[z](/reports/%E6%96%B0/history?x) /reports/old [r] [w](/reports/older) [h](/help/%E6%96%B0)\n\n"
        "```\n[[古い]]\n```\n\n[r]: /reports/%E6%96%B0\n"
    )


@given(HOSTILE)
def test_renaming_changes_no_text_but_that_of_links_by_the_name(source: str) -> None:
    """Rename あ: afterwards no link is by that name, and every other link leads where it led."""
    try:
        before = links.links_in(render_page(source).html)
        after = links.links_in(render_page(links.renamed(source, {"あ": "い"}, {"あ": "い"})).html)
    except TooComplex:
        return
    assert "あ" not in [link.key for link in after]
    assert [link.key for link in after] == ["い" if link.key == "あ" else link.key for link in before]


@given(st.text(max_size=40))
def test_a_title_that_may_be_named_is_read_back_as_that_title(title: str) -> None:
    try:
        title = normalize.clean_line(title, 200)
    except normalize.BadText:
        return
    if not links.may_be_named(title):
        return
    keys = [link.key for link in links.links_in(render_page(f"あ[[{title}]]").html)]
    assert keys in ([page_key(title)], [])


def test_words_of_links_are_told_as_they_are_read() -> None:
    html = render_page(
        '[**A** & `b`](/reports/x?order=newest#h-y "題") [外](https://example.jp/) [新](/reports/new)'
    ).html
    assert [(link.key, link.fragment, unescape(link.text)) for link in links.links_in(html)] == [
        ("x", "h-y", "A & b"),
        (None, None, "外"),
        (None, None, "新"),
    ]
