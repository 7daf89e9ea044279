"""Uploaded files in a text: their addresses as Markdown, and what a picture's address tells the page's layout.

A picture's address ends in its size (`/files/<key>/庁舎-2400x1600.jpg`), so that HTML made without asking anybody
keeps its place free while it loads, and offers the smaller copies that `/files/<key>/<width>` gives.
"""

from __future__ import annotations

import re

WIDTHS = (640, 1280, 1920)
"""Widths in pixels of the smaller copies of a picture, as far as it is wider."""

_LARGEST_OFFERED = 2600
_KEY = r"[A-Za-z0-9_-]{22}"
_ANY = re.compile(rf"/files/({_KEY})/")
_PICTURE = re.compile(rf"(/files/{_KEY}/)[^/?#\s,]*-([1-9][0-9]{{0,4}})x([1-9][0-9]{{0,4}})\.(?:jpg|png|webp)")
_MARKS = re.compile(r"([\\`*_\[\]<>&!~])")

SIZES = "(min-width: 44rem) 42rem, 100vw"
SRCSET = re.compile(
    rf"/files/{_KEY}/640 640w(?:, /files/{_KEY}/1280 1280w)?(?:, /files/{_KEY}/1920 1920w)?"
    rf"(?:, /files/{_KEY}/[^\s,/?#\"'<>]+ [1-9][0-9]{{2,3}}w)?"
)


def keys_in(source: str) -> set[str]:
    """The keys of the files that a Markdown text speaks of."""
    return set(_ANY.findall(source))


def picture(address: str, alt: str, caption: str = "") -> str:
    """A picture as Markdown; with a caption it becomes a figure's."""
    title = caption.replace("\\", "\\\\").replace('"', '\\"')
    return f'![{_plain(alt)}]({address} "{title}")' if title else f"![{_plain(alt)}]({address})"


def link(address: str, words: str) -> str:
    """A file to be fetched, as Markdown."""
    return f"[{_plain(words)}]({address})"


def layout_of(src: str) -> dict[str, str]:
    """Attributes of an `img` with this source: width, height, smaller copies; none for what was not uploaded."""
    found = _PICTURE.fullmatch(src)
    if found is None:
        return {}
    start, width, height = found[1], int(found[2]), int(found[3])
    attributes = {"width": str(width), "height": str(height)}
    offered = [f"{start}{narrower} {narrower}w" for narrower in WIDTHS if narrower < width]
    if offered and width <= _LARGEST_OFFERED:
        offered.append(f"{src} {width}w")
    if offered:
        attributes |= {"srcset": ", ".join(offered), "sizes": SIZES}
    return attributes


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
