"""Emphasis beside Japanese brackets, and nothing changed for English."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from wiki.text.emphasis import is_cjk
from wiki.text.markdown import render_comment


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("**「はい」**と", "<strong>「はい」</strong>と"),
        ("これは**「はい」**です", "これは<strong>「はい」</strong>です"),
        ("この文は**強調されます。**この文は違います。", "<strong>強調されます。</strong>この"),
        ("**重要（必読）**です", "<strong>重要（必読）</strong>です"),
        ("彼は*『雪国』*を読んだ", "彼は<em>『雪国』</em>を読んだ"),
        ("~~「古い」~~新しい", "<s>「古い」</s>新しい"),
        ("値は~~（旧）~~です", "値は<s>（旧）</s>です"),
        ("**[広報](/x)**を見る", '<strong><a href="/x">広報</a></strong>を見る'),
        ("窓口は**`9:00`**からです", "窓口は<strong><code>9:00</code></strong>からです"),
        ("価格は**100円**、**200円**", "<strong>100円</strong>、<strong>200円</strong>"),
        ("**ｶﾅ｡**です", "<strong>ｶﾅ｡</strong>です"),
        ("**한국어(조선말)**를", "<strong>한국어(조선말)</strong>를"),
        ("**中文（括号）**后", "<strong>中文（括号）</strong>后"),
        ("__「はい」__ と", "<strong>「はい」</strong> と"),
        ("前 _「はい」_ 後", "前 <em>「はい」</em> 後"),
        ("葛\U000e0100**(城)**市", "葛\U000e0100<strong>(城)</strong>市"),
        ("***「全部」***で", "<em><strong>「全部」</strong></em>で"),
        ("**“引用”\ufe01**です", "<strong>“引用”\ufe01</strong>です"),
        ("太字**「一」と「二」**の間", "太字<strong>「一」と「二」</strong>の間"),
    ],
)
def test_marks_beside_japanese_brackets_are_emphasis(source: str, inside: str):
    assert inside in render_comment(source)


@pytest.mark.parametrize(
    "source",
    [
        "日本_語_です",
        "snake_case_name",
        "a * b * c",
        "** a**",
        "2*3*4=24 ではない**",
        "5 ** 2",
        "* 項目",
        "**",
        "_",
        "~~ a~~",
    ],
)
def test_what_is_no_emphasis_stays(source: str):
    html = render_comment(source)
    assert "<strong>" not in html
    assert "<s>" not in html
    if source != "2*3*4=24 ではない**":
        assert "<em>" not in html


ENGLISH = [
    *("*a*", "**a**", "a*b*c", "a_b_c", "_a_b", "**a.**b", 'a*"b"*c', "*(a)*b", "*(**a**)*", "foo*(*bar"),
    *("**foo*", "*a**b*", "***a** b*", "_(a)_b", "a_(b)_", "__a__b", 'aa_"bb"_cc', "*a **b c* d**"),
    *("“a”*b*", "Привет_мир_", "*ü*", "**a,**b"),
]


@pytest.mark.parametrize("source", ENGLISH)
def test_other_languages_read_as_commonmark_says(source: str):
    commonmark = MarkdownIt("commonmark").render(source).replace("&quot;", '"')
    assert render_comment(source) == commonmark


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        ("あ", True),
        ("漢", True),
        ("。", True),
        ("「", True),
        ("ｱ", True),
        ("！", True),
        ("한", True),
        ("ᄀ", True),
        ("㈱", True),
        ("〽", True),
        ("𠮷", True),
        ("🈂", True),
        ("a", False),
        ("é", False),
        ("“", False),
        ("😀", False),
        ("⭐", False),
        ("🈁", False),
        ("☰", True),
        ("—", False),
    ],
)
def test_which_characters_are_cjk(char: str, expected: bool):
    assert is_cjk(char) is expected
