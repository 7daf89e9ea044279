"""What the editor, the preview and the way back accept."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from wiki.core.forms import Form, cleaned
from wiki.pages import queries
from wiki.pages.models import Page
from wiki.pages.service import LONGEST_PAGE, PageDraft
from wiki.text import markdown, normalize
from wiki.text.markdown import TooComplex

LONGEST_TITLE = 200
LONGEST_SUMMARY = 200
_LONGEST_NUMBER = 9
_SLUG = re.compile(r"[a-z0-9ぁ-ゖァ-ヺー々〆〇㐀-䶿一-鿿][a-z0-9ぁ-ゖァ-ヺー々〆〇㐀-䶿一-鿿-]{0,79}")
_RESERVED = {"new"}
_TOO_COMPLEX = _l("引用や記号の重なりが多すぎて、表示できません。文章を分けるか、簡単な形にしてください。")
_SLUG_RULE = _l("英小文字、数字、ハイフン、日本語の文字で、80字までにしてください。ハイフンでは始められません。")
_TAKEN = _l("このアドレスは、ほかのレポートが使っています。別のアドレスにしてください。")


def number_in(text: str | None) -> int | None:
    """A revision's number as people and addresses write it, or None."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def _id(value: object) -> int:
    return number_in(str(value)) or 0


class PageForm(Form):
    """A page's text. `draft()` is what was read, rendered; `page` is None for one still to be made."""

    title = StringField(_l("題名"), [cleaned(normalize.clean_line, LONGEST_TITLE)])
    slug = StringField(_l("アドレスの名前"))
    body = TextAreaField(_l("本文"), [cleaned(normalize.clean_body, LONGEST_PAGE)])
    summary = StringField(_l("変更のあらまし"), [cleaned(normalize.clean_line, LONGEST_SUMMARY)])
    base_revision = HiddenField()
    reflects = SelectMultipleField(
        _l("この変更が反映する提案"),
        coerce=_id,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, page: Page | None, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(**options)
        self._page = page
        self.reflects.choices = choices
        self._offered = {number for number, _words in choices}
        self.slug.flags.required = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        try:
            self._draft = PageDraft.of(
                str(self.title.data), str(self.slug.data), str(self.body.data), str(self.summary.data)
            )
        except TooComplex:
            self.body.errors = [_TOO_COMPLEX]
            return False
        return True

    def validate_slug(self, field: Field) -> None:
        """1 to 80 lower-case ASCII letters, digits, hyphens or Japanese letters; nobody else's."""
        field.data = (field.data or "").strip()
        if not _SLUG.fullmatch(field.data):
            raise StopValidation(str(_SLUG_RULE))
        if field.data in _RESERVED or queries.is_taken(field.data, self._page):
            raise StopValidation(str(_TAKEN))

    def validate_reflects(self, field: SelectMultipleField) -> None:
        """Only what was offered."""
        if not set(field.data or ()) <= self._offered:
            raise StopValidation(_("選べなくなった提案が含まれています。選び直してください。"))

    def draft(self) -> PageDraft:
        """The text as it will be written; only after `validate()`."""
        return self._draft

    @property
    def base_number(self) -> int:
        """The revision from which the writer started; 0 when the form does not tell."""
        return number_in(self.base_revision.data) or 0

    def refuse_slug(self) -> None:
        """Say that somebody else took the slug while we were writing."""
        self.slug.errors = [_TAKEN]


class PreviewForm(Form):
    """A text to be shown as it will look: a page's, or with `kind` comment a comment's."""

    body = TextAreaField(_l("本文"))

    def html(self, as_comment: bool, longest: int) -> str | None:
        """The rendered text, empty for an empty one; None, with errors at the field, when it is refused."""
        if not (self.body.data or "").strip():
            return ""
        check = cleaned(normalize.clean_body, longest)
        if not self.validate({"body": [check]}):
            return None
        try:
            body = self.body.data or ""
            return markdown.render_comment(body) if as_comment else markdown.render_page(body).html
        except TooComplex:
            self.body.errors = [_TOO_COMPLEX]
            return None


class RestoreForm(Form):
    """Back to an earlier revision, said twice."""

    confirm = BooleanField(_l("いまの版に代えて、この版の内容を公開します"))
    base_revision = HiddenField()

    def validate_confirm(self, field: Field) -> None:
        """The box must be ticked."""
        if not field.data:
            raise StopValidation(_("確かめてから、チェックを入れてください。"))

    @property
    def base_number(self) -> int:
        """The revision that was the newest when the form was opened; 0 when the form does not tell."""
        return number_in(self.base_revision.data) or 0
