"""Characters that are not seen: what they are, once for bodies, names and excerpts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Overrides, embeddings and isolates."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
"""C0 and C1 controls other than tab and line feed, and the two characters that XML (feeds) cannot hold."""

SURROGATE = re.compile(r"[\ud800-\udfff]")
ZERO_WIDTH = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"
ZERO_WIDTH_RUN = re.compile(f"[{ZERO_WIDTH}]{{4,}}")
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0000-\U000e007f]+")
_INVISIBLE = re.compile(
    f"[\\s{ZERO_WIDTH}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u202a-\u202e\u2066-\u2069"
    "\ufe00-\ufe0f\U000e0000-\U000e0fff\U0001d173-\U0001d17a\x00-\x1f\x7f-\x9f]"
)


def without_floods(text: str) -> str:
    """The text without runs of more than three zero-width characters and without tags of no flag."""
    return ZERO_WIDTH_RUN.sub("", _TAGS.sub(lambda match: match[1] or "", text))


def visible(text: str) -> str:
    """What of the text leaves ink: without spaces, zero-width characters, selectors and fillers."""
    return _INVISIBLE.sub("", text)


def is_invisible(text: str) -> bool:
    """Whether nothing of the text can be seen; a combining mark with nothing to stand on cannot."""
    return all(unicodedata.category(char).startswith("M") for char in visible(text))


def has_combining_flood(text: str, most: int) -> bool:
    """Whether more than `most` combining marks follow one another."""
    marks = "".join(filter(_is_mark, set(text)))
    if not marks:
        return False
    return re.search(f"[{re.escape(marks)}]{{{most + 1},}}", text) is not None


@lru_cache(maxsize=8192)
def _is_mark(char: str) -> bool:
    return char > "\u02ff" and unicodedata.category(char) in ("Mn", "Me")
