"""How alike two texts are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.similarity import ALIKE, Index, dice, pairs

LIBRARY = "図書館の開館時間を夜9時まで延ばしてほしい"
ALSO_LIBRARY = "図書館は夜9時まで開いていると助かります。開館時間の延長をお願いします"
PARK = "公園のベンチをもっと増やしてください"


def similarity(one: str, other: str) -> float:
    return dice(pairs(one), pairs(other))


def test_the_same_wish_in_other_words_is_alike_and_another_wish_is_not() -> None:
    assert similarity(LIBRARY, ALSO_LIBRARY) >= ALIKE
    assert similarity(LIBRARY, PARK) < ALIKE


def test_width_case_and_kana_make_no_difference() -> None:
    assert similarity("ＤＸカード 2026", "dxｶｰﾄﾞ　２０２６") == 1


@pytest.mark.parametrize("nothing", ["", "。、！", "  \n"])
def test_a_text_without_words_is_like_nothing(nothing: str) -> None:
    assert pairs(nothing) == frozenset()
    assert similarity(nothing, nothing) == 0
    assert Index([(1, nothing), (2, LIBRARY)]).like(1) == []


def test_the_most_alike_come_first() -> None:
    index = Index([(1, PARK), (2, ALSO_LIBRARY), (3, LIBRARY), (4, LIBRARY)])
    assert [key for key, _alike in index.like(4)] == [3, 2]


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_is_the_same_both_ways_and_between_nothing_and_all(one: str, other: str) -> None:
    alike = similarity(one, other)
    assert alike == similarity(other, one)
    assert 0 <= alike <= 1
    if pairs(one):
        assert similarity(one, one) == 1


@given(st.lists(st.text(alphabet="あいうえおかき 。", max_size=12), min_size=1, max_size=8))
def test_the_index_finds_what_comparing_each_with_each_finds(texts: list[str]) -> None:
    index = Index(enumerate(texts))
    for at, text in enumerate(texts):
        alike = [(key, similarity(text, other)) for key, other in enumerate(texts) if key != at]
        expected = sorted(each for each in alike if each[1] >= ALIKE)
        assert sorted(index.like(at)) == expected
