"""Tags and addresses made of titles."""

from __future__ import annotations

import pytest

from wiki.text import slugs, tags
from wiki.text.normalize import BadText, clean_paragraph


@pytest.mark.parametrize(
    ("typed", "kept"), [("  防災 ", "防災"), ("ＤＸ", "DX"), ("子育て　支援", "子育て 支援"), ("ｶﾞｽ", "ガス")]
)
def test_a_tag_is_brought_into_one_form(typed: str, kept: str) -> None:
    assert tags.clean_tag(typed) == kept


@pytest.mark.parametrize("typed", ["a/b", "#dx", "a?b", "..", "-x", "<b>", "「」[x]", "ａ／ｂ", '"x"'])
def test_marks_that_mean_something_elsewhere_are_refused(typed: str) -> None:
    with pytest.raises(tags.ReservedMark):
        tags.clean_tag(typed)


@pytest.mark.parametrize("typed", ["", "　", "\u200b", "あ" * 41, "a\u202eb", "a\nb"])
def test_what_cannot_be_read_is_no_tag(typed: str) -> None:
    with pytest.raises(BadText):
        tags.clean_tag(typed)


@pytest.mark.parametrize(("one", "other"), [("DX", "ｄｘ"), ("Straße", "STRASSE"), ("ガス", "ｶﾞｽ")])
def test_tags_that_differ_only_in_width_or_case_are_one(one: str, other: str) -> None:
    assert tags.tag_key(one) == tags.tag_key(other)


def test_several_tags_are_written_with_commas_of_any_kind_or_on_lines() -> None:
    assert tags.split("防災、子育て,DX，窓口\r\n 図書館 \n\n、") == ["防災", "子育て", "DX", "窓口", "図書館"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("動画「自治体DX完全ガイド」", "動画-自治体dx完全ガイド"),
        ("Tokyo Talk ２", "tokyo-talk-2"),
        ("！？", ""),
        ("あ" * 100, "あ" * 80),
    ],
)
def test_an_address_is_made_of_a_title(title: str, slug: str) -> None:
    assert slugs.slug_of(title) == slug
    assert slugs.is_slug(slug) is bool(slug)


@pytest.mark.parametrize(
    ("typed", "kept"), [("一行め\r\n二行め", "一行め二行め"), ("one\ntwo", "one two"), (" a ", "a")]
)
def test_a_paragraph_typed_over_several_lines_becomes_one(typed: str, kept: str) -> None:
    assert clean_paragraph(typed, 100) == kept
