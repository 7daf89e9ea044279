"""What the forms of a public comment accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.answers.models import Category
from wiki.answers.words import CATEGORIES
from wiki.consultations import numbering, queries
from wiki.consultations.models import Consultation, Opinion, OpinionGroup, Way
from wiki.consultations.numbering import BadNumbers
from wiki.consultations.service import Plan
from wiki.consultations.words import WAYS
from wiki.core import clock
from wiki.core.forms import TOO_COMPLEX, Form, cleaned, cleaned_or_empty
from wiki.text import normalize
from wiki.text.markdown import TooComplex

LONGEST_OPINION = 20_000
LONGEST_ANSWER = 10_000
_CATEGORY_CHOICES = [
    SelectChoice("", _l("まだ決めていない")),
    *(SelectChoice(each.value, words) for each, words in CATEGORIES.items()),
]
_ENTERED = [SelectChoice(way.value, words) for way, words in WAYS.items() if way is not Way.WEB]


def _day(field: Field) -> date:
    try:
        return date.fromisoformat((field.data or "").strip())
    except ValueError:
        raise StopValidation(_("日付を 2026-12-01 の形で書いてください。")) from None


class PlanForm(Form):
    """Period, purpose, basis, materials. `plan()` is what was read, rendered."""

    purpose = TextAreaField(_l("何のための意見公募か"), [cleaned(normalize.clean_body, 2_000)])
    legal_basis = StringField(_l("根拠となる法令や条例"), [cleaned(normalize.clean_line, 300)])
    materials = TextAreaField(_l("資料"), [cleaned_or_empty(normalize.clean_body, 5_000)])
    opens_on = StringField(_l("はじめる日"))
    closes_on = StringField(_l("締め切る日"))
    why_short = StringField(_l("期間が短い理由"), [cleaned_or_empty(normalize.clean_line, 300)])
    _opens: date | None = None

    def fill(self, found: Consultation | None) -> PlanForm:
        """The plan as it stands; for a new one, from tomorrow on for as long as is usual."""
        tomorrow = clock.today() + timedelta(days=1)
        usual = timedelta(days=current_app.config["CONSULTATION_DAYS"] - 1)
        self.opens_on.data = (found.opens_on if found else tomorrow).isoformat()
        self.closes_on.data = (found.closes_on if found else tomorrow + usual).isoformat()
        if found:
            for name in ("purpose", "legal_basis", "materials", "why_short"):
                self[name].data = getattr(found, name)
        return self

    def validate_opens_on(self, field: Field) -> None:
        self._opens = _day(field)
        if self._opens < clock.today():
            raise StopValidation(_("はじめる日は、今日かそれよりあとにしてください。"))

    def validate_closes_on(self, field: Field) -> None:
        closes = _day(field)
        if self._opens is None:
            return
        if closes < self._opens:
            raise StopValidation(_("締め切る日は、はじめる日かそれよりあとにしてください。"))
        shortest = current_app.config["CONSULTATION_DAYS"]
        if (closes - self._opens).days + 1 < shortest and not (self.why_short.data or "").strip():
            raise StopValidation(_("%(days)s日より短くするときは、その理由を書いてください。", days=shortest))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the materials, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        try:
            self._plan = Plan.of(
                self.materials.data or "",
                purpose=self.purpose.data or "",
                legal_basis=self.legal_basis.data or "",
                opens_on=date.fromisoformat((self.opens_on.data or "").strip()),
                closes_on=date.fromisoformat((self.closes_on.data or "").strip()),
                why_short=self.why_short.data or "",
            )
        except TooComplex:
            self.materials.errors = [TOO_COMPLEX]
            return False
        return True

    def plan(self) -> Plan:
        """The plan as it will be written; only after `validate()`."""
        return self._plan


class ExtendForm(Form):
    """A later end, and why. `day` is the end, once the form is valid."""

    closes_on = StringField(_l("新しい締め切りの日"))
    reason = StringField(_l("のばす理由"), [cleaned(normalize.clean_line, 300)])
    found: Consultation
    day: date

    def validate_closes_on(self, field: Field) -> None:
        self.day = _day(field)
        if self.day <= self.found.closes_on:
            raise StopValidation(_("いまの締め切りよりあとの日にしてください。"))


class OpinionForm(Form):
    """One opinion."""

    body = TextAreaField(_l("あなたの意見"), [cleaned(normalize.clean_body, LONGEST_OPINION)])
    request_key = HiddenField()


class EnterForm(Form):
    """An opinion that came by another way."""

    way = SelectField(_l("届いた方法"), choices=_ENTERED, default=Way.PAPER.value)
    body = TextAreaField(_l("書いてあること"), [cleaned(normalize.clean_body, LONGEST_OPINION)])


class RedactForm(Form):
    """Words to black out, and why."""

    quote = StringField(_l("黒ぬりにする言葉"), [cleaned(normalize.clean_line, 500)])
    reason = StringField(_l("理由"), [cleaned(normalize.clean_line, 100)])


class GroupForm(Form):
    """Like opinions and the answer to them. `opinions` are those named, once the form is valid."""

    numbers = StringField(_l("意見の番号"))
    summary = TextAreaField(_l("意見の概要"), [cleaned(normalize.clean_body, 2_000)])
    answer = TextAreaField(_l("市の考え方"), [cleaned_or_empty(normalize.clean_body, LONGEST_ANSWER)])
    category = SelectField(_l("対応区分"), choices=_CATEGORY_CHOICES, default="")
    found: Consultation
    opinions: Sequence[Opinion] = ()

    def fill(self, group: OpinionGroup) -> GroupForm:
        """The group as it stands."""
        self.numbers.data = numbering.written([each.opinion.number for each in group.members])
        self.summary.data, self.answer.data = group.summary, group.answer
        self.category.data = group.category.value if group.category else ""
        return self

    def validate_numbers(self, field: Field) -> None:
        try:
            numbers = numbering.read(field.data or "")
        except BadNumbers as error:
            raise StopValidation(
                _("番号として読めません：%(part)s。1、3〜5 のように書いてください。", part=error)
            ) from None
        if not numbers:
            raise StopValidation(_("意見の番号を一つ以上書いてください。"))
        known = queries.by_number(self.found, numbers)
        if missing := [number for number in numbers if number not in known]:
            shown = numbering.written(missing[:1_000])
            raise StopValidation(_("この番号の意見はありません：%(numbers)s", numbers=shown[:200]))
        self.opinions = [known[number] for number in numbers]

    @property
    def chosen_category(self) -> Category | None:
        return Category(self.category.data) if self.category.data else None
