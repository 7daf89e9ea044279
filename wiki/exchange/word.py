"""Word documents (.docx) as Markdown: what is unsound is refused, what mammoth passes over is put into words first."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.exchange import sources
from wiki.exchange.inside import Pictures
from wiki.exchange.sources import Refused
from wiki.text import from_html
from wiki.text.from_html import Converted

_NO_WORD = _l("Wordの文書として開けません。Wordで保存しなおしてください。")
_STYLES = """
p[style-name='Title'] => title:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WITH_WORDS = re.compile(r"word/(?:document|footnotes|endnotes)\.xml")
_RUBY = re.compile(rb"<w:ruby\b[^>]*+>((?:(?!</?w:ruby\b).)*+)</w:ruby>", re.DOTALL)
_READING = re.compile(rb"<w:rt\b[^>]*+>(.*)</w:rt>", re.DOTALL)
_BASE = re.compile(rb"<w:rubyBase\b[^>]*+>(.*)</w:rubyBase>", re.DOTALL)
_FIELD = re.compile(rb"</?w:fldSimple\b[^>]*+>")
_WORDS = re.compile(rb"<w:t\b[^>]*+>([^<]*+)</w:t>")


def convert(data: bytes, pictures: Pictures) -> Converted:
    """The document's title and Markdown; what it shows goes to `pictures`. Raises Refused."""
    import mammoth  # takes long to load, and is seldom needed

    data = _with_plain_words(data)

    def keep(image: Any) -> dict[str, str]:
        with image.open() as file:
            return {"src": pictures.keep(file.read())}

    images = mammoth.images.img_element(keep)
    try:
        made = mammoth.convert_to_html(io.BytesIO(data), convert_image=images, style_map=_STYLES)
    except Exception as error:  # whatever a broken document makes the reader stumble over
        raise Refused(f"the document cannot be read: {type(error).__name__}", _NO_WORD) from None
    return from_html.convert(made.value, is_titled="<title>" in made.value)


def _with_plain_words(data: bytes) -> bytes:
    """The document, found sound, with words in place of ruby (ふりがな) and simple fields: mammoth leaves both out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = sources.checked(archive)
            changed = {}
            for entry in entries:
                part = _sound_xml(archive, entry)
                if _WITH_WORDS.fullmatch(entry.filename) and (plain := _plain(part)) != part:
                    changed[entry.filename] = plain
            return _written_anew(archive, entries, changed) if changed else data
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused("no sound Word document (.docx)", _NO_WORD) from None


def _sound_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A part that is XML; empty for others. Raises Refused for macros, and for XML that declares entities."""
    name = entry.filename.lower()
    if name.endswith("vbaproject.bin"):
        raise Refused(
            "the document holds macros; save it without them (.docx)",
            _l("マクロが入っています。マクロのない形（.docx）で保存しなおしてください。"),
        )
    if not name.endswith((".xml", ".rels")):
        return b""
    part = sources.read_entry(archive, entry)
    if _DECLARES.search(part):
        raise Refused("the document declares entities, which Word does not do", sources.UNSAFE)
    return part


def _written_anew(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], changed: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as copy:
        for entry in entries:
            name = entry.filename
            copy.writestr(name, changed[name] if name in changed else sources.read_entry(archive, entry))
    return written.getvalue()


def _plain(part: bytes) -> bytes:
    return _RUBY.sub(_beside, _FIELD.sub(b"", part))


def _beside(ruby: re.Match[bytes]) -> bytes:
    """The words, and in brackets how they are read."""
    base, reading = _words_in(_BASE, ruby[1]), _words_in(_READING, ruby[1])
    words = base + ("（".encode() + reading + "）".encode() if reading else b"")
    return b'<w:t xml:space="preserve">' + words + b"</w:t>"


def _words_in(where: re.Pattern[bytes], part: bytes) -> bytes:
    found = where.search(part)
    return b"".join(_WORDS.findall(found[1])) if found else b""
