"""Receipt numbers: read however they are typed, and every slip of the hand noticed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.intake import dates, numbers

PAGES = st.integers(0, numbers.HIGHEST_PAGE)


@given(PAGES)
def test_a_number_names_its_page_and_is_read_in_its_printed_form(page_id: int) -> None:
    number = numbers.new(page_id)
    assert numbers.read(numbers.shown(number)) == number
    assert numbers.page_of(number) == page_id


@given(PAGES, st.integers(0, numbers.LENGTH - 1), st.sampled_from(numbers.ALPHABET))
def test_every_single_wrong_character_is_noticed(page_id: int, place: int, char: str) -> None:
    number = numbers.new(page_id)
    wrong = number[:place] + char + number[place + 1 :]
    assert (numbers.read(wrong) is None) == (wrong != number)


@given(PAGES)
def test_it_may_be_typed_small_and_wide_with_other_hyphens_and_letters_for_digits(page_id: int) -> None:
    number = numbers.new(page_id)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert numbers.read(f" {wide[:4]}ー{wide[4:8]}－{wide[8:]}　") == number
    assert numbers.read(number.lower().replace("0", "o").replace("1", "l")) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = numbers.read(text)
    assert found is None or numbers.read(found) == found


def test_there_is_no_number_beyond_the_highest_page() -> None:
    with pytest.raises(ValueError, match="page"):
        numbers.new(numbers.HIGHEST_PAGE + 1)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-05", date(2026, 11, 5)),
        ("2026/11/5", date(2026, 11, 5)),
        ("２０２６年１１月５日", date(2026, 11, 5)),
        ("令和8年11月5日", date(2026, 11, 5)),
        ("R8.11.5", date(2026, 11, 5)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("2026-02-30", None),
        ("11月5日", None),
        ("きのう", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_here_write_them(typed: str, day: date | None) -> None:
    assert dates.read(typed) == day
