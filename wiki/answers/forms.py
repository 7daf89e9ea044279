"""What the forms of an answer accept."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from wiki.answers.models import Answer, Category
from wiki.answers.service import AnswerDraft, state_of
from wiki.answers.words import CATEGORIES
from wiki.core.forms import TOO_COMPLEX, Form, cleaned, cleaned_or_empty
from wiki.core.state import mark_of
from wiki.proposals.forms import DueForm
from wiki.text import normalize
from wiki.text.markdown import TooComplex

LONGEST_SUMMARY = 120
LONGEST_ANSWER = 10_000
LONGEST_NOTE = 1_000
_CATEGORY_CHOICES = [
    SelectChoice("", _l("まだ決めていない")),
    *(SelectChoice(c.value, w) for c, w in CATEGORIES.items()),
]
_NEEDED_CHOICES = [SelectChoice(1, _l("一人")), SelectChoice(2, _l("二人"))]


class GatherForm(Form):
    """What the gathered voices say, in a line."""

    summary = StringField(_l("声のまとめ"), [cleaned(normalize.clean_line, LONGEST_SUMMARY)])


class AnswerForm(DueForm):
    """The text in work. `draft()` is what was typed, rendered."""

    summary = StringField(_l("声のまとめ"), [cleaned(normalize.clean_line, LONGEST_SUMMARY)])
    text = TextAreaField(_l("市の考え方"), [cleaned_or_empty(normalize.clean_body, LONGEST_ANSWER)])
    category = SelectField(_l("対応区分"), choices=_CATEGORY_CHOICES, default="")
    needed = SelectField(_l("決裁する人数"), choices=_NEEDED_CHOICES, coerce=int, default=1)
    due_on = StringField(_l("期限"))
    seen = HiddenField()

    def fill(self, answer: Answer) -> AnswerForm:
        """What is written so far."""
        self.summary.data, self.text.data = answer.summary, answer.text
        self.category.data = answer.category.value if answer.category else ""
        self.needed.data, self.department.data = answer.needed, answer.department_id or 0
        self.due_on.data = answer.due_on.isoformat() if answer.due_on else ""
        self.seen.data = mark_of(state_of(answer))
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        try:
            self._draft = AnswerDraft.of(
                self.summary.data or "",
                self.text.data or "",
                category=Category(self.category.data) if self.category.data else None,
                needed=self.needed.data,
                department_id=self.department.data or None,
                due_on=self.day(),
            )
        except TooComplex:
            self.text.errors = [TOO_COMPLEX]
            return False
        return True

    def draft(self) -> AnswerDraft:
        """The answer as it will be written; only after `validate()`."""
        return self._draft


class JudgeForm(Form):
    """Approval, or why it is sent back."""

    note = TextAreaField(_l("伝えること"), [cleaned_or_empty(normalize.clean_body, LONGEST_NOTE)])
