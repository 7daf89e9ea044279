"""How much work one text may ask for, counted in steps so that the answer never depends on the machine."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

MAX_SOURCE = 500_000
"""Code points."""

MAX_NESTING = 24
"""Levels of block nesting; a list item takes two, a quote one."""

MAX_INLINE_DEPTH = 24
MAX_STEPS = 28_000
MAX_TAGS = 16_000
_MAX_LINES = 40_000
_MAX_ESCAPES = 25_000


class TooComplex(ValueError):
    """The text asks for more work than any real page needs; refused before the work is done."""


class Budget:
    """Steps left for one rendering."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Takes `steps` away. Raises TooComplex when none are left."""
        self.left -= steps
        if self.left < 0:
            raise TooComplex("too many steps")


def check_source(source: str) -> None:
    """What can be seen without parsing. Raises TooComplex. Linear, a few milliseconds at most."""
    if len(source) > MAX_SOURCE:
        raise TooComplex("too long")
    if source.count("\n") > _MAX_LINES:
        raise TooComplex("too many lines")
    if sum(map(source.count, "&<>")) > _MAX_ESCAPES:
        raise TooComplex("too many characters to escape")


def check_tokens(tokens: Sequence[Token]) -> None:
    """Refuses marks nested deeper than any reader could see. Raises TooComplex."""
    for token in tokens:
        depth = 0
        for child in token.children or ():
            depth += child.nesting
            if depth > MAX_INLINE_DEPTH:
                raise TooComplex("marks nested too deeply")


def check_html(html: str) -> None:
    """Refuses more tags than can be sanitized in a moment. Raises TooComplex."""
    if html.count("<") > MAX_TAGS:
        raise TooComplex("too many elements")
