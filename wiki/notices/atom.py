"""Entries written down as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]

CONTENT_TYPE = "application/atom+xml; charset=utf-8"

_CONTENT_LANGUAGE = "ja"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (its production Char): U+FFFF, say, which a text may contain."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `id` never changes, whatever is renamed; `html` is sanitized; `about` is its page."""

    id: str
    link: str
    title: str
    author: str
    html: str
    about: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself: its id, its own address, the page that it follows, whose site it is."""

    id: str
    address: str
    link: str
    title: str
    author: str
    language: str


def newest(entries: Iterable[Entry], limit: int) -> list[Entry]:
    """The `limit` entries published last, newest first."""
    return sorted(entries, key=lambda entry: entry.published_at, reverse=True)[:limit]


def write(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The feed in UTF-8; the same for the same entries. Characters that XML cannot hold become U+FFFD."""
    written = _Atom(
        title=_sound(feed.title),
        link=feed.link,
        description=None,
        language=feed.language,
        author_name=_sound(feed.author),
        feed_url=feed.address,
        feed_guid=feed.id,
    )
    for entry in entries:
        written.add_item(
            title=_sound(entry.title),
            link=entry.link,
            description=None,
            content=_sound(entry.html),
            author_name=_sound(entry.author),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            unique_id=entry.id,
            categories=(_sound(entry.about),),
        )
    return str(written.writeString("utf-8")).encode()


class _Atom(Atom1Feed):  # type: ignore[misc]
    """What residents wrote is Japanese, and its links are relative to the page where it stands."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": _CONTENT_LANGUAGE, "xml:base": item["link"]}

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_EPOCH)


def _sound(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
