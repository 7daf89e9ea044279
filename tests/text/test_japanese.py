"""Folding and cutting Japanese for search."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wiki.text import japanese

#: Texts in which what search folds is frequent, beside any text at all.
MIXED = st.text(st.sampled_from("あかがカガｶｶﾞﾞﾟー-－‐ＡaÀÅ㎡㈱… 　\n漢字①ß\u200b\ufe0f゛e\u0301👨\u200d👩"), max_size=40)
TEXTS = st.one_of(MIXED, st.text(max_size=40))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＤＸ", "dx"),
        ("カード", "かーど"),
        ("ｶｰﾄﾞ", "かーど"),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("か\u3099", "が"),
        ("㎡", "m2"),
        ("㈱市役所", "(株)市役所"),
        ("ＣＯＶＩＤ－１９", "covid-19"),
        ("e‐Tax", "E-TAX"),
        ("窓口　夜間", "窓口 夜間"),
        ("窓\u200b口", "窓口"),
        ("葛\U000e0100城", "葛城"),
        ("Straße", "STRASSE"),
        ("café", "CAFE\u0301"),
        ("“市”", '"市"'),
        ("ヴ", "ゔ"),
    ],
)
def test_what_people_take_for_the_same_is_folded_to_one(one: str, other: str) -> None:
    assert japanese.fold(one) == japanese.fold(other)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("は", "ば"), ("市", "巿"), ("つ", "っ"), ("a", "b")])
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert japanese.fold(one) != japanese.fold(other)


@given(TEXTS)
@example(" \u200b ")
@example("\u200b \u200b\n\ufe0f ")
def test_a_folded_text_stays_as_it_is(text: str) -> None:
    once = japanese.fold(text)
    assert japanese.fold(once) == once


@given(TEXTS)
def test_both_ways_of_folding_agree(text: str) -> None:
    assert japanese.fold_aligned(text).text == japanese.fold(text)


@given(TEXTS)
@example("ß\u0301")
def test_each_place_of_the_fold_leads_to_its_place_in_the_text(text: str) -> None:
    folded = japanese.fold_aligned(text)
    places = [japanese.original_offset(folded.shifts, at) for at in range(len(folded.text) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    if not folded.shifts:
        assert len(folded.text) == len(text)


def test_a_match_is_found_again_in_the_original() -> None:
    text = "床は12㎡の広さ。ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞの窓口"
    folded = japanese.fold_aligned(text)
    at = folded.text.index(japanese.fold("カード"))
    start, end = (japanese.original_offset(folded.shifts, place) for place in (at, at + 3))
    assert text[start:end] == "ｶｰﾄﾞ"


def test_a_text_is_cut_into_pairs_that_stop_at_blanks() -> None:
    assert japanese.grams("窓口の dx") == ["窓口", "口の", "の", "dx", "x"]


@given(TEXTS, st.integers(0, 40), st.integers(1, 6))
def test_the_pairs_of_a_passage_follow_one_another_in_the_text(text: str, start: int, length: int) -> None:
    folded = japanese.fold(text)
    word = " ".join(folded[start : start + length].split())
    if not word or word not in " ".join(folded.split()):
        return
    wanted, is_beginning = japanese.phrase(word)
    there = japanese.grams(folded)
    last = len(wanted) - 1
    assert any(
        all(
            found.startswith(want) if is_beginning and n == last else found == want
            for n, (found, want) in enumerate(zip(there[at:], wanted, strict=False))
        )
        for at in range(len(there) - last)
    )


def test_readings_that_are_easily_mistaken_share_a_key() -> None:
    assert japanese.sound_key("カード") == japanese.sound_key("かと")
    assert japanese.sound_key("マドグチ") == japanese.sound_key("まとくち")
    assert japanese.sound_key("がっこう") == japanese.sound_key("かつこう")
    assert japanese.sound_key("まち") != japanese.sound_key("むら")


def test_kana_are_recognised() -> None:
    assert japanese.is_kana(japanese.fold("ｶｰﾄﾞ"))
    assert not japanese.is_kana(japanese.fold("窓くち"))
    assert not japanese.is_kana("")
