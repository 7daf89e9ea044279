"""What is accepted when a file is put in, and when it is said what a picture shows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.fields import Field

from wiki.attachments import intake
from wiki.attachments.intake import Received, Refused
from wiki.core.forms import Form, cleaned
from wiki.text import normalize

LONGEST_ALT = 300
LONGEST_CAPTION = 300
_clean_alt = cleaned(normalize.clean_line, LONGEST_ALT)
_clean_caption = cleaned(normalize.clean_line, LONGEST_CAPTION)


def _alt_or_nothing(form: Any, field: Field) -> None:
    field.data = (field.data or "").strip()
    if field.data:
        _clean_alt(form, field)


def _caption_or_nothing(form: Any, field: Field) -> None:
    field.data = (field.data or "").strip()
    if field.data:
        _clean_caption(form, field)


class AltForm(Form):
    """What a picture shows; `said()` is None when nobody said it, empty when there is nothing to say."""

    alt = StringField(_l("画像の説明"), [_alt_or_nothing])
    decorative = BooleanField(_l("飾りの画像なので、説明はいらない"))

    def said(self) -> str | None:
        """The description; only after `validate()`."""
        return "" if self.decorative.data else self.alt.data or None


class UploadForm(AltForm):
    """One file. `received` is what became of it; `status` is that of the answer when it is refused."""

    file = FileField(_l("ファイル"))
    caption = StringField(_l("図の下に出す文"), [_caption_or_nothing])

    received: Received
    status = 422

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the words first, then take the file in: what is wrong is said at its field."""
        if not super().validate(extra_validators):
            return False
        sent = self.file.data
        if not sent or not sent.filename:
            self.file.errors = [_("ファイルを選んでください。")]
            return False
        try:
            self.received = intake.receive(sent.filename, sent.stream)
        except Refused as refused:
            self.refuse(refused.words, refused.status)
            return False
        return True

    def refuse(self, words: str, status: int) -> None:
        """Say at the file why it is not taken."""
        self.file.errors = [words]
        self.status = status
