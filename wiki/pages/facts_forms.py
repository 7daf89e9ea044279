"""What the screen for a page's facts accepts. All of it may stay empty."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from wiki.core.forms import Form, cleaned_or_empty, complaint
from wiki.core.rows import Row, Rows
from wiki.core.state import mark_of
from wiki.pages import facts
from wiki.pages.facts import Facts
from wiki.pages.models import Page
from wiki.text import normalize
from wiki.text.urls import is_local, is_safe_link, leaves_site

LONGEST_LINE = 200
LONGEST_DIGEST = 600
LONGEST_NOTE = 1_000
LONGEST_ADDRESS = 2_000
MOST_PEOPLE = 30
MOST_QUESTIONS = 20
_NAMES = ("name", "office")


def _line(limit: int) -> Any:
    return cleaned_or_empty(normalize.clean_line, limit)


class FactsForm(Form):
    """The facts of a page; `facts()` is what was read."""

    heading = StringField(_l("見出し"), [_line(LONGEST_LINE)])
    digest = TextAreaField(_l("要約"), [cleaned_or_empty(normalize.clean_paragraph, LONGEST_DIGEST)])
    cover = StringField(_l("表紙の図の場所"), [_line(LONGEST_ADDRESS)])
    cover_alt = StringField(_l("表紙の図の説明"), [_line(LONGEST_LINE)])
    source_medium = StringField(_l("掲載された媒体"), [_line(LONGEST_LINE)])
    source_title = StringField(_l("記事や資料の題名"), [_line(LONGEST_LINE)])
    source_date = StringField(_l("日付"), [_line(LONGEST_LINE)])
    source_url = StringField(_l("アドレス"), [_line(LONGEST_ADDRESS)])
    disclaimer = TextAreaField(_l("ことわり書き"), [cleaned_or_empty(normalize.clean_paragraph, LONGEST_NOTE)])
    questions = TextAreaField(_l("市からの問いかけ"))
    seen = HiddenField()

    def __init__(self, page: Page) -> None:
        super().__init__()
        now = Facts.of(page)
        if self.is_submitted():
            self.people = Rows.read("person", _NAMES, request.form, MOST_PEOPLE)
            if "person_add" in request.form and len(self.people) < MOST_PEOPLE:
                self.people.rows.append(Row({"name": "", "office": ""}))
            return
        self.people = Rows.of("person", [{"name": name, "office": office} for name, office in now.people])
        for name in ("heading", "digest", "cover", "cover_alt", "disclaimer"):
            self[name].data = getattr(now, name)
        for name in facts.SOURCE:
            self[f"source_{name}"].data = (now.source or {}).get(name)
        self.questions.data = "\n".join(now.questions)
        self.have_seen(page)

    @property
    def is_arranged_only(self) -> bool:
        """Whether a button was pressed that changes the form and saves nothing."""
        return self.people.moved or bool({"person_add", "show"} & request.form.keys())

    def have_seen(self, page: Page) -> None:
        """From now on the form starts from the page as it is."""
        self.seen.data = mark_of(facts.state_of(page))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and the people."""
        is_sound = super().validate(extra_validators)
        for row in self.people:
            for name in _NAMES:
                row.values[name], wrong = complaint(normalize.clean_line, row[name], LONGEST_LINE)
                if wrong:
                    row.errors[name] = wrong
            if row["office"] and not row["name"]:
                row.errors["name"] = _("名前を入れるか、この行を外してください。")
        return is_sound and self.people.is_sound

    def validate_cover(self, field: Field) -> None:
        """A picture of this site, for readers' browsers ask nobody else; with words for who does not see it."""
        if field.data and not (is_local(field.data) and field.data.startswith("/")):
            raise StopValidation(_("このサイトの中にある図の場所を、「/」から書いてください。"))

    def validate_cover_alt(self, field: Field) -> None:
        """Words for those who do not see the cover."""
        if self.cover.data and not field.data:
            raise StopValidation(_("図が見えない人のために、何が描かれているかを書いてください。"))

    def validate_source_medium(self, field: Field) -> None:
        """A source begins with where it appeared."""
        if not field.data and any(self[f"source_{name}"].data for name in facts.SOURCE):
            raise StopValidation(_("出典を書くときは、掲載された媒体も書いてください。"))

    def validate_source_url(self, field: Field) -> None:
        """Where the source is read on the web."""
        if field.data and not (leaves_site(field.data) and is_safe_link(field.data)):
            raise StopValidation(_("「https://」で始まるアドレスを書いてください。"))

    def validate_questions(self, field: Field) -> None:
        """One a line."""
        kept = []
        for text in (field.data or "").splitlines():
            clean, wrong = complaint(normalize.clean_line, text, LONGEST_LINE)
            if wrong:
                raise StopValidation(_("「%(start)s…」の行：%(error)s", start=text[:12], error=wrong))
            if clean:
                kept.append(clean)
        if len(kept) > MOST_QUESTIONS:
            raise StopValidation(_("問いかけは%(most)s個までにしてください。", most=MOST_QUESTIONS))
        self._questions = tuple(kept)

    def facts(self) -> Facts:
        """What was read; only after `validate()`."""
        source = {name: str(self[f"source_{name}"].data) for name in facts.SOURCE if self[f"source_{name}"].data}
        return Facts(
            heading=self.heading.data or None,
            digest=self.digest.data or None,
            cover=self.cover.data or None,
            cover_alt=self.cover_alt.data or None,
            people=tuple((row["name"], row["office"]) for row in self.people if row["name"]),
            source=source or None,
            disclaimer=self.disclaimer.data or None,
            questions=self._questions,
        )
