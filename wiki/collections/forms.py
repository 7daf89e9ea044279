"""What the screens for collections and series accept. Buttons that only arrange rows save nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from wiki.collections import queries, service
from wiki.collections.models import Collection, Series
from wiki.collections.service import CollectionDraft, SeriesDraft
from wiki.core.forms import TOO_COMPLEX, Form, cleaned, cleaned_or_empty, complaint
from wiki.core.rows import Row, Rows
from wiki.core.state import mark_of
from wiki.pages.forms import SLUG_RULE, number_in
from wiki.pages.models import Page
from wiki.text import markdown, normalize, slugs
from wiki.text.markdown import TooComplex

LONGEST_TITLE = 200
LONGEST_LEAD = 20_000
LONGEST_NOTE = 1_000
LONGEST_DIGEST = 600
LONGEST_LABEL = 60
MOST_PAGES = 200
_TAKEN = _l("このアドレスは、ほかの特集が使っています。別のアドレスにしてください。")
_TITLE_TAKEN = _l("同じ題名の連載があります。別の題名にしてください。")


class _PagesForm(Form):
    """A form with rows of pages, to which pages are added by looking for their titles."""

    group = "entry"
    names: tuple[str, ...] = ("page",)
    find = StringField(_l("題名かアドレスの一部"))
    seen = HiddenField()

    def __init__(self, rows: Rows, **options: Any) -> None:
        super().__init__(**options)
        self.rows = rows
        if self.is_submitted():
            self.rows = Rows.read(self.group, self.names, request.form, MOST_PAGES)
            self._add(request.form.get(f"{self.group}_add", ""))
        self.pages = queries.pages_by_id(self._ids())
        first_of = {_id(row): row for row in reversed(self.rows.rows)}
        self.rows.rows = [row for row in self.rows if _id(row) in self.pages and first_of[_id(row)] is row]

    @property
    def is_arranged_only(self) -> bool:
        """Whether a button was pressed that changes the form and saves nothing."""
        return self.rows.moved or bool({"find_pages", "preview", f"{self.group}_add"} & request.form.keys())

    @property
    def is_looking(self) -> bool:
        """Whether pages to add are to be shown."""
        return bool({"find_pages", f"{self.group}_add"} & request.form.keys())

    @property
    def is_full(self) -> bool:
        """Whether no further page may be added."""
        return len(self.rows) >= MOST_PAGES

    @property
    def found(self) -> Sequence[Page]:
        """The pages that the words looked for lead to, without those already there: 1 query."""
        return queries.pages_called((self.find.data or "")[:LONGEST_TITLE], self._ids())

    def page_of(self, row: Row) -> Page:
        """The page that a row is about."""
        return self.pages[_id(row)]

    def _add(self, page_id: str) -> None:
        if number_in(page_id) and number_in(page_id) not in self._ids() and not self.is_full:
            self.rows.rows.append(Row({"page": page_id, **self._new_words()}))

    def _new_words(self) -> dict[str, str]:
        return {}

    def _ids(self) -> list[int]:
        return [_id(row) for row in self.rows]


class CollectionForm(_PagesForm):
    """A collection: `draft()` is what was read, its lead rendered."""

    names = ("page", "heading", "digest")
    title = StringField(_l("題名"), [cleaned(normalize.clean_line, LONGEST_TITLE)])
    slug = StringField(_l("アドレスの名前"))
    body = TextAreaField(_l("まえがき"), [cleaned(normalize.clean_body, LONGEST_LEAD)])
    source = StringField(_l("出典"), [cleaned_or_empty(normalize.clean_line, LONGEST_NOTE)])
    disclaimer = TextAreaField(_l("ことわり書き"), [cleaned_or_empty(normalize.clean_paragraph, LONGEST_NOTE)])

    def __init__(self, collection: Collection | None) -> None:
        self._is_new = collection is None
        kept = [
            {"page": str(entry.page_id), "heading": entry.heading, "digest": entry.digest}
            for entry in (collection.entries if collection else ())
        ]
        super().__init__(Rows.of(self.group, kept))
        self.slug.flags.required = self._is_new
        if collection is not None and not self.is_submitted():
            self.title.data, self.body.data = collection.title, collection.lead
            self.source.data, self.disclaimer.data = collection.source, collection.disclaimer
            self.have_seen(collection)

    def have_seen(self, collection: Collection) -> None:
        """From now on the form starts from the collection as it is."""
        self.seen.data = mark_of(service.state_of(collection))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check fields and rows and render the lead, before any writer waits for us."""
        is_sound = super().validate(extra_validators)
        for row in self.rows:
            _clean(row, "heading", LONGEST_TITLE)
            _clean(row, "digest", LONGEST_DIGEST)
        if not is_sound or not self.rows.is_sound:
            return False
        try:
            self._html = markdown.render_page(str(self.body.data)).html
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
            return False
        return True

    def validate_slug(self, field: Field) -> None:
        """Of a new one: what an address may be, and nobody else's."""
        if not self._is_new:
            return
        field.data = (field.data or "").strip()
        if not slugs.is_slug(field.data):
            raise StopValidation(str(SLUG_RULE))
        if field.data == "new" or queries.collection_at(field.data) is not None:
            raise StopValidation(str(_TAKEN))

    def draft(self) -> CollectionDraft:
        """What was read; only after `validate()`."""
        entries = [(_id(row), row["heading"], row["digest"]) for row in self.rows]
        return CollectionDraft(
            title=str(self.title.data),
            lead=str(self.body.data),
            lead_html=self._html,
            source=self.source.data or None,
            disclaimer=self.disclaimer.data or None,
            entries=entries,
        )

    def refuse_slug(self) -> None:
        """Say that somebody else took the address while we were writing."""
        self.slug.errors = [_TAKEN]

    def _new_words(self) -> dict[str, str]:
        return {"heading": "", "digest": ""}


class SeriesForm(_PagesForm):
    """A series with its numbered episodes."""

    group = "episode"
    names = ("page", "number", "label")
    title = StringField(_l("題名"), [cleaned(normalize.clean_line, LONGEST_TITLE)])

    def __init__(self, series: Series | None) -> None:
        self._series = series
        kept = [
            {"page": str(episode.page_id), "number": str(episode.number), "label": episode.label}
            for episode in (series.episodes if series else ())
        ]
        super().__init__(Rows.of(self.group, kept))
        if series is not None and not self.is_submitted():
            self.title.data = series.title
            self.have_seen(series)

    def have_seen(self, series: Series) -> None:
        """From now on the form starts from the series as it is."""
        self.seen.data = mark_of(service.series_state_of(series))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; each episode has a number of its own and stands in no other series."""
        is_sound = super().validate(extra_validators)
        elsewhere = queries.episodes_of(self._ids())
        taken: set[int] = set()
        for row in self.rows:
            _clean(row, "label", LONGEST_LABEL)
            number = number_in(row["number"])
            if not number or number in taken or number > 9999:
                row.errors["number"] = _("1から9999までの、ほかと重ならない番号を入れてください。")
            taken.add(number or 0)
            episode = elsewhere.get(_id(row))
            if episode and (self._series is None or episode.series_id != self._series.id):
                row.errors["page"] = _(
                    "連載「%(title)s」に入っています。先にそちらから外してください。", title=episode.series.title
                )
        return is_sound and self.rows.is_sound

    def draft(self) -> SeriesDraft:
        """What was read, an episode without a label called by its number; only after `validate()`."""
        episodes = [
            (_id(row), number, row["label"] or f"第{number}回")
            for row in self.rows
            if (number := number_in(row["number"]))
        ]
        return SeriesDraft(str(self.title.data), episodes)

    def refuse_title(self) -> None:
        """Say that there is a series of this title."""
        self.title.errors = [_TITLE_TAKEN]

    def _new_words(self) -> dict[str, str]:
        numbers = [number_in(row["number"]) or 0 for row in self.rows]
        return {"number": str(max(numbers, default=0) + 1), "label": ""}


class DeleteForm(Form):
    """A collection or a series taken away; the button says it, the page before it what goes."""


def _id(row: Row) -> int:
    """The id of the page that a row is about; 0 where it names none."""
    return number_in(row["page"]) or 0


def _clean(row: Row, name: str, limit: int) -> None:
    row.values[name], wrong = complaint(normalize.clean_paragraph, row[name], limit)
    if wrong:
        row.errors[name] = wrong
