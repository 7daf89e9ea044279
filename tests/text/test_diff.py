"""Differences that read like edits."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.diff import Row, diff


def side(rows: tuple[Row, ...], op: str) -> str:
    numbered = (row for row in rows if (row.old_number if op == "del" else row.new_number) is not None)
    return "\n".join("".join(text for kind, text in row.segments if kind in ("same", op)) for row in numbered)


def marked(old: str, new: str) -> str:
    """One changed line as text: [gone]{come}."""
    (row,) = diff(old, new)
    shapes = {"same": "%s", "del": "[%s]", "ins": "{%s}"}
    return "".join(shapes[op] % text for op, text in row.segments)


def test_equal_texts_fold_into_one_row():
    assert diff("a\nb\nc", "a\nb\nc") == (Row("fold", 1, 1, (), count=3),)
    assert diff("", "") == ()


def test_a_changed_line_shows_its_numbers_and_neighbours():
    old = "\n".join("一二三四五六七八九")
    rows = diff(old, old.replace("五", "五と半"))
    assert [(row.kind, row.old_number, row.new_number, row.count) for row in rows] == [
        ("fold", 1, 1, 2),
        ("same", 3, 3, 1),
        ("same", 4, 4, 1),
        ("changed", 5, 5, 1),
        ("same", 6, 6, 1),
        ("same", 7, 7, 1),
        ("fold", 8, 8, 2),
    ]


def test_a_fold_of_one_line_is_the_line_itself():
    assert [row.kind for row in diff("a\nb\nc\nd", "a\nb\nc\nX")] == ["same", "same", "same", "changed"]


def test_added_and_removed_lines_have_one_number():
    assert diff("あ", "あ\nい")[-1] == Row("added", None, 2, (("ins", "い"),))
    assert diff("あ\nい", "あ")[-1] == Row("removed", 2, None, (("del", "い"),))
    assert diff("", "あ") == (Row("added", None, 1, (("ins", "あ"),)),)


def test_lines_that_are_alike_stand_together():
    rows = diff("窓口は九時に開きます。\n終わり", "新しい段落をここに置く。\n窓口は十時に開きます。\n終わり")
    assert [row.kind for row in rows] == ["added", "changed", "same"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "夜間窓口は月に一度開きます。",
            "夜間窓口は予約制で月に二度開きます。",
            "夜間窓口は{予約制で}月に[一]{二}度開きます。",
        ),
        ("今日は晴れ。明日は雨。", "今日は晴れ。昨日は雪。明日は雨。", "今日は晴れ。{昨日は雪。}明日は雨。"),
        ("その結果です。", "その結果としてついてきます。", "その結果[です]{としてついてきます}。"),
        ("申請はオンラインで", "申請はデジタルで", "申請は[オンライン]{デジタル}で"),
        ("開く 9:00 から", "開く 10:30 から", "開く [9:00]{10:30} から"),
        ("「手続き」を見る", "「新しい手続き」を見る", "「{新しい}手続き」を見る"),
    ],
)
def test_japanese_changes_read_well(old: str, new: str, expected: str):
    assert marked(old, new) == expected


def test_single_characters_in_common_are_no_islands():
    assert marked("あaいbうcえ", "かaきbくcけ") == "[あaいbうcえ]{かaきbくcけ}"


LINES = st.lists(st.text("ab。、あ亜カ ", max_size=12), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_the_rows_rebuild_both_texts(old: str, new: str):
    rows = diff(old, new, context=None)
    assert side(rows, "del") == old
    assert side(rows, "ins") == new


@given(LINES, st.data())
def test_small_edits_rebuild_too(old: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(old)))
    new = old[:at] + data.draw(st.text("ab。あ\n", max_size=5)) + old[at + data.draw(st.integers(0, 5)) :]
    rows = diff(old, new, context=None)
    assert (side(rows, "del"), side(rows, "ins")) == (old, new)


@given(LINES, LINES)
def test_folding_hides_only_unchanged_lines(old: str, new: str):
    unfolded = diff(old, new, context=None)
    folded = diff(old, new)
    assert [row for row in folded if row.kind not in ("same", "fold")] == [
        row for row in unfolded if row.kind != "same"
    ]
    assert sum(row.count for row in folded) == sum(row.count for row in unfolded)


def words(seed: int, count: int, alphabet: str) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=count))


KANJI = "".join(chr(code) for code in range(0x4E00, 0x4F00)) + "。、のをは"
HUGE = {
    "rewritten": (words(1, 500_000, KANJI), words(2, 500_000, KANJI)),
    "one letter": ("あ" * 500_000, "い" * 500_000),
    "one letter doubled": ("あ" * 500_000, "あい" * 250_000),
    "stops": ("。" * 500_000, "。、" * 250_000),
    "same lines": ("a\n" * 250_000, "b\n" * 250_000),
    "every other line": ("a\n" * 250_000, "a\nb\n" * 125_000),
    "turned around": ("\n".join(map(str, range(80_000))), "\n".join(map(str, reversed(range(80_000))))),
    "blank lines between": (
        "\n\n".join(map(str, range(40_000))),
        "\n\n".join(f"{n}x" for n in range(40_000)),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_huge_differences_are_coarse_and_right(name: str):
    old, new = HUGE[name]
    rows = diff(old, new, context=None)
    assert any(row.coarse for row in rows) or len(rows) > 1
    assert (side(rows, "del"), side(rows, "ins")) == (old, new)


def test_one_edit_in_a_huge_paragraph_is_found_exactly():
    text = words(3, 500_000, KANJI)
    (row,) = diff(text, text[:250_000] + "新" + text[250_000:])
    assert [(op, piece) for op, piece in row.segments if op != "same"] == [("ins", "新")]
    assert not row.coarse
