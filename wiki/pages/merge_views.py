"""What is shown when two edits of a page meet: the merged text, or the places where somebody has to choose.

Both screens belong to POST /reports/<slug>/edit (views.py): a save against an older revision comes here by itself, and
the button `merge` asks for it. Nothing is written here; the merged text is saved like any other, against the newest.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue

from wiki.core.web import answer_invalid, typed_fields
from wiki.pages import compare, draft_views, queries
from wiki.pages.compare import Text
from wiki.pages.forms import PageForm, number_in
from wiki.pages.merging import Meeting, meet
from wiki.pages.models import Page
from wiki.pages.service import EditConflict

_OF_THE_STEP = ("choice-", "own-", "rest", "theirs_revision", "merge", "section", "body")


def conflict(conflict: EditConflict, form: PageForm) -> ResponseReturnValue:
    """A save that came too late: nothing was changed, 409."""
    form.widen()
    return _shown(_meeting(conflict.page, form, {}), form, 409)


def step(page: Page, form: PageForm) -> ResponseReturnValue:
    """The button まとめる: the merged text, or what is left to choose.

    Choices count only for the revision against which they were made; when yet another one was published, 409.
    """
    form.widen()
    seen = number_in(request.form.get("theirs_revision"))
    if seen is None:
        return _shown(_meeting(page, form, {}), form, 200)
    if seen != page.current_number:
        return _shown(_meeting(page, form, {}), form, 409, moved_on=True)
    return _shown(_meeting(page, form, request.form), form, 422, was_asked=True)


def _meeting(page: Page, form: PageForm, choices: Mapping[str, str]) -> Meeting:
    return meet(page, form.base_number, Text(form.title.data or "", form.body.data or ""), choices)


def _carried(form: PageForm) -> list[tuple[str, str]]:
    """What the editor holds, to be sent along with the choices: as it was typed, or as the editor was opened."""
    if request.method == "POST":
        whole = [("body", form.body.data or "")]
        return whole + [(name, value) for name, value in typed_fields() if not name.startswith(_OF_THE_STEP)]
    held = [(field.name, field.data) for field in (*form, *form.way)]
    return [(name, str(one)) for name, data in held for one in (data if isinstance(data, list) else [data]) if one]


def _shown(
    meeting: Meeting, form: PageForm, status: int, *, was_asked: bool = False, moved_on: bool = False
) -> ResponseReturnValue:
    """Everything decided: the editor with the merged text, starting from the newest revision; else the choices."""
    newer, base, text = meeting.newer, meeting.base, meeting.text
    seen = {"form": form, "page": meeting.page, "meeting": meeting, "moved_on": moved_on}
    if text is None:
        return answer_invalid("pages/conflict.html", status, fields=_carried(form), was_asked=was_asked, **seen)
    if queries.was_slug_of(str(form.slug.data), meeting.page):
        form.slug.data = meeting.page.slug
    form.title.data, form.body.data = text.title, text.body
    form.base_revision.data = str(newer.number)
    return answer_invalid(
        "pages/merged.html",
        409 if status == 409 else 200,
        mine=compare.between(newer, text),
        theirs=compare.between(base or newer, newer),
        **draft_views.beside(form, meeting.page),
        **seen,
    )
