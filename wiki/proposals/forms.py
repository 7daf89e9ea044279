"""What the forms of a proposal accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.accounts.models import Department
from wiki.core.forms import TOO_COMPLEX, Form, cleaned, cleaned_or_empty
from wiki.proposals import stages
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText, ProposalDraft
from wiki.proposals.words import WHY
from wiki.text import normalize
from wiki.text.markdown import TooComplex

LONGEST_TITLE = 100
LONGEST_NOTE = 300
LONGEST_PROPOSAL = 20_000
LONGEST_OFFICIAL_TEXT = 5_000


class ProposalForm(Form):
    """An idea for a page. `draft()` is what was read, rendered."""

    title = StringField(_l("題名"), [cleaned(normalize.clean_line, LONGEST_TITLE)])
    body = TextAreaField(_l("内容"), [cleaned(normalize.clean_body, LONGEST_PROPOSAL)])
    request_key = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        key = (self.request_key.data or "")[:64]
        try:
            self._draft = ProposalDraft.of(self.title.data or "", self.body.data or "", key)
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
            return False
        return True

    def draft(self) -> ProposalDraft:
        """The proposal as it will be written; only after `validate()`."""
        return self._draft


class DueForm(Form):
    """Which department answers, and by when; also of an answer to many voices. `day()` is the date that was read."""

    department = SelectField(_l("担当課"), coerce=int, default=0)
    due_on = StringField(_l("回答の予定日"))
    _day: date | None = None

    def offer(self, departments: Sequence[Department]) -> Self:
        """The departments to choose from."""
        none = SelectChoice(0, _("決めていない"))
        self.department.choices = [none, *(SelectChoice(each.id, each.name) for each in departments)]
        return self

    def validate_due_on(self, field: Field) -> None:
        typed = (field.data or "").strip()
        try:
            self._day = date.fromisoformat(typed) if typed else None
        except ValueError:
            raise StopValidation(_("日付を 2026-12-01 の形で書いてください。")) from None

    def day(self) -> date | None:
        """The due date; only after `validate()`."""
        return self._day


class AssignForm(DueForm):
    """Department and due date of a proposal."""

    def fill(self, proposal: Proposal) -> AssignForm:
        """What is known so far."""
        self.department.data = proposal.department_id or 0
        self.due_on.data = proposal.due_on.isoformat() if proposal.due_on else ""
        return self


class EditForm(ProposalForm):
    """The author's own proposal, written anew. `version` is the one that was seen."""

    note = StringField(_l("何を変えたか"), [cleaned_or_empty(normalize.clean_line, LONGEST_NOTE)])
    version = HiddenField()

    def fill(self, proposal: Proposal) -> EditForm:
        """What the proposal says now."""
        self.title.data, self.body.data, self.version.data = proposal.title, proposal.body, str(proposal.version)
        return self

    @property
    def seen(self) -> int:
        """The version that was seen; 0 when it cannot be read."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


class WithdrawForm(Form):
    """Why the author takes the proposal back."""

    why = SelectField(_l("理由"), choices=[SelectChoice(why.value, words) for why, words in WHY.items()])
    note = StringField(_l("ひとこと"), [cleaned_or_empty(normalize.clean_line, LONGEST_NOTE)])


def _is_stage(form: Any, field: Any) -> None:
    if field.data not in set(Stage):
        raise StopValidation(str(_l("次の段階を選んでください。")))


_is_stage.field_flags = {"required": True}  # type: ignore[attr-defined]


class DecideForm(Form):
    """A step in a proposal's life: the next stage, the official text, and the stage seen while writing it."""

    stage = RadioField(_l("次の段階"), [_is_stage], validate_choice=False)
    text = TextAreaField(_l("市の考え方"), [cleaned(normalize.clean_body, LONGEST_OFFICIAL_TEXT)])
    seen = HiddenField(name="from")

    def offer(self, proposal: Proposal) -> DecideForm:
        """The form, offering the stages that may follow the proposal's own."""
        following = stages.next_stages(proposal.stage)
        self.stage.choices = [SelectChoice(stage.value, stages.LABELS[stage]) for stage in following]
        self.seen.data = proposal.stage.value
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        self.stage.choices = self.stage.choices or []
        if not super().validate(extra_validators):
            return False
        try:
            self._official = OfficialText.of(self.text.data or "")
        except TooComplex:
            self.text.errors = [TOO_COMPLEX]
            return False
        return True

    def step(self) -> tuple[Stage, OfficialText, Stage | None]:
        """The next stage, the official text and the stage seen (None: not one); only after `validate()`."""
        seen = self.seen.data
        return Stage(self.stage.data), self._official, Stage(seen) if seen in set(Stage) else None
