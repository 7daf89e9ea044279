"""What pages are called: one form of a name for comparing, and the end of an address made of a title."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

LONGEST_SLUG = 80
_LETTERS = "a-z0-9ぁ-ゖァ-ヺー々〆〇㐀-䶿一-鿿"
_SLUG = re.compile(f"[{_LETTERS}][{_LETTERS}-]{{0,{LONGEST_SLUG - 1}}}")
_NO_LETTERS = re.compile(f"[^{_LETTERS}]+")
_ADDRESS = re.compile(r"/(?:reports|help)/([^/?#\s]+)")


def page_key(name: str) -> str:
    """A title or slug in the form in which two names of one page are the same: NFKC, case folded, single spaces."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def is_slug(text: str) -> bool:
    """1 to 80 lower-case ASCII letters, digits, hyphens or Japanese letters; no hyphen first."""
    return _SLUG.fullmatch(text) is not None


def slug_of(title: str) -> str:
    """The end of an address that a title suggests; empty when no letter of it may stand there."""
    return _NO_LETTERS.sub("-", page_key(title)).strip("-")[:LONGEST_SLUG].strip("-")


def typed_slug(text: str) -> str:
    """A slug as people type or paste it (wide letters, dakuten apart, a whole encoded address) in its one form."""
    found = _ADDRESS.search(text)
    return page_key(unquote(found[1] if found else text.strip()))


def numbered(slug: str, number: int) -> str:
    """The slug for the `number`-th page of one title: short enough with the number behind it."""
    end = f"-{number}"
    return slug[: LONGEST_SLUG - len(end)].rstrip("-") + end
