"""The voices behind each number: which ones it counts, kind by kind, the newest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import escape
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from wiki.comments.models import Channel, Comment
from wiki.consultations.models import Consultation, Opinion
from wiki.core.clock import TOKYO
from wiki.core.database import db
from wiki.insight.voices import of_kind, voices
from wiki.pages.models import Page
from wiki.proposals.models import Proposal
from wiki.suggestions.models import Suggestion
from wiki.text.excerpt import excerpt

PAGE = 30
LONGEST = 120
BESIDE_WEB = "beside"
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_FIELDS = ("page", "month", "channel", "fate")

FATES = {"waiting": _l("答えを待つ声"), "answered": _l("答えた声"), "reflected": _l("本文に反映")}
KINDS: dict[str, Any] = {
    "comment": _l("コメント"),
    "proposal": _l("提案"),
    "suggestion": _l("修正案"),
    "opinion": _l("意見公募の意見"),
}


@dataclass(frozen=True)
class Spoken:
    """A voice as the list shows it: its first words or its title, and `by`, the name it is shown under."""

    words: str
    href: str
    by: str
    page: Page


@dataclass(frozen=True)
class Voice:
    """A line of the list."""

    at: datetime
    answered_at: datetime | None
    is_reflected: bool
    spoken: Spoken


@dataclass(frozen=True)
class Wanted:
    """Which voices: of one page, of one month in Japan (2026-11), by a channel (or all but the web), of one fate."""

    page: Page | None = None
    month: str = ""
    channel: str = ""
    fate: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str], page: Page | None) -> Wanted:
        """From the query of an address; what there is not is left out."""
        month, channel, fate = (sent.get(name, "") for name in _FIELDS[1:])
        return cls(
            page,
            month if _MONTH.fullmatch(month) else "",
            channel if channel in {BESIDE_WEB, *Channel} else "",
            fate if fate in FATES else "",
        )

    def address(self, **more: object) -> str:
        """Where these are listed."""
        said = {"page": self.page.slug if self.page else "", "month": self.month}
        said |= {"channel": self.channel, "fate": self.fate}
        return "/figures/voices?" + urlencode({name: value for name, value in (said | more).items() if value})

    def conditions(self, columns: Any) -> list[ColumnElement[bool]]:
        """The same in the words of the table of voices."""
        found: list[ColumnElement[bool]] = []
        if self.month:
            year, number = int(self.month[:4]), int(self.month[5:])
            first = datetime(year, number, 1, tzinfo=TOKYO)
            last = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=TOKYO)
            found += [columns.at >= first, columns.at < last]
        if self.channel == BESIDE_WEB:
            found.append(columns.channel != Channel.WEB.value)
        elif self.channel:
            found.append(columns.channel == self.channel)
        if self.fate == "reflected":
            found.append(columns.reflected == 1)
        elif self.fate:
            found.append(columns.answered_at.is_(None) == (self.fate == "waiting"))
        return found


def counts(wanted: Wanted) -> dict[str, int]:
    """How many there are of each kind: 1 query."""
    columns = voices(wanted.page.id if wanted.page else None).c
    rows = db.session.execute(
        select(columns.kind, func.count()).where(*wanted.conditions(columns)).group_by(columns.kind)
    )
    found: dict[str, int] = dict(rows.all())
    return {kind: found[kind] for kind in KINDS if found.get(kind)}


def listed(kind: str, wanted: Wanted, before: int | None) -> tuple[list[Voice], int | None]:
    """Those of one kind, the newest first, below the id `before`, and the cursor of the next: 2 queries."""
    columns = of_kind(kind, wanted.page.id if wanted.page else None).c
    rows = select(columns.ref_id, columns.at, columns.answered_at, columns.reflected).where(*wanted.conditions(columns))
    if before is not None:
        rows = rows.where(columns.ref_id < before)
    found = db.session.execute(rows.order_by(columns.ref_id.desc()).limit(PAGE + 1)).all()
    spoken = SHOWN[kind]([row.ref_id for row in found[:PAGE]])
    lines = [Voice(row.at, row.answered_at, bool(row.reflected), spoken[row.ref_id]) for row in found[:PAGE]]
    return lines, found[PAGE - 1].ref_id if len(found) > PAGE else None


def _comments(ids: Sequence[int]) -> dict[int, Spoken]:
    rows = select(Comment).where(Comment.id.in_(ids)).options(joinedload(Comment.author), joinedload(Comment.page))
    return {
        row.id: Spoken(excerpt(row.html, LONGEST), f"/comments/{row.id}", row.shown_name, row.page)
        for row in db.session.scalars(rows)
    }


def _proposals(ids: Sequence[int]) -> dict[int, Spoken]:
    rows = select(Proposal).where(Proposal.id.in_(ids)).options(joinedload(Proposal.author), joinedload(Proposal.page))
    return {
        row.id: Spoken(row.title, f"/proposals/{row.id}", row.author.name, row.page) for row in db.session.scalars(rows)
    }


def _suggestions(ids: Sequence[int]) -> dict[int, Spoken]:
    loaded = (joinedload(Suggestion.author), joinedload(Suggestion.page))
    rows = select(Suggestion).where(Suggestion.id.in_(ids)).options(*loaded)
    return {
        row.id: Spoken(excerpt(str(escape(row.reason)), LONGEST), f"/suggestions/{row.id}", row.author.name, row.page)
        for row in db.session.scalars(rows)
    }


def _opinions(ids: Sequence[int]) -> dict[int, Spoken]:
    rows = select(Opinion, Consultation).join(Consultation, Consultation.id == Opinion.consultation_id)
    rows = rows.where(Opinion.id.in_(ids)).options(joinedload(Consultation.page))
    return {opinion.id: _spoken(opinion, found) for opinion, found in db.session.execute(rows)}


def _spoken(opinion: Opinion, found: Consultation) -> Spoken:
    """By its number: whose it is, nobody reads; what it says, in the result."""
    address = f"/reports/{found.page.slug}/consultation"
    words = _("意見%(number)s", number=opinion.number)
    if not found.result_number:
        return Spoken(_("%(opinion)s（結果の公表まで、内容は出ません）", opinion=words), address, "", found.page)
    return Spoken(words, f"{address}/result#o{opinion.number}", "", found.page)


#: What is shown of each kind, by ids.
SHOWN: dict[str, Callable[[Sequence[int]], dict[int, Spoken]]] = {
    "comment": _comments,
    "proposal": _proposals,
    "suggestion": _suggestions,
    "opinion": _opinions,
}
