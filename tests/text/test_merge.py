"""Merges that lose nothing, and decide nothing that a person has to decide."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text.test_diff import HUGE, KANJI, words
from wiki.text.merge import Merge, Own, Part, three_way

PIECES = ["あ。", "い。", "う。", "「え。」", "お", "か、", "\n", "\n\n", "- ", "!"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, str]:
    """A base and two texts made from it by a few cuts and insertions each."""
    base = draw(st.lists(st.sampled_from(PIECES), max_size=14))

    def edited() -> str:
        pieces = list(base)
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(pieces)))
            new = draw(st.lists(st.sampled_from([*PIECES, "新。", "別。"]), max_size=3))
            pieces[at : at + draw(st.integers(0, 3))] = new
        return "".join(pieces)

    return "".join(base), edited(), edited()


TRIPLES = st.one_of(edits(), st.tuples(TEXTS, TEXTS, TEXTS))


def sentences(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^。\n]*。」?|[^。\n]+", text))


def shown(merge: Merge) -> Counter[str]:
    """All that a reader of the merge sees: what is decided, and both sides of what is not."""
    pieces = [(part.mine, part.theirs) if part.text is None else (part.text,) for part in merge.parts]
    return sum((sentences(text) for texts in pieces for text in texts), Counter())


@given(TRIPLES)
def test_no_text_of_either_side_disappears_silently(texts: tuple[str, str, str]):
    base, mine, theirs = texts
    seen = shown(three_way(base, mine, theirs))
    for side in (mine, theirs):
        added = sentences(side) - sentences(base)
        assert not added - seen
    for gone in sentences(base) - seen:
        assert min(sentences(mine)[gone], sentences(theirs)[gone]) < sentences(base)[gone]


@given(TRIPLES)
def test_the_parts_rebuild_all_three_texts_and_say_truly_whose_they_are(texts: tuple[str, str, str]):
    base, mine, theirs = texts
    parts = three_way(base, mine, theirs).parts
    assert "".join(part.base for part in parts) == "\n" + base
    assert "".join(part.mine for part in parts) == "\n" + mine
    assert "".join(part.theirs for part in parts) == "\n" + theirs
    for part in parts:
        alike = (part.base == part.mine, part.base == part.theirs, part.mine == part.theirs)
        assert (
            alike
            == {
                "same": (True, True, True),
                "mine": (False, True, False),
                "theirs": (True, False, False),
                "both": (False, False, True),
                "conflict": (False, False, False),
            }[part.kind]
        )


@given(TEXTS, TEXTS)
def test_what_one_side_alone_did_is_done(base: str, side: str):
    assert three_way(base, base, side).text == side
    assert three_way(base, side, base).text == side
    assert three_way(base, side, side).text == side


@given(TRIPLES)
def test_swapping_the_sides_swaps_the_parts(texts: tuple[str, str, str]):
    base, mine, theirs = texts
    swapped = {"mine": "theirs", "theirs": "mine"}
    assert three_way(base, theirs, mine).parts == tuple(
        Part(swapped.get(part.kind, part.kind), part.base, part.theirs, part.mine)
        for part in three_way(base, mine, theirs).parts
    )


@given(TRIPLES)
def test_choosing_one_side_everywhere_gives_that_text_and_what_the_other_did_alone(texts: tuple[str, str, str]):
    base, mine, theirs = texts
    merge = three_way(base, mine, theirs)
    chosen = merge.resolved(["mine"] * len(merge.conflicts))
    whole = "".join(part.theirs if part.kind == "theirs" else part.mine for part in merge.parts)
    assert chosen == whole.removeprefix("\n")
    if not any(part.kind == "theirs" for part in merge.parts):
        assert chosen == mine


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("一\n\n二\n\n三", "いち\n\n二\n\n三", "一\n\n二\n\nさん", "いち\n\n二\n\nさん"),
        (
            "朝に開く。昼に閉じる。",
            "九時に開く。昼に閉じる。",
            "朝に開く。一時に閉じる。",
            "九時に開く。一時に閉じる。",
        ),
        ("朝に開く。昼に閉じる。", "朝に開く。", "九時に開く。昼に閉じる。", "九時に開く。"),
        ("一", "一\n\n二", "いち", "いち\n\n二"),
        ("一", "零\n\n一", "いち", "零\n\nいち"),
        ("一\n\n三", "一\n\n二\n\n三", "一\n\nさん", "一\n\n二\n\nさん"),
        ("あ。い。", "新。い。\n\n別", "あ。う。", "新。う。\n\n別"),
        (
            "「行く。」と言う。帰る。",
            "「来る。」と言う。帰る。",
            "「行く。」と言う。休む。",
            "「来る。」と言う。休む。",
        ),
        ("行く。帰る。", "帰る。", "行く。休む。", "休む。"),
        ("行く。", "朝。行く。", "来る。", "朝。来る。"),
        ("", "新", "", "新"),
        ("旧", "", "旧", ""),
        ("一\n二", "一", "一\n二\n三", "一\n三"),
    ],
)
def test_edits_side_by_side_merge_by_themselves(base: str, mine: str, theirs: str, merged: str):
    assert three_way(base, mine, theirs).text == merged


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("朝に開く。", "九時に開く。", "十時に開く。"),
        ("一\n\n二", "一", "一\n\nに"),
        ("一", "一\n\n二", "一\n\n三"),
        ("", "二", "三"),
        ("一", "いち\n\n二", "一\n\n三"),
    ],
)
def test_two_changes_to_one_place_wait_for_a_choice(base: str, mine: str, theirs: str):
    merge = three_way(base, mine, theirs)
    assert len(merge.conflicts) == 1
    assert merge.resolved(["mine"]) == mine
    assert merge.resolved(["theirs"]) == theirs
    with pytest.raises(ValueError):
        _ = merge.text


def test_a_conflict_is_no_larger_than_what_both_touched():
    base = "朝に開く。昼に休む。夜に閉じる。"
    merge = three_way(base, base.replace("昼", "正午"), base.replace("昼", "二時").replace("夜", "八時"))
    assert merge.conflicts == (
        Part("conflict", "昼に休む。夜に閉じる。", "正午に休む。夜に閉じる。", "二時に休む。八時に閉じる。"),
    )


def test_a_choice_is_one_side_or_both_or_words_of_ones_own():
    merge = three_way("前\n\n一\n\n後", "前\n\n二\n\n後", "前\n\n三\n\n後")
    assert merge.resolved(["both"]) == "前\n\n二\n三\n\n後"
    assert merge.resolved([Own("四")]) == "前\n\n四\n\n後"
    assert merge.resolved([Own("")]) == "前\n\n\n後"
    assert merge.resolved([Own("both")]) == "前\n\nboth\n\n後"
    inside = three_way("あ。い。う。", "あ。か。う。", "あ。き。う。")
    assert inside.resolved([Own("く。")]) == "あ。く。う。"


@pytest.mark.parametrize("choices", [[], ["mine", "mine"]])
def test_a_choice_too_few_or_too_many_is_refused(choices: list[str]):
    with pytest.raises(ValueError):
        three_way("一", "二", "三").resolved(choices)


@given(TRIPLES, st.integers(1, 3))
def test_many_conflicts_become_few_that_say_the_same(texts: tuple[str, str, str], most: int):
    merge = three_way(*texts)
    fewer = merge.with_at_most(most)
    assert len(fewer.conflicts) == min(most, len(merge.conflicts))
    for side in ("base", "mine", "theirs"):
        assert "".join(getattr(part, side) for part in fewer.parts) == "".join(
            getattr(part, side) for part in merge.parts
        )


def test_conflicts_that_stand_close_together_are_the_ones_that_become_one():
    base = "一。\n\nここ。\n\n二。\n\n" + "長い間。\n\n" * 9 + "三。"
    mine, theirs = (base.replace("一", a).replace("二", a).replace("三", a) for a in "甲乙")
    first, last = three_way(base, mine, theirs).with_at_most(2).conflicts
    assert (first.mine, last.mine) == ("\n甲。\n\nここ。\n\n甲。", "\n甲。")


def test_an_edit_at_either_end_of_a_huge_paragraph_merges():
    text = words(3, 500_000, KANJI)
    assert three_way(text, "新" + text, text + "終").text == "新" + text + "終"


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_huge_texts_give_coarse_conflicts_and_lose_nothing(name: str):
    base, mine = HUGE[name]
    theirs = mine[1:] + "終"
    parts = three_way(base, mine, theirs).parts
    assert "".join(part.mine for part in parts) == "\n" + mine
    assert "".join(part.theirs for part in parts) == "\n" + theirs
