"""Entering a list that was read: some dozens of rows a transaction, so that others may write in between.

A list knows what is left of it, so it may be stopped at any moment and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection

from wiki.accounts.models import Person
from wiki.core import jobs
from wiki.core.database import db, transaction
from wiki.core.web import NotThere
from wiki.intake import queries, service
from wiki.intake.lists import Line
from wiki.intake.models import Batch
from wiki.pages.models import Page

#: More rows than this are entered by a job, while the person goes on.
AT_ONCE = 500
JOB = "intake.enter"
_TOGETHER = 50


def begin(batch: Batch, *, with_repeated: bool) -> None:
    """Let the list be entered, rows whose text stands there already only when that is wanted; by a job when long."""
    if batch.is_entering:
        return
    batch.is_entering = True
    batch.rows = [row for row in batch.rows if with_repeated or not row["is_repeated"]]
    if len(batch.rows) > AT_ONCE:
        jobs.enqueue(JOB, batch_id=batch.id)


def go_on(batch_id: int, most: int) -> bool:
    """Enter up to `most` rows more; whether any are left. Rows entered by somebody meanwhile are passed over."""
    for _at in range(0, most, _TOGETHER):
        with db.session.no_autoflush:
            batch = db.session.get(Batch, batch_id)
            together = [Line.of(row) for row in batch.rows[:_TOGETHER]] if batch is not None else []
        if batch is None or not together:
            return False
        drafts = [(line, line.draft(batch.channel)) for line in together]
        places = {line.place for line in together}
        with transaction():
            batch = queries.locked_batch(batch_id)
            if batch is None:
                return False
            still = {row["place"] for row in batch.rows} & places
            _enter(batch, [(line, draft) for line, draft in drafts if line.place in still], still)
            left = bool(batch.rows)
    return left


def _enter(batch: Batch, drafts: list[tuple[Line, service.SheetDraft]], places: Collection[int]) -> None:
    person, page = db.session.get_one(Person, batch.person_id), db.session.get(Page, batch.page_id)
    if page is None:
        raise NotThere
    passed = list(batch.passed)
    for line, draft in drafts:
        try:
            with db.session.begin_nested():
                service.enter(person, page, draft)
            batch.entered += 1
        except (service.AlreadyEntered, service.SameText):
            passed.append(line.place)
    batch.passed = passed
    batch.rows = [row for row in batch.rows if row["place"] not in places]
