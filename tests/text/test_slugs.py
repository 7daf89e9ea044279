"""Names of pages in one form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.slugs import is_slug, numbered, page_key, slug_of, typed_slug


@pytest.mark.parametrize(
    ("left", "right"),
    [("ごみ", unicodedata.normalize("NFD", "ごみ")), ("ＤＸ　とは", "dx とは"), ("ｶﾞｲﾄﾞ", "ガイド"), (" a  b ", "A B")],
)
def test_names_that_read_alike_are_one(left: str, right: str) -> None:
    assert page_key(left) == page_key(right)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("ごみの出し方", "ごみの出し方"),
        ("なぜ「DX」なのか？ 2024年版", "なぜ-dx-なのか-2024年版"),
        ("ｶﾞｲﾄﾞ（案）", "ガイド-案"),
        ("👍", ""),
        ("あ" * 200, "あ" * 80),
        ("--", ""),
    ],
)
def test_a_title_suggests_its_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=120))
def test_what_a_title_suggests_may_stand_in_an_address(title: str) -> None:
    slug = slug_of(title)
    assert slug == "" or is_slug(slug)
    assert page_key(slug) == slug
    assert slug == "" or is_slug(numbered(slug, 12))


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    assert page_key(page_key(name)) == page_key(name)


@pytest.mark.parametrize(
    "typed",
    ["ごみ", " ごみ ", unicodedata.normalize("NFD", "ごみ"), "https://city.example/reports/%E3%81%94%E3%81%BF?a#b",
     "/help/ごみ"],
)  # fmt: skip
def test_a_slug_is_understood_as_it_is_pasted(typed: str) -> None:
    assert typed_slug(typed) == "ごみ"
