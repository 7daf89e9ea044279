"""What arrives: told by its content what it is, refused or made safe, and put into the store."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import current_app
from flask_babel import gettext as _

from wiki.attachments import queries
from wiki.core import files, images
from wiki.core.images import Bad, BadImage
from wiki.text import filenames, uploads
from wiki.text.encodings import decoded

_MEGABYTE = 1024 * 1024
_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_TEXT = {"txt": "text/plain", "csv": "text/csv", "md": "text/markdown"}
_PACKED = {
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": _OPEN + "text",
    "ods": _OPEN + "spreadsheet",
    "odp": _OPEN + "presentation",
    "zip": "application/zip",
}
_MUST_CONTAIN = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "odt": "content.xml", "ods": "content.xml"}
_MOST_ENTRIES = 10_000
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

#: What the chooser of files offers.
ACCEPT = ",".join(
    ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"]
    + ["." + ending for ending in ("pdf", "svg", *_PACKED, *_TEXT)]
)


class Refused(Exception):
    """A file that is not taken; `words` tell the person why and what to do, `status` is the answer's."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


@dataclass(frozen=True)
class Received:
    """A file whose bytes are in the store, ready to be given to a page."""

    name: str
    media_type: str
    digest: str
    content: str
    bytes: int
    width: int | None = None
    height: int | None = None
    variants: Sequence[dict[str, Any]] = ()
    was_moving: bool = False


def receive(raw_name: str, file: BinaryIO) -> Received:
    """Keep the file, a picture written anew with smaller copies, anything else as it is. Raises Refused.

    Takes seconds for a large picture, so it stands before any transaction. Bytes that no row comes to need are swept
    away a day later.
    """
    length = _length(file)
    file.seek(0)
    digest = hashlib.file_digest(cast("Any", file), "sha256").hexdigest()
    name = _name(raw_name)
    if _is_picture(file):
        return _picture(name, digest, file)
    file.seek(0)
    data = file.read()
    return Received(name, _media_type(name, data), digest, files.store().put(data), length)


def check(raw_name: str, file: BinaryIO) -> None:
    """Refuse what `receive` would refuse, as far as a look shows it; nothing is kept. Raises Refused."""
    _length(file)
    if _is_picture(file):
        try:
            images.check(file)
        except BadImage as bad:
            raise Refused(_why(bad)) from None
    else:
        file.seek(0)
        _media_type(_name(raw_name), file.read())


def _length(file: BinaryIO) -> int:
    """How many bytes there are. Raises Refused for none and for too many."""
    length = file.seek(0, 2)
    if length == 0:
        raise Refused(_("ファイルが空です。中身のあるファイルを選んでください。"))
    if length > int(current_app.config["UPLOAD_MEGABYTES"]) * _MEGABYTE:
        raise Refused(too_large_words(), 413)
    _refuse_when_full(length)
    return length


def _name(raw_name: str) -> str:
    return filenames.clean(raw_name, str(_("ファイル")))


def _is_picture(file: BinaryIO) -> bool:
    file.seek(0)
    return images.is_picture(file.read(32))


def too_large_words() -> str:
    """What is said of a file over the limit."""
    return str(
        _(
            "ファイルが大きすぎます。1つ%(megabytes)sMBまでです。小さくするか、分けてください。",
            megabytes=current_app.config["UPLOAD_MEGABYTES"],
        )
    )


def _refuse_when_full(length: int) -> None:
    most = int(current_app.config["FILES_TOTAL_MEGABYTES"])
    if most and queries.bytes_of_all() + length > most * _MEGABYTE:
        raise Refused(
            _("ファイルの置き場所がいっぱいです。使っていないファイルを消すか、管理者に相談してください。"), 413
        )


def _picture(name: str, digest: str, file: BinaryIO) -> Received:
    try:
        cleaned = images.clean(file, uploads.WIDTHS)
    except BadImage as bad:
        raise Refused(_why(bad)) from None
    keep = files.store().put
    full = cleaned.full
    return Received(
        name=filenames.with_extension(name, _ENDINGS[full.media_type]),
        media_type=full.media_type,
        digest=digest,
        content=keep(full.data),
        bytes=len(full.data),
        width=full.width,
        height=full.height,
        variants=[
            {"width": one.width, "height": one.height, "bytes": len(one.data), "content": keep(one.data)}
            for one in cleaned.smaller
        ],
        was_moving=cleaned.was_moving,
    )


def _why(bad: BadImage) -> str:
    if bad.code is Bad.TOO_MANY_PIXELS:
        return str(
            _(
                "画像が大きすぎます。縦と横をかけて%(pixels)s万画素までです。縮めてから、もう一度入れてください。",
                pixels=bad.most_pixels // 10_000,
            )
        )
    if bad.code is Bad.HEIC:
        return str(_("HEICの画像は、まだ使えません。JPEGで保存し直してください。"))
    return str(_("画像を読み取れませんでした。壊れているかもしれません。開けるか確かめて、保存し直してください。"))


def _media_type(name: str, data: bytes) -> str:
    """What a file that is no picture is, when name and content agree. Raises Refused."""
    ending = filenames.extension(name)
    if ending == "pdf" and data[:1024].lstrip().startswith(_PDF):
        return "application/pdf"
    if ending in _PACKED and data.startswith((_ZIP, b"PK\x05\x06")) and _is_sound(ending, data):
        return _PACKED[ending]
    if ending in _TEXT and _is_text(data):
        return _TEXT[ending]
    if ending == "svg" and _is_text(data) and b"<svg" in data:
        return "image/svg+xml"
    raise Refused(
        _(
            "この種類のファイルは入れられません。名前と中身が合っているかも確かめてください。使えるのは、画像（JPEG、PNG、WebP、GIF、AVIF）と、PDF、Word、Excel、PowerPoint、OpenDocument、CSV、テキスト、ZIP、SVGです。"
        )
    )


def _is_sound(ending: str, data: bytes) -> bool:
    """Whether an archive is what its name says, and no program: only its list is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    if len(names) > _MOST_ENTRIES:
        return False
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("マクロの入ったファイルは入れられません。マクロのない形で保存し直してください。"))
    wanted = _MUST_CONTAIN.get(ending)
    return wanted is None or any(name.startswith(wanted) for name in names)


def _is_text(data: bytes) -> bool:
    """UTF-8 or, as spreadsheets here still write it, Shift_JIS; no NUL."""
    return b"\0" not in data and decoded(data) is not None
