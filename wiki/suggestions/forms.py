"""What the forms of suggested edits accept."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.core.forms import TOO_COMPLEX, Form, cleaned
from wiki.pages.forms import LONGEST_SUMMARY, number_in
from wiki.pages.models import Page, Revision
from wiki.pages.service import LONGEST_PAGE, PageDraft
from wiki.suggestions.models import Why
from wiki.suggestions.service import SuggestionDraft
from wiki.suggestions.states import REASONS
from wiki.text import markdown, normalize, sections
from wiki.text.markdown import TooComplex

LONGEST_REASON = 1_000
LONGEST_WORDS = 2_000


class SuggestForm(Form):
    """The page's text as it should be, and why. `base` is the revision it was made from."""

    body = TextAreaField(_l("直した本文"), [cleaned(normalize.clean_body, LONGEST_PAGE)])
    reason = TextAreaField(_l("直したい理由"), [cleaned(normalize.clean_body, LONGEST_REASON)])
    base_revision = HiddenField()
    section = HiddenField()
    request_key = HiddenField()

    def open_words(self, words: str, before: str) -> bool:
        """Leave only the paragraphs with these words in the form; False when they are not in the text."""
        name = sections.name_of_words(self.body.data or "", words, before)
        return name is not None and self.open_part(name)

    def open_part(self, name: str) -> bool:
        """Leave only this section, or these paragraphs, in the form; False when there are none of that name."""
        body = self.body.data or ""
        found = sections.part(body, name)
        if found is not None:
            self.section.data, self.body.data = name, body[found[0] : found[1]]
        return found is not None

    def validate_against(self, base: Revision) -> bool:
        """Check the fields; the text must differ from the base's and be one that can be shown."""
        if not self.validate():
            return False
        try:
            wrong = self._take_whole(base)
        except TooComplex:
            wrong = str(TOO_COMPLEX)
        if wrong:
            self.body.errors = [wrong]
        return not wrong

    def _take_whole(self, base: Revision) -> str | None:
        """Put a section back where it was cut from; gives what is wrong with the whole text."""
        body = typed = str(self.body.data)
        if self.section.data:
            whole = sections.put_back(base.body, self.section.data, typed)
            if whole is None:
                return str(
                    _("この箇所を元の版の中に見つけられませんでした。文章を控えてから、本文の全体を開いてください。")
                )
            body = whole
        if body == base.body:
            return str(_("まだ何も変わっていません。直したいところを書き換えてから送ってください。"))
        markdown.render_page(body)
        self._whole = body
        return None

    def draft(self, base: Revision) -> SuggestionDraft:
        """The suggestion as it will be written; only after `validate_against()`."""
        key = (self.request_key.data or "")[:64]
        return SuggestionDraft(self._whole, str(self.reason.data), base.number, key)

    @property
    def base_number(self) -> int:
        """The revision from which the writer started; 0 when the form does not tell."""
        return number_in(self.base_revision.data) or 0


class AcceptForm(Form):
    """The text to be published, and what the history says of it."""

    body = TextAreaField(_l("公開する本文"), [cleaned(normalize.clean_body, LONGEST_PAGE)])
    summary = StringField(_l("変更のあらまし"), [cleaned(normalize.clean_line, LONGEST_SUMMARY)])
    base_revision = HiddenField()

    def draft_for(self, page: Page) -> PageDraft | None:
        """The page's draft, rendered before any writer waits; None, with errors at the field, where that fails."""
        try:
            return PageDraft.of(page.title, page.slug, str(self.body.data), str(self.summary.data))
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
            return None

    @property
    def base_number(self) -> int:
        """The newest revision that the decider saw; 0 when the form does not tell."""
        return number_in(self.base_revision.data) or 0


def _is_why(form: Any, field: Any) -> None:
    if field.data not in set(Why):
        raise StopValidation(_("理由を一つ選んでください。"))


_is_why.field_flags = {"required": True}  # type: ignore[attr-defined]


class DeclineForm(Form):
    """Why not: a reason from the list, and words to the author."""

    why = RadioField(
        _l("見送る理由"),
        [_is_why],
        choices=[SelectChoice(why.value, words) for why, words in REASONS.items()],
        validate_choice=False,
    )
    words = TextAreaField(_l("書いた人への言葉"), [cleaned(normalize.clean_body, LONGEST_WORDS)])

    def chosen(self) -> Why:
        """The reason; only after `validate()`."""
        return Why(self.why.data)
