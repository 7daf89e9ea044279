"""Emphasis beside Japanese brackets: the CommonMark CJK-friendly amendments, in our own code.

Specification: github.com/tats-u/markdown-cjk-friendly, specification.md; amends CommonMark 0.31.2.
"""

# ruff: noqa: N802, N803 (the names are markdown-it's)
from __future__ import annotations

import unicodedata
from functools import lru_cache

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned, StateInline

_SYMBOLS_NOT_EMOJI = frozenset({0x2329, 0x232A, *range(0x2630, 0x2638), *range(0x268A, 0x2690)})
_SQUARED_EMOJI = frozenset(
    {0x1F201, 0x1F21A, 0x1F22F, *range(0x1F232, 0x1F237), *range(0x1F238, 0x1F23B), 0x1F250, 0x1F251}
)
_QUOTES = "‘’“”"


@lru_cache(4096)
def is_cjk(char: str) -> bool:
    """Whether the amendments call it a CJK character: wide or halfwidth and no emoji, or Hangul."""
    code = ord(char)
    if code < 0x1100:
        return False
    if 0x2300 <= code <= 0x2BFF:
        return code in _SYMBOLS_NOT_EMOJI
    if 0x1F000 <= code <= 0x1FAFF:
        return 0x1F200 <= code <= 0x1F265 and code not in _SQUARED_EMOJI
    if code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
        return True
    return unicodedata.east_asian_width(char) in "WFH"


def flanks(src: str, start: int, end: int, limit: int, splits_words: bool) -> tuple[bool, bool]:
    """Whether the delimiter run src[start:end] can open and can close emphasis; the line ends at `limit`."""
    prev = src[start - 1] if start else " "
    succ = src[end] if end < limit else " "
    base, ideographic, quoted = _before(src, start, prev)
    prev_punct = _is_punct(base)
    prev_foreign = prev_punct and not (is_cjk(base) or quoted)
    succ_punct = _is_punct(succ)
    succ_cjk = is_cjk(succ)
    succ_foreign = succ_punct and not succ_cjk
    prev_space, succ_space = isWhiteSpace(ord(prev)), isWhiteSpace(ord(succ))
    left = not succ_space and (not succ_foreign or prev_space or prev_foreign or is_cjk(base) or ideographic)
    right = not prev_space and (not prev_foreign or succ_space or succ_foreign or succ_cjk)
    if splits_words:
        return left, right
    return left and (not right or prev_punct), right and (not left or succ_punct)


def _before(src: str, start: int, prev: str) -> tuple[str, bool, bool]:
    """The character before the run without its variation selector; ideographic selector?; fullwidth quote?"""
    code = ord(prev)
    if 0xE0100 <= code <= 0xE01EF:
        return prev, True, False
    if 0xFE00 <= code <= 0xFE0E and start > 1:
        base = src[start - 2]
        return base, False, code == 0xFE01 and base in _QUOTES
    return prev, False, False


@lru_cache(4096)
def _is_punct(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


class JapaneseInline(StateInline):
    """The inline state whose delimiter runs follow the amendments."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """How the run of markers at `start` may open and close, and its length."""
        end, marker = start, self.src[start]
        while end < self.posMax and self.src[end] == marker:
            end += 1
        opens, closes = flanks(self.src, start, end, self.posMax, canSplitWord)
        return Scanned(opens, closes, end - start)
