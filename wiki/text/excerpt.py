"""Plain text of stored HTML, for lists, feeds, mail and search."""

from __future__ import annotations

import html as entities
import re
import unicodedata

import nh3

from wiki.text.sanitize import is_bare

_BREAKS = re.compile(r"</(?:p|h[2-6]|li|pre|tr|figcaption|blockquote|figure|table)>|<(?:br|hr)>")
_CELLS = re.compile(r"</t[dh]>\s*")
_BLANK = re.compile(r"[^\S\n]*\n\s*")
_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]*>")
_strip = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style", "section", "sup", "video"})


def plain(html: str) -> str:
    """The text of HTML that `sanitize.clean` gave: one line a block, without notes and their marks."""
    broken = _BREAKS.sub(lambda match: match[0] + "\n", _CELLS.sub(" ", html))
    stripped = _TAG.sub("", broken) if is_bare(html) else _strip.clean(broken)
    return _BLANK.sub("\n", entities.unescape(stripped)).strip()


def excerpt(html: str, length: int) -> str:
    """The text in one line, at most `length` code points; when cut, … ends it, never inside a grapheme."""
    text = _SPACES.sub(" ", plain(html))
    if len(text) <= length:
        return text
    end = max(0, length - 1)
    while end and _joins(text, end):
        end -= 1
    return text[:end].rstrip(" 、。") + "…" if length > 0 else ""


def _joins(text: str, at: int) -> bool:
    """Whether the code points before and at `at` belong to one grapheme (the usual cases of UAX #29)."""
    before, char = text[at - 1], text[at]
    code = ord(char)
    if before == "\u200d" or char == "\u200d" or unicodedata.category(char) in ("Mn", "Me", "Mc"):
        return True
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F or code in (0xFF9E, 0xFF9F, 0x200C):
        return True
    if 0x1160 <= code <= 0x11FF and "\u1100" <= before <= "\ud7a3":
        return True
    return _is_regional(char) and _regionals_before(text, at) % 2 == 1


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _regionals_before(text: str, at: int) -> int:
    count = 0
    while at > count and _is_regional(text[at - count - 1]):
        count += 1
    return count
