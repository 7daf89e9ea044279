"""What the forms of an opinion map accept."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from wiki.core.forms import Form, cleaned, cleaned_or_empty
from wiki.text import normalize

LONGEST_STATEMENT = 140
LONGEST_QUESTION = 100
LONGEST_LEAD = 1_000
LONGEST_REASON = 300
FEWEST_STATEMENTS = 5
MOST_STATEMENTS = 50


class MapForm(Form):
    """A new map: its question, and the first statements, one a line. `first` are the statements read."""

    question = StringField(_l("問い"), [cleaned(normalize.clean_line, LONGEST_QUESTION)])
    lead = TextAreaField(_l("説明"), [cleaned_or_empty(normalize.clean_body, LONGEST_LEAD)])
    statements = TextAreaField(_l("はじめの意見"), [cleaned(normalize.clean_body, 20_000)])
    first: list[str]

    def validate_statements(self, field: Field) -> None:
        self.first = list(dict.fromkeys(line.strip() for line in (field.data or "").splitlines() if line.strip()))
        if not FEWEST_STATEMENTS <= len(self.first) <= MOST_STATEMENTS:
            few, most = FEWEST_STATEMENTS, MOST_STATEMENTS
            raise StopValidation(_("意見を1行に一つずつ、%(few)sから%(most)sまで書いてください。", few=few, most=most))
        if long := next((line for line in self.first if len(line) > LONGEST_STATEMENT), None):
            words = _("一つの意見は%(limit)s字までです：%(text)s…", limit=LONGEST_STATEMENT, text=long[:20])
            raise StopValidation(words)


class StatementForm(Form):
    """One short statement."""

    text = StringField(_l("あなたの意見"), [cleaned(normalize.clean_line, LONGEST_STATEMENT)])


class DecideForm(Form):
    """What becomes of a statement."""

    reason = StringField(_l("見送る理由"), [cleaned_or_empty(normalize.clean_line, LONGEST_REASON)])
