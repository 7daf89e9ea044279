"""Files are read in the encoding in which they were written, or not at all."""

from __future__ import annotations

import pytest

from wiki.text.encodings import decoded


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_both_encodings_give_the_same_text(encoding: str) -> None:
    assert decoded("予算表①".encode(encoding)) == "予算表①"


def test_what_is_neither_is_no_text() -> None:
    assert decoded(b"\x81\x20") is None
