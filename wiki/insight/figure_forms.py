"""What people say of themselves, and the census."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.core.forms import Form
from wiki.insight.models import PersonFacts
from wiki.intake.forms import AGE_CHOICES
from wiki.intake.models import AgeBand

_FIRST = [
    SelectChoice("", _l("答えない")),
    SelectChoice("yes", _l("はじめて")),
    SelectChoice("no", _l("前にも意見を出したことがある")),
]


class FactsForm(Form):
    """Age band, district, whether for the first time: each may stay unsaid."""

    age_band = SelectField(_l("年代"), choices=[SelectChoice("", _l("答えない")), *AGE_CHOICES], default="")
    district = SelectField(_l("地区"), default="")
    is_first_time = RadioField(_l("市に意見を出すのは"), choices=_FIRST, default="")

    def offer(self, districts: Sequence[str]) -> FactsForm:
        """The districts to choose from."""
        none = SelectChoice("", _l("答えない"))
        self.district.choices = [none, *(SelectChoice(name, name) for name in districts)]
        return self

    def fill(self, facts: PersonFacts | None) -> FactsForm:
        """What was said before."""
        if facts is not None:
            self.age_band.data = facts.age_band.value if facts.age_band else ""
            self.district.data = facts.district or ""
            self.is_first_time.data = {True: "yes", False: "no", None: ""}[facts.is_first_time]
        return self

    def said(self) -> tuple[AgeBand | None, str | None, bool | None]:
        """Age band, district, whether for the first time; only after `validate()`."""
        band = AgeBand(self.age_band.data) if self.age_band.data else None
        first = {"yes": True, "no": False}.get(self.is_first_time.data or "")
        return band, self.district.data or None, first


class CensusForm(Form):
    """The census as a file."""

    file = FileField(_l("人口のCSV"))

    def validate_file(self, field: Field) -> None:
        if not field.data or not getattr(field.data, "filename", ""):
            raise StopValidation(str(_l("ファイルを選んでください。")))
