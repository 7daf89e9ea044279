"""What the editor, the preview and the way back accept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from wiki.core.forms import TOO_COMPLEX, Form, cleaned
from wiki.pages import hooks, queries
from wiki.pages.models import Page
from wiki.pages.publishing_forms import WayForm
from wiki.pages.service import LONGEST_PAGE, PageDraft
from wiki.text import markdown, normalize, slugs
from wiki.text.hints import Hint, hints
from wiki.text.markdown import TooComplex
from wiki.text.sections import put_back

LONGEST_TITLE = 200
LONGEST_SUMMARY = 200
_LONGEST_NUMBER = 9
RESERVED_SLUGS = frozenset({"new", "titles"})
_SECTION_GONE = _l(
    "この節を元の版の中に見つけられませんでした。文章を控えてから、ページ全体の編集画面を開いてください。"
)
SLUG_RULE = _l("英小文字、数字、ハイフン、日本語の文字で、80字までにしてください。ハイフンでは始められません。")
TAKEN = _l("このアドレスは、ほかのレポートが使っています。別のアドレスにしてください。")


def may_be_slug(text: str) -> bool:
    """Whether a page may stand at this address name, as far as its characters go."""
    return slugs.is_slug(text) and text not in RESERVED_SLUGS


def number_in(text: str | None) -> int | None:
    """A revision's number as people and addresses write it, or None."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def check_slug(field: Field, page: Page | None) -> None:
    """Bring a slug into its one form; what may not be one, or is another page's, is refused."""
    field.data = slugs.typed_slug(field.data or "")
    if not slugs.is_slug(field.data):
        raise StopValidation(str(SLUG_RULE))
    if field.data in RESERVED_SLUGS or queries.is_taken(field.data, page):
        raise StopValidation(str(TAKEN))


class PageForm(Form):
    """A page's text. `draft()` is what was read, rendered; `page` is None for one still to be made."""

    title = StringField(_l("題名"), [cleaned(normalize.clean_line, LONGEST_TITLE)])
    slug = StringField(_l("アドレスの名前"))
    body = TextAreaField(_l("本文"), [cleaned(normalize.clean_body, LONGEST_PAGE)])
    summary = StringField(_l("変更のあらまし"), [cleaned(normalize.clean_line, LONGEST_SUMMARY)])
    base_revision = HiddenField()
    draft_key = HiddenField()
    draft_screen = HiddenField()
    draft_version = HiddenField()
    section = HiddenField()
    reflects = SelectMultipleField(
        _l("この変更が反映する声"),
        coerce=str,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, page: Page | None, *, offers_voices: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._page, self._offers_voices = page, offers_voices
        self.choose(self.reflects.data or ())
        self.slug.flags.required = page is not None
        self.way = WayForm(page)

    def choose(self, keys: Sequence[object]) -> None:
        """Tick these voices among all that a revision of the page may say that it reflects."""
        self.reflects.data = [str(key) for key in keys]
        choices = hooks.choices(self._page, self.reflects.data) if self._page and self._offers_voices else []
        self.reflects.choices = [SelectChoice(*choice) for choice in choices]
        self._offered = {key for key, _words in choices}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        is_way_clear = self.way.validate()
        if not super().validate(extra_validators) or not is_way_clear:
            return False
        try:
            body = self._whole_body()
            if body is None:
                self.body.errors = [_SECTION_GONE]
                return False
            self._draft = PageDraft.of(str(self.title.data), str(self.slug.data), body, str(self.summary.data))
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
            return False
        return True

    def _whole_body(self) -> str | None:
        """The page's text; a section is put back where it was cut from; None when that is not there."""
        body, section = str(self.body.data), self.section.data
        if not section or self._page is None:
            return body
        base = queries.revision_of(self._page, self.base_number)
        return put_back(base.body, section, body) if base else None

    def widen(self) -> None:
        """From here on the form holds the page's whole text, not one section; only after `validate()`."""
        if self.section.data:
            self.body.data, self.section.data = self._draft.body, ""

    def validate_slug(self, field: Field) -> None:
        """1 to 80 lower-case ASCII letters, digits, hyphens or Japanese letters; nobody else's. Of a new page: may be
        left empty, and is then made of the title."""
        if self._page is None and not (field.data or "").strip():
            field.data = queries.free_slug(slugs.slug_of(self.title.data or ""), RESERVED_SLUGS)
        check_slug(field, self._page)

    def validate_reflects(self, field: SelectMultipleField) -> None:
        """Only what was offered."""
        if not set(field.data or ()) <= self._offered:
            raise StopValidation(_("選べなくなった声が含まれています。選び直してください。"))

    def draft(self) -> PageDraft:
        """The text as it will be written; only after `validate()`."""
        return self._draft

    @property
    def base_number(self) -> int:
        """The revision from which the writer started; 0 when the form does not tell."""
        return number_in(self.base_revision.data) or 0

    def refuse_slug(self) -> None:
        """Say that somebody else took the slug while we were writing."""
        self.slug.errors = [TAKEN]


class PreviewForm(Form):
    """A text to be shown as it will look: a page's, with `hints` for its writer, or with `kind` comment a comment's."""

    body = TextAreaField(_l("本文"))
    section = HiddenField()
    hints: Sequence[Hint] = ()

    def html(self, as_comment: bool, longest: int) -> str | None:
        """The rendered text, empty for an empty one; None, with errors at the field, when it is refused."""
        if not (self.body.data or "").strip():
            return ""
        check = cleaned(normalize.clean_body, longest)
        if not self.validate({"body": [check]}):
            return None
        try:
            body = self.body.data or ""
            if as_comment:
                return markdown.render_comment(body)
            self.hints = hints(body, is_part=bool(self.section.data))
            return markdown.render_page(body).html
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
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
