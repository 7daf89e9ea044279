"""A file from elsewhere as a page's title, Markdown and pictures: Markdown, HTML, Word."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.exchange import frontmatter, sources, word
from wiki.exchange.frontmatter import BadFrontMatter
from wiki.exchange.inside import Pictures
from wiki.exchange.sources import Refused, Source
from wiki.text import from_html

_LARGEST_TEXT_BYTES = 4 * 1024 * 1024
_FIRST_HEADING = re.compile(r"\A\s*#[ \t]+([^\n]+)\n*")
_ADDRESS = re.compile(r"(\]\()(<[^>\n]+>|[^\s()<>]+)")
_PICTURE = re.compile(r"""!\[((?:\\.|[^\[\]\\\n])*+)\]\((<[^<>\n]*+>|[^\s()<>]++)(?:\s++"[^"\n]*+")?\)""")
_CHARSET = re.compile(rb"""<meta[^>]+charset=["']?\s*([\w-]+)""", re.IGNORECASE)


@dataclass
class Document:
    """What a file says: `facts` of its front matter; `files` are what its Markdown speaks of, by address."""

    path: str
    facts: dict[str, Any]
    title: str
    body: str
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    def with_addresses(self, addresses: dict[str, str], left_out: Iterable[str] = ()) -> str:
        """The Markdown with each of these addresses in place of the file's own; pictures `left_out` are named."""
        gone = frozenset(left_out)
        body = _PICTURE.sub(lambda found: _named(found[1]) if found[2].strip("<>") in gone else found[0], self.body)
        return _ADDRESS.sub(lambda found: found[1] + addresses.get(found[2].strip("<>"), found[2]), body)

    def with_pictures_named(self) -> str:
        """The Markdown with words in place of every picture."""
        return _PICTURE.sub(lambda found: _named(found[1]), self.body)


def _named(alt: str) -> str:
    return _("（画像：%(alt)s）", alt=alt) if alt else str(_("（画像）"))


def is_document(path: str) -> bool:
    """Whether a file of this name is read as a page."""
    return PurePosixPath(path).suffix.lower() in _READ


def order_of(source: Source, path: str) -> int:
    """The place that a Markdown file's front matter gives it among others; 0 for all that say nothing."""
    if _READ.get(PurePosixPath(path).suffix.lower()) is not _markdown:
        return 0
    try:
        order = _markdown(path, source.read(path)).facts.get("order")
    except Refused:
        return 0  # said when it is read
    return order if isinstance(order, int) else 0


def read(source: Source, path: str) -> Document:
    """The document at this path of the source. Raises Refused."""
    how = _READ.get(PurePosixPath(path).suffix.lower())
    if how is None:
        raise Refused(
            "neither Markdown, HTML nor Word (.docx)", _l("Markdown、HTML、Word（.docx）のどれでもありません。")
        )
    document = how(path, source.read(path))
    if PurePosixPath(path).suffix.lower() != ".docx":
        _find_files(document, source)
    return document


def _markdown(path: str, data: bytes) -> Document:
    try:
        facts, body = frontmatter.parse(_decoded(data))
    except BadFrontMatter as bad:
        raise Refused(str(bad), _l("文書のはじめの設定（---で囲まれた部分）が読めません。")) from None
    title = str(facts.get("title") or "")
    if not title and (found := _FIRST_HEADING.match(body)):
        title, body = _heading_words(found[1].rstrip()), body[found.end() :]
    return Document(path, facts, title, body)


def _heading_words(line: str) -> str:
    """A heading without the marks that may close it."""
    words = line.rstrip("#")
    return words.rstrip() if words.endswith((" ", "\t")) else line


def _html(path: str, data: bytes) -> Document:
    pictures = Pictures(PurePosixPath(path).stem)
    data = pictures.taken_out_of(data)
    found = _CHARSET.search(data[:4096])
    converted = from_html.convert(_decoded(data, found[1].decode("ascii") if found else None))
    return Document(path, {}, converted.title, converted.body, pictures.files)


def _word(path: str, data: bytes) -> Document:
    pictures = Pictures(PurePosixPath(path).stem)
    converted = word.convert(data, pictures)
    return Document(path, {}, converted.title, converted.body, pictures.files)


def _decoded(data: bytes, said: str | None = None) -> str:
    if len(data) > _LARGEST_TEXT_BYTES:
        raise Refused(
            f"the text is larger than {_LARGEST_TEXT_BYTES >> 20} MB", _l("文章が長すぎます。分けてお試しください。")
        )
    marked = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None
    for encoding in (marked, said, "utf-8-sig", "cp932"):
        try:
            if encoding:
                return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise Refused(
        "neither UTF-8 nor Shift_JIS",
        _l("文字コードがUTF-8でもShift_JISでもありません。UTF-8で保存しなおしてください。"),
    )


def _find_files(document: Document, source: Source) -> None:
    """What the text speaks of by a relative address and the source holds."""
    names = set(source.names())
    folder = PurePosixPath(document.path).parent
    for address in {found[2].strip("<>") for found in _ADDRESS.finditer(document.body)}:
        name = _normal(folder / sources.composed(unquote(re.split(r"[?#]", address)[0])))
        if name in names and not is_document(name):
            document.files[address] = (PurePosixPath(name).name, source.read(name))


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


_READ: dict[str, Callable[[str, bytes], Document]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _word,
}
