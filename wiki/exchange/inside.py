"""The pictures inside of a document, of which its text speaks by addresses of their own."""

from __future__ import annotations

import re
from base64 import b64decode

_INLINE = re.compile(rb"""(\ssrc=["'])data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]++)(?=["'])""", re.IGNORECASE)


class Pictures:
    """The pictures found so far: `files` are names and bytes by the addresses that the text gets for them."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self.files: dict[str, tuple[str, bytes]] = {}

    def keep(self, content: bytes) -> str:
        """Keep a picture's bytes; gives its address."""
        number = len(self.files) + 1
        self.files[f"picture-{number}"] = (f"{self._stem}-{number}", content)
        return f"picture-{number}"

    def taken_out_of(self, html: bytes) -> bytes:
        """The HTML with addresses in place of the pictures that are written into it."""
        return _INLINE.sub(lambda found: found[1] + self.keep(_unpacked(found[2])).encode(), html)


def _unpacked(packed: bytes) -> bytes:
    try:
        return b64decode(packed, validate=False)
    except ValueError:
        return b""  # no picture: refused, and told, when it is taken in
