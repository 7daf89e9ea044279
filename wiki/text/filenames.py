"""Names of files as people give them, made fit to be shown, saved and put into an address."""

from __future__ import annotations

import re
import unicodedata

from wiki.text import unseen

LONGEST = 80
_NOT_IN_NAME = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]+')
_NOT_IN_ADDRESS = re.compile(r"[^\w.]+")
_NOT_SEEN = re.compile(f"(?:{unseen.BIDI.pattern})|(?:{unseen.SURROGATE.pattern})|[{unseen.ZERO_WIDTH}]")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def clean(raw: str, otherwise: str) -> str:
    """The last part of a path in NFC, at most 80 characters with its extension; `otherwise` when nothing is left.

    Nothing in it is unseen, leads to another folder, or is refused by Windows.
    """
    last = re.split(r"[/\\]", raw)[-1]
    last = unicodedata.normalize("NFC", _NOT_IN_NAME.sub("", _NOT_SEEN.sub("", last[:1000])))
    name = " ".join(last.split()).rstrip(". ")
    ending = extension(name)
    stem = (name[: -len(ending) - 1] if ending else name)[: LONGEST - len(ending) - 1].strip(". ")
    return f"{stem or otherwise}.{ending}" if ending else stem or otherwise


def extension(name: str) -> str:
    """The name's extension in lower case, without the dot; empty when it has none."""
    found = _EXTENSION.search(name)
    return found[1].lower() if found else ""


def with_extension(name: str, ending: str) -> str:
    """The name with another extension, its own taken off."""
    return f"{_EXTENSION.sub('', name)}.{ending}"


def in_address(name: str, size: tuple[int, int] | None = None) -> str:
    """The name as it stands in an address, without spaces or marks; a picture's width and height before the dot."""
    plain = _NOT_IN_ADDRESS.sub("-", name)
    ending = extension(plain)
    stem = (plain[: -len(ending) - 1] if ending else plain).strip("-._") or "file"
    if size:
        stem = f"{stem}-{size[0]}x{size[1]}"
    return f"{stem}.{ending}" if ending else stem
