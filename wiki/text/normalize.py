"""What people type, made one form before it is checked, kept or compared."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from wiki.text import unseen

_MOST_MARKS = 8
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
_OUTER_BLANK = re.compile(r"\A(?:[^\S\n]*\n)+")
_SPACES = re.compile(r"\s+")


class Bad(StrEnum):
    """Why a text is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    SURROGATE = "surrogate"
    BIDI = "bidi"
    COMBINING = "combining"


_REFUSED = ((Bad.SURROGATE, unseen.SURROGATE), (Bad.CONTROL, unseen.CONTROL), (Bad.BIDI, unseen.BIDI))


class BadText(ValueError):
    """A text that cannot be kept; `code` says why."""

    def __init__(self, code: Bad) -> None:
        super().__init__(code.value)
        self.code = code


def clean_body(text: str, limit: int) -> str:
    """Lines in NFC with LF, without outer blank lines: 1 to `limit` code points. Raises BadText.

    Spaces at line ends stay (two of them are Markdown's line break), except at the end of the text.
    """
    text = _sound(_LINE_ENDS.sub("\n", text.removeprefix("\ufeff")))
    return _sized(_OUTER_BLANK.sub("", text.rstrip()), limit)


def clean_line(text: str, limit: int) -> str:
    """One line in NFC, inner spaces made one: 1 to `limit` code points. Raises BadText.

    A line end within the line is refused as a control.
    """
    if re.search(r"[\n\r\u2028\u2029]", text.strip()):
        raise BadText(Bad.CONTROL)
    text = _sound(text.strip().removeprefix("\ufeff"))
    return _sized(_SPACES.sub(" ", text).strip(), limit)


def clean_paragraph(text: str, limit: int) -> str:
    """As `clean_line`, of a text that may be typed over several lines: they become one. Raises BadText."""
    lines = [line.strip() for line in _LINE_ENDS.sub("\n", text).split("\n")]
    return clean_line("".join(line + (" " if line[-1:].isascii() else "") for line in lines), limit)


def _sound(text: str) -> str:
    """The text in NFC without floods of what is not seen. Raises BadText for what has no place in a text."""
    for code, pattern in _REFUSED:
        if pattern.search(text):
            raise BadText(code)
    text = unseen.without_floods(text)
    if unseen.has_combining_flood(text, _MOST_MARKS):  # before NFC, which is quadratic in such a run
        raise BadText(Bad.COMBINING)
    composed = unicodedata.normalize("NFC", text)
    if composed != text and unseen.has_combining_flood(composed, _MOST_MARKS):  # NFC takes a few marks apart
        raise BadText(Bad.COMBINING)
    return composed


def _sized(text: str, limit: int) -> str:
    if unseen.is_invisible(text):
        raise BadText(Bad.EMPTY)
    if len(text) > limit:
        raise BadText(Bad.TOO_LONG)
    return text
