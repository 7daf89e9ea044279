"""Rows that repeat within a form: read, put into their places, moved and taken out without a script."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from wiki.core.rows import Rows, in_places


def read(names: str, most: int = 10, **sent: str) -> Rows:
    form = MultiDict([("one_name", name) for name in names] + [("one_" + key, value) for key, value in sent.items()])
    return Rows.read("one", ("name", "note"), form, most)


def told(rows: Rows) -> str:
    return "".join(row["name"] for row in rows)


@pytest.mark.parametrize(
    ("pressed", "left"),
    [
        ({}, "abcd"),
        ({"up": "3"}, "acbd"),
        ({"down": "1"}, "bacd"),
        ({"up": "1"}, "abcd"),
        ({"down": "4"}, "abcd"),
        ({"remove": "2"}, "acd"),
        ({"remove": "9"}, "abcd"),
        ({"up": "none"}, "abcd"),
    ],
)
def test_a_button_moves_its_row_and_says_that_nothing_is_to_be_saved(pressed: dict[str, str], left: str) -> None:
    rows = read("abcd", **pressed)
    assert told(rows) == left
    assert rows.moved is bool(pressed)


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ("1234", [0, 1, 2, 3]),
        ("1231", [3, 0, 1, 2]),
        ("4234", [1, 2, 3, 0]),
        ("1224", [0, 2, 1, 3]),
        (["9", "", "x", "0"], [3, 1, 2, 0]),
        ([], [0, 1, 2, 3]),
    ],
)
def test_a_row_goes_to_the_place_that_is_typed_for_it(places: list[str], order: list[int]) -> None:
    assert in_places(list(places), 4) == order


def test_a_typed_place_and_a_button_mean_the_row_as_it_was_shown() -> None:
    form = MultiDict([("one_name", name) for name in "abc"] + [("one_place", place) for place in "321"])
    form.add("one_up", "1")
    assert told(Rows.read("one", ("name",), form, 10)) == "cab"


def test_there_are_no_more_rows_than_may_be_and_missing_fields_are_empty() -> None:
    rows = read("abcd", most=2)
    assert told(rows) == "ab"
    assert rows.rows[0]["note"] == ""
    assert len(read("")) == 0
