"""Marks lie exactly on their passages and change nothing else."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text import markdown
from wiki.text.marks import Mark, mark

PARAGRAPHS = [
    "窓口は**九時**に開きます。夜も開きます。",
    "[市の案内](https://example.jp/ '題')を見てください。`a < b && c`も。",
    "- 一つめ\n- **二つ[め](/x)**\n- 三つめ\n\n> 引用&copy;です。\n> つづき",
    "| 左 | 右 |\n|---|---|\n| 1 < 2 | *斜め* & 文 |",
    "図1です[^1]。もう一つ[^1]。\n\n[^1]: 注の**文**です。",
    "```\nlet a = 1;\n\nb & c\n```",
    '![絵](/static/sample/a.svg "図1　説明")',
    "## 見出し&nbsp;と`code`\n\n![画](/a.png)のある行\\\n折り返し 𠮷野家👨‍👩‍👧",
]
pages = st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=6).map("\n\n".join)


def texts(html: str) -> dict[int, str]:
    return {int(tag["data-block"]): tag.text for tag in BeautifulSoup(html, "html.parser").select("[data-block]")}


@st.composite
def marked_pages(draw: st.DrawFn) -> tuple[markdown.Rendered, list[Mark]]:
    rendered = markdown.render_page(draw(pages))
    marks = []
    for number in range(draw(st.integers(0, 6))):
        block = draw(st.integers(0, len(rendered.blocks) - 1))
        start = draw(st.integers(0, len(rendered.blocks[block]) - 1))
        end = draw(st.integers(start + 1, len(rendered.blocks[block])))
        link = (("class", "seal"), ("href", f"#m{number}")) if draw(st.booleans()) else ()
        marks.append(
            Mark(block, start, end, (("class", "marked"), ("data-n", str(number)), ("id", f"m{number}")), link)
        )
    return rendered, marks


@settings(max_examples=300, deadline=None)
@given(marked_pages())
def test_marks_cover_their_passages_and_nothing_else(made: tuple[markdown.Rendered, list[Mark]]) -> None:
    rendered, marks = made
    html = mark(rendered.html, marks)
    assert texts(html) == dict(enumerate(rendered.blocks))
    soup = BeautifulSoup(html, "html.parser")
    for number, each in enumerate(marks):
        pieces = soup.select(f'[data-n="{number}"]')
        assert "".join(piece.text for piece in pieces) == rendered.blocks[each.block][each.start : each.end]
        assert len(soup.select(f"#m{number}")) == 1
        assert all(piece.find_parent(attrs={"data-block": str(each.block)}) for piece in pieces)
        assert len(soup.select(f'a[href="#m{number}"]')) == bool(each.link)


@settings(max_examples=300, deadline=None)
@given(marked_pages())
def test_without_the_marks_every_byte_is_as_before(made: tuple[markdown.Rendered, list[Mark]]) -> None:
    rendered, marks = made
    html = re.sub(r'<a class="seal" href="#m\d+"></a>', "", mark(rendered.html, marks))
    out, depth = [], []
    for piece in re.split(r'(<span class="marked"[^>]*>|</?span\b[^>]*>)', html):
        if piece.startswith('<span class="marked"'):
            depth.append(True)
        elif piece.startswith("<span"):
            depth.append(False)
            out.append(piece)
        elif piece != "</span>" or not depth.pop():
            out.append(piece)
    assert "".join(out) == rendered.html


@settings(max_examples=200, deadline=None)
@given(marked_pages())
def test_no_link_stands_in_a_link_or_in_a_note_or_in_code(made: tuple[markdown.Rendered, list[Mark]]) -> None:
    rendered, marks = made
    for seal in BeautifulSoup(mark(rendered.html, marks), "html.parser").select("a.seal"):
        assert not seal.find_parent(["a", "sup", "code"])
        assert seal.find_parent(attrs={"data-block": True})


def test_a_mark_across_strong_text_is_split_and_its_link_follows_it() -> None:
    html = markdown.render_page("窓口は**九時**に。夜も。").html
    marked = mark(html, [Mark(0, 0, 7, (("class", "m"), ("id", "x")), (("href", "/v"),))])
    assert marked == (
        '<p data-block="0"><span class="m" id="x">窓口は</span><strong><span class="m">九時</span></strong>'
        '<span class="m">に。</span><a href="/v"></a>夜も。</p>\n'
    )


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "' onmouseover='x", "<b>&amp;"])
def test_attributes_are_escaped(hostile: str) -> None:
    html = mark('<p data-block="0">文。</p>', [Mark(0, 0, 2, (("title", hostile),), (("href", hostile),))])
    soup = BeautifulSoup(html, "html.parser")
    assert [tag.name for tag in soup.find_all()] == ["p", "span", "a"]
    assert soup.span["title"] == soup.a["href"] == hostile


def test_what_lies_in_no_block_is_left_out() -> None:
    html = markdown.render_page("一。\n\n二。").html
    assert mark(html, [Mark(7, 0, 2, ()), Mark(0, 9, 12, ())]) == html
    assert mark(html, []) is html
