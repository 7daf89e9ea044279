"""Differences of pages as they are shown."""

from __future__ import annotations

from wiki.pages.compare import Text, between


def test_equal_texts_have_no_difference() -> None:
    text = Text("題", "一\n二")
    assert between(text, text).is_empty
    assert not between(text, Text("題二", text.body)).is_empty
