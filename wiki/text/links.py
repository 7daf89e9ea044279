"""The links of a stored text: which there are, where they lead when it is shown, and how its source names others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote, unquote

from wiki.text import markdown
from wiki.text.slugs import page_key
from wiki.text.wikilinks import CLASS, WRITTEN

_LINK = re.compile(r'<a((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>(.*?)</a>', re.DOTALL)
_HREF = re.compile(r'\shref="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_PAGE = re.compile(r"/(?:reports|help)/(?!new$|new[?#])([^/?#]+)(?:\?[^#]*)?(?:#(.*))?")
_HERE = re.compile(r"#(.+)")
_NOTE = re.compile(r"#fn(?:ref)?\d")
_WIKILINK = re.compile(rf'<a href="/reports/([^"#]+)(#[^"]*)?" class="{CLASS}">(.*?)</a>', re.DOTALL)
_PATH = re.compile(r"(?<=/reports/)[^/?#\s()<>\"'\]]+|(?<=/help/)[^/?#\s()<>\"'\]]+")
_LONGEST_TEXT = 200


@dataclass(frozen=True)
class Link:
    """A link as it is stored. `key`: the page's `page_key`, "" for the page itself, None for any other place."""

    address: str
    key: str | None
    fragment: str | None
    text: str


def links_in(html: str) -> list[Link]:
    """The links of HTML that `sanitize.clean` gave, in order, without the ways to notes and back."""
    found = []
    for attributes, inner in _LINK.findall(html):
        href = _HREF.search(attributes)
        if href and not _NOTE.match(href[1]):
            text = " ".join(unescape(_TAG.sub("", inner)).split())
            found.append(_link(unescape(href[1]), text[:_LONGEST_TEXT]))
    return found


def _link(address: str, text: str) -> Link:
    if page := _PAGE.fullmatch(address):
        return Link(address, page_key(unquote(page[1])), unquote(page[2]) if page[2] else None, text)
    if here := _HERE.fullmatch(address):
        return Link(address, "", unquote(here[1]), text)
    return Link(address, None, None, text)


def wikilink_keys(html: str) -> set[str]:
    """The keys of all pages that the HTML names by `[[…]]`."""
    return {page_key(unquote(name)) for name, _fragment, _text in _WIKILINK.findall(html)}


def shown(html: str, places: Mapping[str, str], note: str, write: Callable[[str, str], str] | None = None) -> str:
    """The HTML with each wikilink leading to its page's place (addresses by key).

    Where there is no page yet, the words stay and carry `note`; with `write(name, words)` they lead there instead.
    """

    def lead(match: re.Match[str]) -> str:
        name, fragment, words = unquote(match[1]), match[2] or "", match[3]
        if place := places.get(page_key(name)):
            return f'<a href="{escape(place)}{fragment}" class="{CLASS}">{words}</a>'
        told = escape(note)
        if write is None:
            return f'<span class="unwritten" data-note="{told}">{words}</span>'
        address = escape(write(name, unescape(_TAG.sub("", words))))
        return f'<a href="{address}" class="{CLASS} unwritten" data-note="{told}">{words}</a>'

    return _WIKILINK.sub(lead, html)


def may_be_named(title: str) -> bool:
    """Whether `[[title]]` would be read as a link to a page of this title."""
    match = WRITTEN.fullmatch(f"[[{title}]]")
    return match is not None and match["page"] == title


def renamed(body: str, names: Mapping[str, str], slugs: Mapping[str, str]) -> str:
    """A page's source with its links to renamed pages by their new names; `names` and `slugs` are new ones by key.

    `names` are written into `[[…]]`, `slugs` into `/reports/…` and `/help/…`. What only looks like a link (in code,
    escaped) stays: each candidate gets a name of its own, the text is rendered once, and those that turn up in an
    address are links. Raises TooComplex.
    """
    places = sorted(_candidates(body, names, slugs))
    if not places:
        return body
    mark = _unused(body)
    tried = _with(body, [(start, end, f"{mark}{number}z") for number, (start, end, _new) in enumerate(places)])
    live = set(re.findall(rf"/{mark}(\d+)z(?![^/?# ])", " ".join(_addresses(tried))))
    return _with(body, [place for number, place in enumerate(places) if str(number) in live])


def _candidates(body: str, names: Mapping[str, str], slugs: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and new words of all that may be a link to a renamed page."""
    for match in WRITTEN.finditer(body):
        if new := names.get(page_key(match["page"])):
            yield *match.span("page"), new
    for match in _PATH.finditer(body):
        if new := slugs.get(page_key(unquote(match[0]))):
            yield *match.span(), quote(new)


def _addresses(body: str) -> list[str]:
    return _HREF.findall(markdown.render_page(body).html)


def _unused(body: str) -> str:
    number = 0
    while (mark := f"z{number}q") in body:
        number += 1
    return mark


def _with(body: str, places: list[tuple[int, int, str]]) -> str:
    out, at = [], 0
    for start, end, new in places:
        out += [body[at:start], new]
        at = end
    return "".join([*out, body[at:]])
