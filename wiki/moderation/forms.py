"""What the forms of moderation accept."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.core.forms import Form, cleaned
from wiki.moderation import reasons
from wiki.moderation.models import Reason
from wiki.text import normalize

LONGEST_NOTE = 1_000
_clean_note = cleaned(normalize.clean_body, LONGEST_NOTE)


def note_or_nothing(form: Any, field: Field) -> None:
    """A note may stay empty; what is there must be sound."""
    if not (field.data or "").strip():
        field.data = ""
    else:
        _clean_note(form, field)


def known_reason(form: Any, field: Field) -> None:
    """One of the reasons, by its code or its words."""
    found = reasons.from_words((field.data or "").strip())
    if found is None:
        raise StopValidation(_("理由を一つ選んでください。"))
    field.data = found.value


known_reason.field_flags = {"required": True}  # type: ignore[attr-defined]


def reason_or_none(form: Any, field: Field) -> None:
    """A reason, or nothing: then the one it was hidden for."""
    if (field.data or "").strip():
        known_reason(form, field)
    else:
        field.data = ""


def reason_choices() -> list[SelectChoice]:
    """Every reason, as a form's options."""
    return [SelectChoice(code, words) for code, words in reasons.choices()]


class _ReasonForm(Form):
    """What the three have in common: a word of one's own, and the page to come back to."""

    note: TextAreaField
    next = HiddenField()

    def said(self) -> str:
        """The note, empty when there is none; only after `validate()`."""
        return self.note.data or ""


class FlagForm(_ReasonForm):
    """通報: why, and if wanted a word to the staff."""

    reason = RadioField(_l("理由"), [known_reason], choices=reason_choices(), validate_choice=False)
    note = TextAreaField(_l("職員に伝えたいこと（書かなくてもかまいません）"), [note_or_nothing])

    def chosen(self) -> Reason:
        """The reason; only after `validate()`."""
        return Reason(self.reason.data or "")


class HideForm(_ReasonForm):
    """隠す: why, and if wanted a word to the author."""

    reason = SelectField(_l("理由"), [known_reason], choices=reason_choices(), validate_choice=False)
    note = TextAreaField(_l("書いた人に伝えること（書かなくてもかまいません）"), [note_or_nothing])

    def chosen(self) -> Reason:
        """The reason; only after `validate()`."""
        return Reason(self.reason.data or "")


class RestoreForm(_ReasonForm):
    """元に戻す: nothing has to be said; `reason` is the one it was hidden for unless given."""

    reason = HiddenField(validators=[reason_or_none])
    note = TextAreaField(_l("戻す理由（職員の控え。書かなくてもかまいません）"), [note_or_nothing])

    def chosen(self) -> Reason | None:
        """The reason, if one was given; only after `validate()`."""
        return Reason(self.reason.data) if self.reason.data else None
