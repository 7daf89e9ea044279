"""What a typed query is understood to mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.search.query import LONGEST, MOST_WORDS, BadQuery, Flaw, Query, parse


@pytest.mark.parametrize(
    ("typed", "words", "excluded"),
    [
        ("窓口", ("窓口",), ()),
        ("ＤＸ　カード", ("dx", "かーど"), ()),
        ('"夜間 窓口" 市', ("夜間 窓口", "市"), ()),
        ("“夜間　窓口”", ("夜間 窓口",), ()),
        ("窓口 -夜間", ("窓口",), ("夜間",)),
        ("窓口 －夜間", ("窓口",), ("夜間",)),
        ('窓口 -"夜間 窓口"', ("窓口",), ("夜間 窓口",)),
        ("e-Tax", ("e-tax",), ()),
        ("COVID-19 サーバー", ("covid-19", "さーばー"), ()),
        ("窓口 窓口", ("窓口",), ()),
        ('"夜間', ("夜間",), ()),
        ("*", ("*",), ()),
        ("NEAR(", ("near(",), ()),
        ("窓口 OR 市", ("窓口", "or", "市"), ()),
        ("🚒", ("🚒",), ()),
        ("窓口 -", ("窓口",), ()),
        ("窓口\x00市", ("窓口", "市"), ()),
        ("窓口\ud800", ("窓口",), ()),
    ],
)
def test_words_phrases_and_exclusions(typed: str, words: tuple[str, ...], excluded: tuple[str, ...]) -> None:
    assert parse(typed) == Query(words, excluded)


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("", Flaw.EMPTY),
        (" 　\n", Flaw.EMPTY),
        ('"', Flaw.EMPTY),
        ('""', Flaw.EMPTY),
        ("-", Flaw.EMPTY),
        ("--", Flaw.EMPTY),
        ("\u200b", Flaw.EMPTY),
        ("-夜間", Flaw.ONLY_EXCLUDED),
        ("あ" * 10_000, Flaw.TOO_LONG),
        (" ".join(map(str, range(MOST_WORDS + 1))), Flaw.TOO_MANY),
    ],
)
def test_what_cannot_be_looked_for_is_named(typed: str, flaw: Flaw) -> None:
    with pytest.raises(BadQuery) as refusal:
        parse(typed)
    assert refusal.value.flaw is flaw


@given(st.text(max_size=LONGEST))
def test_any_text_is_a_query_or_says_why_not(typed: str) -> None:
    try:
        found = parse(typed)
    except BadQuery:
        return
    assert found.words
    for word in (*found.words, *found.excluded):
        assert word == " ".join(word.split())
        assert word
