"""Plain text of stored HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.excerpt import excerpt, plain
from wiki.text.markdown import render_comment, render_page


def test_plain_has_a_line_for_each_block_and_no_notes():
    page = render_page(
        '# 題 & <1>\n\n段落[^1]です。\n\n- 一\n- 二\n\n|甲|乙|\n|-|-|\n|1|2|\n\n![図](/a.png "図1")\n\n[^1]: 注'
    )
    assert plain(page.html) == "題 & <1>\n段落です。\n一\n二\n甲 乙\n1 2\n図1"


def test_plain_of_nothing_is_nothing():
    assert plain("") == ""
    assert excerpt("", 10) == ""


def test_an_excerpt_is_at_most_as_long_as_asked():
    html = render_comment("あいうえお\nかきくけこ")
    assert excerpt(html, 11) == "あいうえお かきくけこ"
    assert excerpt(html, 5) == "あいうえ…"
    assert excerpt(html, 7) == "あいうえお…"
    assert excerpt(html, 1) == "…"


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("あe\u0301\u0323い", 3, "あ…"),
        ("あ👨\u200d👩\u200d👧い", 4, "あ…"),
        ("あ👍🏽い", 3, "あ…"),
        ("あ🇯🇵🇫🇷い", 5, "あ🇯🇵…"),
        ("あ葛\U000e0100城", 3, "あ…"),
        ("あか\u309aい", 3, "あ…"),
    ],
)
def test_an_excerpt_never_cuts_a_character_in_two(text: str, length: int, expected: str):
    assert excerpt(f"<p>{text}</p>", length) == expected


@given(st.text(max_size=80), st.integers(0, 40))
def test_any_comment_has_an_excerpt(source: str, length: int):
    text = excerpt(render_comment(source), length)
    assert len(text) <= length
    assert "\n" not in text
