"""Which addresses may stand in a text: the one judgement that parser and sanitizer share."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

_IGNORED = re.compile(
    r"[\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u180e"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]+"
)
_SCHEME = re.compile(r"^([^/?#:]*):")
_WEB = re.compile(r"^https?://(?![/\\])[^/?#\\@]+(?:[/?#].*)?$", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(r"^mailto:[^/\\:]+$", re.IGNORECASE)
_MAX_LENGTH = 2_000


def is_safe_link(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or an address on this site."""
    plain = _undisguise(address)
    if plain is None:
        return False
    if _SCHEME.match(plain):
        return bool(_WEB.match(plain) or _MAIL.match(plain))
    return _is_local(plain)


def is_local(address: str) -> bool:
    """Whether the address stays on this site: a path, a query or a fragment, without scheme and host."""
    plain = _undisguise(address)
    return plain is not None and not _SCHEME.match(plain) and _is_local(plain)


def leaves_site(address: str) -> bool:
    """Whether a safe address leads to another site (mailto does not count)."""
    return bool(re.match(r"\s*https?:", address, re.IGNORECASE))


def _is_local(plain: str) -> bool:
    return bool(plain) and not plain.lower().startswith(("//", "/\\", "\\", "/%5c", "/%2f"))


@lru_cache(maxsize=2_048)
def _undisguise(address: str) -> str | None:
    """The address as the most lenient reader would take it, or None when it cannot be settled."""
    if len(address) > _MAX_LENGTH:
        return None
    plain = address
    for _ in range(4):
        before = plain
        plain = _IGNORED.sub("", html.unescape(plain))
        head, slash, tail = plain.partition("/")
        plain = unicodedata.normalize("NFKC", unquote(head)) + slash + tail
        if plain == before:
            return plain
    return None
