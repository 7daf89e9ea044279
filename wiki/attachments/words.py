"""What is said of a file: in a text as Markdown, beside its name as kind and size."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _

from wiki.attachments.models import Attachment
from wiki.text import filenames, uploads

_KILO = 1024


def markdown_of(attachment: Attachment, caption: str = "") -> str:
    """The file as it is put into a text."""
    if attachment.is_picture:
        return uploads.picture(attachment.address, attachment.alt or "", caption)
    return uploads.link(
        attachment.address, _("%(name)s（%(about)s）", name=attachment.name, about=_kind_and_bytes(attachment))
    )


def about(attachment: Attachment) -> str:
    """Kind, size in pixels of a picture, and size in bytes."""
    told = _kind_and_bytes(attachment)
    if not attachment.is_picture:
        return told
    return str(
        _("%(about)s、横%(width)s×縦%(height)s画素", about=told, width=attachment.width, height=attachment.height)
    )


def _kind_and_bytes(attachment: Attachment) -> str:
    kind = filenames.extension(attachment.name).upper().replace("JPG", "JPEG") or _("ファイル")
    return str(_("%(kind)s、%(size)s", kind=kind, size=_size(attachment.bytes)))


def _size(count: int) -> str:
    if count < _KILO * _KILO:
        return f"{format_decimal(max(1, round(count / _KILO)))}KB"
    return f"{format_decimal(round(count / _KILO / _KILO, 1))}MB"
