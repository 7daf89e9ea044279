"""A strict reader of Atom: what RFC 4287 demands of a feed is demanded here, of every feed that is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
SITE = "http://localhost"


@dataclass(frozen=True)
class Entry:
    """An entry as a reader sees it."""

    id: str
    title: str
    link: str
    author: str
    html: str
    base: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Feed:
    """A feed as a reader sees it."""

    id: str
    title: str
    address: str
    link: str
    author: str
    updated_at: datetime
    language: str
    entries: list[Entry]


def read(client: FlaskClient, path: str, **headers: str) -> Feed:
    """Fetch and check a feed."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == ATOM + "feed"
    feed = Feed(
        id=one(root, "id"),
        title=one(root, "title"),
        address=link(root, "self"),
        link=link(root, "alternate"),
        author=one(root, "author/name"),
        updated_at=moment(root, "updated"),
        language=root.attrib[XML + "lang"],
        entries=[entry(element) for element in root.findall(ATOM + "entry")],
    )
    ids = [each.id for each in feed.entries]
    assert len(set(ids)) == len(ids)
    assert all(each.updated_at <= feed.updated_at for each in feed.entries)
    for address in (feed.id, feed.address, feed.link, *ids, *(each.link for each in feed.entries)):
        assert address.startswith(SITE + "/")
        assert address.isascii()
    return feed


def entry(element: Element) -> Entry:
    content = element.find(ATOM + "content")
    assert content is not None
    assert content.attrib == {"type": "html"}
    assert len(content) == 0  # escaped, not nested
    assert element.attrib[XML + "lang"] == "ja"
    return Entry(
        id=one(element, "id"),
        title=one(element, "title"),
        link=link(element, "alternate"),
        author=one(element, "author/name"),
        html=content.text or "",
        base=element.attrib[XML + "base"],
        published_at=moment(element, "published"),
        updated_at=moment(element, "updated"),
    )


def one(parent: Element, path: str) -> str:
    """The text of the only child of this name."""
    found = parent.findall("/".join(ATOM + step for step in path.split("/")))
    assert len(found) == 1, path
    assert (found[0].text or "").strip(), path
    return found[0].text or ""


def link(parent: Element, relation: str) -> str:
    """The only link of this relation."""
    found = [each.attrib["href"] for each in parent.findall(ATOM + "link") if each.attrib["rel"] == relation]
    assert len(found) == 1, relation
    return found[0]


def moment(parent: Element, name: str) -> datetime:
    """A time, which must say its offset."""
    found = datetime.fromisoformat(one(parent, name))
    assert found.tzinfo is not None
    return found
