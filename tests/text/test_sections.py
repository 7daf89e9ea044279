"""A page cut at its headings and put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text import markdown
from wiki.text.sections import name_of_words, part, put_back, section, sections

PAGE = """はじめに。

## 窓口

窓口の話。

### 夜の窓口

夜の話。


## 書類

書類の話[^1]。

[^1]: 注。"""


def text_of(source: str, heading_id: str) -> str:
    found = section(source, heading_id)
    assert found is not None
    return source[found.start : found.end]


def test_a_section_reaches_to_the_next_heading_of_its_level() -> None:
    assert [one.heading.id for one in sections(PAGE)] == ["窓口", "夜の窓口", "書類"]
    assert text_of(PAGE, "窓口") == "## 窓口\n\n窓口の話。\n\n### 夜の窓口\n\n夜の話。"
    assert text_of(PAGE, "夜の窓口") == "### 夜の窓口\n\n夜の話。"
    assert text_of(PAGE, "書類").endswith("[^1]: 注。")


def test_the_ids_are_those_of_the_page() -> None:
    source = PAGE + "\n\n## 窓口\n\nもう一度。\n\n## Contact\n"
    ids = [heading.id for heading in markdown.render_page(source).toc]
    assert [one.heading.id for one in sections(source)] == ids == ["窓口", "夜の窓口", "書類", "窓口-2", "h-Contact"]
    assert text_of(source, "窓口-2") == "## 窓口\n\nもう一度。"


def test_underlined_headings_are_headings() -> None:
    source = "上\n==\n\n中身。\n\n下\n--\n\n終わり。"
    assert text_of(source, "上") == "上\n==\n\n中身。"
    assert text_of(source, "下") == "下\n--\n\n終わり。"


@pytest.mark.parametrize(
    "looks_like_one",
    [
        "```\n## 見出しではない\n```",
        "    ## 見出しではない",
        "> ## 引用の中",
        "- ## リストの中",
        "[^a]: 注\n\n    ## 注の中",
    ],
)
def test_only_headings_of_the_page_itself_cut_it(looks_like_one: str) -> None:
    source = f"## 本物\n\n上の文[^a]。\n\n{looks_like_one}\n\n続き。\n\n## 次"
    assert [one.heading.text for one in sections(source)] == ["本物", "次"]
    assert "続き。" in text_of(source, "本物")


def test_a_changed_section_is_put_back_and_nothing_else_moves() -> None:
    changed = put_back(PAGE, "夜の窓口", "### 夜の窓口\n\n月に一度、開きます。\n")
    assert changed == PAGE.replace("夜の話。", "月に一度、開きます。")


def test_a_section_that_is_not_there_is_not_put_back() -> None:
    assert put_back(PAGE, "ない節", "何か") is None
    assert section("見出しのない文。", "窓口") is None


@given(st.lists(st.sampled_from(["## 同じ", "### 下", "文。", "", "```", "# 一", "- 項", "線\n---"]), max_size=12))
def test_a_section_put_back_unchanged_gives_the_same_page(lines: list[str]) -> None:
    source = "\n".join(lines)
    for one in sections(source):
        assert put_back(source, one.heading.id, source[one.start : one.end]) == source


WORDS = """はじめの段落に**大切な**言葉。

同じ文です。

- 一つめ
- 二つめ

同じ文です。

| 年 | 人口 |
|---|---|
| 2026 | 100 |
"""


def held(words: str, before: str = "") -> str | None:
    name = name_of_words(WORDS, words, before)
    if name is None:
        return None
    found = part(WORDS, name)
    assert found is not None
    return WORDS[found[0] : found[1]]


@pytest.mark.parametrize(
    ("words", "before", "expected"),
    [
        ("に大切な言葉", "", "はじめの段落に**大切な**言葉。"),
        ("二つめ", "", "- 一つめ\n- 二つめ"),
        ("人口\n2026", "", "| 年 | 人口 |\n|---|---|\n| 2026 | 100 |"),
        ("同じ文です。", "", "同じ文です。"),
        ("言葉。同じ", "", "はじめの段落に**大切な**言葉。\n\n同じ文です。"),
        ("ない言葉", "", None),
        ("   ", "", None),
    ],
)
def test_the_blocks_that_hold_some_words(words: str, before: str, expected: str | None) -> None:
    assert held(words, before) == expected


def test_the_same_words_twice_are_told_apart_by_what_stands_before() -> None:
    assert name_of_words(WORDS, "同じ文です。", "言葉。\n") == "block:1-1"
    assert name_of_words(WORDS, "同じ文です。", "二つめ\n\n") == "block:3-3"


@pytest.mark.parametrize("name", ["block:9-9", "block:2-1", "block:0-99", "block:x-1", "block:", "ない"])
def test_a_part_that_is_not_there(name: str) -> None:
    assert part(WORDS, name) is None


@given(st.lists(st.sampled_from(WORDS.strip().split("\n\n")), min_size=1, max_size=6), st.data())
def test_blocks_are_put_back_where_they_were(chunks: list[str], data: st.DataObject) -> None:
    source = "\n\n".join(chunks)
    words = data.draw(st.sampled_from(["同じ文です。", "一つめ", "大切な", "2026"]))
    name = name_of_words(source, words)
    if name is None:
        assert words not in source
        return
    found = part(source, name)
    assert found is not None
    assert put_back(source, name, source[found[0] : found[1]]) == source
    assert put_back(source, name, "新しい。") == source[: found[0]] + "新しい。" + source[found[1] :]
