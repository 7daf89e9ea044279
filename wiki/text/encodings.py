"""Text in the two encodings in which files come here: UTF-8 and, from Windows, Shift_JIS."""

from __future__ import annotations


def decoded(data: bytes) -> str | None:
    """The text, without the mark that may stand before UTF-8; None when it is neither."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
