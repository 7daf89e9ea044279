"""What people type, in one form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.normalize import Bad, BadText, clean_body, clean_line


def refusal(text: str, limit: int = 100) -> Bad:
    with pytest.raises(BadText) as caught:
        clean_body(text, limit)
    return caught.value.code


def test_lines_end_in_line_feeds_and_outer_blank_lines_go():
    assert clean_body("\r\n \r\n一\r\n二\r三  \n\n", 100) == "一\n二\n三"


def test_indentation_of_the_first_line_and_hard_breaks_stay():
    assert clean_body("    code\na  \nb", 100) == "    code\na  \nb"


def test_composed_characters_are_one_code_point():
    assert clean_body("か\u3099", 1) == "が"


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t　\u00a0", "\u200b", "\ufeff", "\u3164\u2800", "\u200d\ufe0f", "\u0301"]
)
def test_what_cannot_be_seen_is_empty(text: str):
    assert refusal(text) is Bad.EMPTY


@pytest.mark.parametrize("text", ["a\x00b", "a\x07", "\x1b[31m", "a\x0bb", "a\x0cb", "a\x7f", "a\x85b", "a\x9f"])
def test_control_characters_are_refused(text: str):
    assert refusal(text) is Bad.CONTROL


def test_tabs_are_kept():
    assert clean_body("a\tb", 100) == "a\tb"


@pytest.mark.parametrize("text", ["a\ud800", "\udfffb", "\ud83d\ude00"])
def test_lone_surrogates_are_refused(text: str):
    assert refusal(text) is Bad.SURROGATE


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_bidi_controls_are_refused(mark: str):
    assert refusal(f"a{mark}b") is Bad.BIDI


def test_floods_of_combining_marks_are_refused():
    assert refusal("a" + "\u0301" * 9) is Bad.COMBINING
    assert refusal("a" + "\u0301\u200b\u200b\u200b\u200b" * 9) is Bad.COMBINING
    assert clean_body("e\u0301\u0323", 10) == unicodedata.normalize("NFC", "e\u0301\u0323")
    assert refusal("a" + "\u0301\u0323" * 250_000) is Bad.COMBINING


def test_floods_of_zero_width_characters_are_removed_and_emoji_stay_whole():
    assert clean_body("あ" + "\u200b" * 50 + "い", 100) == "あい"
    assert clean_body("👨\u200d👩\u200d👧\ufe0f", 100) == "👨\u200d👩\u200d👧\ufe0f"
    assert clean_body("葛\U000e0100城", 100) == "葛\U000e0100城"


def test_hidden_tags_are_removed_but_flags_stay():
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "hidden")
    scotland = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert clean_body(f"あ{hidden}い{scotland}", 100) == f"あい{scotland}"


def test_the_limit_counts_code_points_after_cleaning():
    assert clean_body("𠮷" * 10 + "\n\n", 10) == "𠮷" * 10
    assert refusal("あ" * 11, 10) is Bad.TOO_LONG


def test_a_megabyte_is_answered():
    assert refusal("あ" * 1_000_000, 20_000) is Bad.TOO_LONG


def test_a_line_has_one_space_between_words_and_no_line_end():
    assert clean_line("  窓口　 の  こと\n", 100) == "窓口 の こと"
    for text in ("a\nb", "a\r\nb", "a\u2028b"):
        with pytest.raises(BadText) as caught:
            clean_line(text, 100)
        assert caught.value.code is Bad.CONTROL


def test_the_code_is_a_plain_word():
    assert refusal("") == "empty"
    assert f"{refusal('')}" == "empty"


ANY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\u200b\u200d\ufe0f\u0301\u0323\u3099\n\r\t \u3000\ufeff\U0001f3f4\U000e0067\U000e007f"),
    ),
    max_size=60,
)


@given(ANY)
def test_cleaning_twice_changes_nothing(text: str):
    for clean in (clean_body, clean_line):
        try:
            once = clean(text, 100)
        except BadText:
            continue
        assert clean(once, 100) == once
        assert unicodedata.is_normalized("NFC", once)
        assert once == once.rstrip()
        assert not any(0xD800 <= ord(char) <= 0xDFFF or char in "\r\x00\u202e" for char in once)
