"""The gate for all HTML: bleach, then nh3, each with its own reading of one tight allow-list."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import escape
from typing import Any, cast

import nh3
from bleach import html5lib_shim
from bleach.sanitizer import Cleaner
from markupsafe import Markup

from wiki.text import uploads
from wiki.text.urls import is_local, is_safe_link, leaves_site

TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "source",
        "span",
        "strong",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "track",
        "ul",
        "video",
    ]
)
_shim: Any = html5lib_shim  # its types leave out what it takes from html5lib
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_MOST_PASSES = 4
OUTWARD = "nofollow ugc noopener"
_SCHEMES = frozenset({"http", "https", "mailto"})

_NUMBER = re.compile(r"[0-9]{1,7}")
_PIXELS = re.compile(r"[1-9][0-9]{0,4}")
_ID = re.compile(r"h|h-[\w-]{1,80}|fn(?:ref)?[0-9]{1,6}(?:-[0-9]{1,6})?|[\w-]*[^\x00-\x7f][\w-]*")
_TEXT = re.compile(r".{0,2000}", re.DOTALL)


def _one_of(*values: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, values)))


_ALIGN = _one_of("align-left", "align-center", "align-right")
_VALUES: dict[tuple[str, str], re.Pattern[str]] = {
    ("a", "class"): _one_of("footnote-backref", "wikilink"),
    ("a", "id"): _ID,
    ("a", "rel"): _one_of(OUTWARD),
    ("a", "role"): _one_of("doc-noteref", "doc-backlink"),
    ("a", "title"): _TEXT,
    ("a", "aria-label"): _TEXT,
    ("div", "class"): _one_of("table-scroll"),
    ("div", "tabindex"): _one_of("0"),
    ("figure", "class"): _one_of("video"),
    ("img", "alt"): _TEXT,
    ("img", "loading"): _one_of("lazy"),
    ("img", "width"): _PIXELS,
    ("img", "height"): _PIXELS,
    ("img", "srcset"): uploads.SRCSET,
    ("img", "sizes"): _one_of(uploads.SIZES),
    ("li", "id"): _ID,
    ("ol", "start"): re.compile(r"[0-9]{1,9}"),
    ("p", "class"): _one_of("video-card"),
    ("section", "class"): _one_of("footnotes"),
    ("section", "role"): _one_of("doc-endnotes"),
    ("section", "aria-label"): _TEXT,
    ("sup", "class"): _one_of("footnote-ref"),
    ("td", "class"): _ALIGN,
    ("th", "class"): _ALIGN,
    ("th", "scope"): _one_of("col", "row"),
    ("track", "kind"): _one_of("captions", "subtitles"),
    ("track", "srclang"): re.compile(r"[a-z]{2,3}"),
    ("track", "label"): _TEXT,
    ("video", "controls"): _one_of("", "controls"),
    ("video", "preload"): _one_of("none"),
    ("video", "aria-label"): _TEXT,
    **{(f"h{level}", "id"): _ID for level in range(2, 7)},
    **{
        (tag, "data-block"): _NUMBER
        for tag in ["p", "span", "td", "th", "pre", "figcaption", "h2", "h3", "h4", "h5", "h6"]
    },
}
_BARE = re.compile(
    r"(?:[^<>&\x00-\x08\x0b-\x1f\x7f]++|&(?:amp|lt|gt|quot);|</?(?:p|em|strong|s|code|pre|blockquote|ul|ol|li)>|<[bh]r>)*+"
)
_LOCAL = frozenset({("img", "src"), ("video", "src"), ("video", "poster"), ("source", "src"), ("track", "src")})


def clean(html: str) -> str:
    """The HTML with nothing in it but what our Markdown may give. Idempotent; always well formed.

    Bleach is spared HTML that holds no attribute at all, as most comments give (docs/decisions/0009). HTML that reads
    differently when read again is cleaned again; if it does not settle, it is shown as text.
    The work is bounded for what our renderer gives (see limits), not for HTML from elsewhere.
    """
    if not html:
        return ""
    for _ in range(_MOST_PASSES):
        once: str = html if is_bare(html) else _bleach().clean(html)
        cleaned = _nh3.clean(once)
        if cleaned == once or _nh3.clean(cleaned) == cleaned:
            return cleaned
        html = cleaned
    return _nh3.clean(escape(html))


def is_bare(html: str) -> bool:
    """Whether it holds only text, its references, and tags without attributes: in this bleach finds nothing to do."""
    return _BARE.fullmatch(html) is not None


def trusted(html: str) -> Markup:
    """HTML that came from `clean`, marked or not (marks.py), for a template. The only place that makes Markup."""
    return Markup(html)


def _allows(tag: str, name: str, value: str) -> bool:
    """Whether the attribute may stand on the tag with this value."""
    if (tag, name) == ("a", "href"):
        return is_safe_link(value)
    if (tag, name) in _LOCAL:
        return is_local(value)
    pattern = _VALUES.get((tag, name))
    return bool(pattern and pattern.fullmatch(value))


class _Outward(_shim.Filter):  # type: ignore[misc]
    """Marks every link that leaves the site, and only those."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token["type"] == "StartTag" and token["name"] == "a":
                attributes = token["data"]
                attributes.pop((None, "rel"), None)
                if leaves_site(attributes.get((None, "href"), "")):
                    attributes[(None, "rel")] = OUTWARD
            yield token


class _Walker(_shim.getTreeWalker("etree")):  # type: ignore[misc]
    """A tree walk with a stack: bleach's own seeks every child among its siblings, quadratic in long lists.

    Elements of other namespaces (svg, math) get a name that no list allows.
    """

    def __iter__(self) -> Iterator[dict[str, Any]]:
        stack: list[tuple[str, Iterator[Any]]] = [("", iter(self.tree))]
        yield from self.text(self.tree.text or "")
        tails: list[str | None] = [None]
        while stack:
            name, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if name:
                    yield self.endTag(None, name)
                yield from self.text(tails.pop() or "")
            elif not isinstance(child.tag, str):
                yield self.comment(child.text or "")
                yield from self.text(child.tail or "")
            else:
                tag = "foreign" if child.tag.startswith("{") else child.tag
                attributes = {(None, name): value for name, value in child.attrib.items()}
                if tag in _VOID:
                    yield from self.emptyTag(None, tag, attributes)
                    yield from self.text(child.tail or "")
                    continue
                yield self.startTag(None, tag, attributes)
                yield from self.text(child.text or "")
                stack.append((tag, iter(child)))
                tails.append(child.tail)


_mine = threading.local()


def _bleach() -> Cleaner:
    """This thread's Cleaner, built once: its parser keeps state while it runs."""
    cleaner: Cleaner | None = getattr(_mine, "cleaner", None)
    if cleaner is None:
        cleaner = _mine.cleaner = Cleaner(
            tags=TAGS,
            attributes=_allows,
            protocols=_SCHEMES,
            strip=True,
            strip_comments=True,
            filters=[_Outward],
        )
        cast("Any", cleaner).walker = _Walker
    return cleaner


def _second_look(tag: str, name: str, value: str) -> str | None:
    return value if _allows(tag, name, value) else None


def _by_tag(keys: set[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for tag, name in keys:
        found.setdefault(tag, set()).add(name)
    return found


_nh3 = nh3.Cleaner(
    tags=set(TAGS),
    attributes=_by_tag({*_VALUES, *_LOCAL, ("a", "href")}),
    attribute_filter=_second_look,
    url_schemes=set(_SCHEMES),
    link_rel=None,
    strip_comments=True,
)
