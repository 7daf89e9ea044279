"""Tags: what may be one, when two are the same, and how several are written in one field."""

from __future__ import annotations

import re
import unicodedata

from wiki.text.normalize import BadText, clean_line

LONGEST = 40
"""In code points."""

MOST = 20
"""Of one page."""

_BETWEEN = re.compile(r"[\n、,，;；]+")
_RESERVED = re.compile(r"[/\\#?&%<>\"'`|*\[\]{}]")


class ReservedMark(ValueError):
    """A tag with a mark that means something in addresses or in texts."""


def clean_tag(text: str) -> str:
    """The tag in NFKC, inner spaces made one: 1 to 40 code points. Raises BadText, ReservedMark."""
    tag = clean_line(unicodedata.normalize("NFKC", clean_line(text, 20 * LONGEST)), LONGEST)
    if _RESERVED.search(tag) or tag.startswith((".", "-")):
        raise ReservedMark(tag)
    return tag


def tag_key(tag: str) -> str:
    """What two tags that differ only in width or case share: unique in the database."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())


def split(text: str) -> list[str]:
    """The tags of a field in which 、 or a line end stands between them, each as it was typed."""
    return [part.strip() for part in _BETWEEN.split(text.replace("\r", "\n")) if part.strip()]


__all__ = ["LONGEST", "MOST", "BadText", "ReservedMark", "clean_tag", "split", "tag_key"]
