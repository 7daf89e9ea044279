"""Names of files keep their words, lead nowhere, and fit into an address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text import filenames, uploads


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("庁舎.jpg", "庁舎.jpg"),
        ("C:\\窓\\庁舎 正面.PNG", "庁舎 正面.png"),
        ("../../x", "x"),
        ("..", "ファイル"),
        (".htaccess", "ファイル.htaccess"),
        ('a"b<c>|?*:.pdf', "abc.pdf"),
        ("か\u3099.txt", "が.txt"),
        ("a\u202e\u200bgpj.exe\0.png", "agpj.exe.png"),
        ("長" * 300 + ".docx", "長" * 75 + ".docx"),
        ("  two   blanks .txt ", "two blanks.txt"),
        ("\ud800", "ファイル"),
        ("", "ファイル"),
    ],
)
def test_a_name_is_what_people_gave_without_what_does_harm(raw: str, name: str) -> None:
    assert filenames.clean(raw, "ファイル") == name


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_becomes_one_name_and_one_address_of_bounded_length(raw: str) -> None:
    name = filenames.clean(raw, "ファイル")
    assert 1 <= len(name) <= filenames.LONGEST
    assert not re.search(r"[/\\\0\n\r]", name) and name.strip(". ") and not name.startswith(".")
    assert re.fullmatch(r"[\w.-]+", filenames.in_address(name, (10, 20)))


def test_a_pictures_address_tells_its_size() -> None:
    assert filenames.in_address("庁舎 正面（案）.jpg", (2400, 1600)) == "庁舎-正面-案-2400x1600.jpg"
    assert filenames.in_address("計画 v1.2.pdf") == "計画-v1.2.pdf"
    assert filenames.with_extension("庁舎.png", "jpg") == "庁舎.jpg"


def test_a_picture_keeps_its_place_free_and_offers_its_smaller_copies() -> None:
    start = "/files/" + "k" * 22
    assert uploads.layout_of(f"{start}/a-600x400.jpg") == {"width": "600", "height": "400"}
    offered = uploads.layout_of(f"{start}/a-1500x400.jpg")["srcset"]
    assert offered == f"{start}/640 640w, {start}/1280 1280w, {start}/a-1500x400.jpg 1500w"
    assert uploads.layout_of(f"{start}/a-4000x400.jpg")["srcset"].endswith(" 1920w")
    for other in (f"{start}/a.jpg", f"{start}/a-0x9.jpg", "/static/a-600x400.jpg", f"https://x{start}/a-600x400.jpg"):
        assert uploads.layout_of(other) == {}


def test_the_keys_of_a_text_are_found() -> None:
    one, two = "a" * 22, "B_-1" * 5 + "cd"
    text = f"![x](/files/{one}/a.jpg) [y](/files/{two}/b.pdf) [z](/files/short/c)"
    assert uploads.keys_in(text) == {one, two}
