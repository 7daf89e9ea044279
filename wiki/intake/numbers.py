"""受付番号: the number on a sheet of paper, which names the page that it is about and nobody else has.

Twelve characters of Crockford's base 32 (no I, L, O, U): four for the page, seven at random, one check character by
Luhn's rule modulo 32, which notices every single wrong character.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_OF_PAGE = 4
_RANDOM = 7
_MEANT = str.maketrans("OIL", "011")
_BETWEEN = str.maketrans("", "", " \t-‐‑‒–—―−ー・")
HIGHEST_PAGE = len(ALPHABET) ** _OF_PAGE - 1


def new(page_id: int) -> str:
    """A number for a sheet about this page. Raises ValueError beyond HIGHEST_PAGE."""
    if not 0 <= page_id <= HIGHEST_PAGE:
        raise ValueError("no number can be made for this page")
    front = ""
    for _ in range(_OF_PAGE):
        page_id, digit = divmod(page_id, len(ALPHABET))
        front = ALPHABET[digit] + front
    front += "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
    return front + _check(front)


def read(typed: str) -> str | None:
    """The number typed, however it was written (small, full width, with hyphens, O for 0); None when it is none."""
    text = unicodedata.normalize("NFKC", typed).upper().translate(_BETWEEN).translate(_MEANT)
    if len(text) != LENGTH or any(char not in ALPHABET for char in text):
        return None
    return text if _check(text[:-1]) == text[-1] else None


def page_of(number: str) -> int:
    """The id of the page that a number read by `read` is about."""
    page_id = 0
    for char in number[:_OF_PAGE]:
        page_id = page_id * len(ALPHABET) + ALPHABET.index(char)
    return page_id


def shown(number: str) -> str:
    """As it is printed and read aloud: three groups of four."""
    return "-".join(number[at : at + 4] for at in range(0, len(number), 4))


def _check(front: str) -> str:
    total = 0
    for place, char in enumerate(reversed(front)):
        value = ALPHABET.index(char) * (2 if place % 2 == 0 else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]
