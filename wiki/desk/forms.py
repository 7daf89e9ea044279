"""What the desk's forms accept."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import Optional, StopValidation

from wiki.core.forms import Form
from wiki.moderation.forms import note_or_nothing, reason_choices, reason_or_none
from wiki.moderation.models import Reason, Verdict

MOST_AT_ONCE = 100


def _known_verdict(form: Any, field: Field) -> None:
    if field.data not in set(Verdict):
        raise StopValidation(_("どうするかを、ボタンで選んでください。"))


class _VerdictForm(Form):
    """A verdict, and the reason that hiding needs."""

    verdict = StringField(_l("判断"), [_known_verdict])
    reason = SelectField(_l("隠す理由"), [reason_or_none], choices=reason_choices(), validate_choice=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; hiding needs a reason."""
        if not super().validate(extra_validators):
            return False
        if self.chosen() is Verdict.HIDE and not self.reason.data:
            self.reason.errors = [_("理由を一つ選んでください。")]
            return False
        return True

    def chosen(self) -> Verdict:
        """The verdict; only after `validate()`."""
        return Verdict(self.verdict.data or "")

    def why(self) -> Reason | None:
        """The reason, if one was given; only after `validate()`."""
        return Reason(self.reason.data) if self.reason.data else None


class DecideForm(_VerdictForm):
    """One case: verdict, reason, a word to the author, and the case that comes next."""

    note = TextAreaField(_l("書いた人に伝えること（書かなくてもかまいません）"), [note_or_nothing])
    next_case = IntegerField(validators=[Optional()])


class BulkForm(_VerdictForm):
    """Several cases, one verdict."""

    case = SelectMultipleField(_l("案件"), coerce=int, validate_choice=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; something must be chosen, and not too much."""
        if not super().validate(extra_validators):
            return False
        if not self.case.data:
            self.case.errors = [_("まとめて決める案件を、一覧で選んでください。")]
        elif len(self.case.data) > MOST_AT_ONCE:
            self.case.errors = [_("一度に決められるのは%(most)s件までです。", most=MOST_AT_ONCE)]
        return not self.case.errors
