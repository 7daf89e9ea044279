"""The public record: ledger events put into one line each, with the words of the rooms they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.core.database import db
from wiki.ledger import Event, Kind
from wiki.moderation import reasons
from wiki.pages.models import Page, Revision
from wiki.proposals import queries as proposals
from wiki.proposals.models import Ending, Proposal, Reflection, Stage
from wiki.proposals.stages import LABELS
from wiki.text.diff import Row, diff

PAGE = 50


@dataclass(frozen=True)
class Entry:
    """One line of the record: when, what kind, what about (with its address), and why."""

    id: int
    at: datetime
    badge: str
    badge_kind: str
    text: str
    about: str
    href: str
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """A reflection as the front page shows it: the first changed place of the revision, and whose idea it was."""

    reflection: Reflection
    row: Row | None


def entries(events: Sequence[Event]) -> list[Entry]:
    """The lines of these events: 2 queries. What is about a page that is not public names nothing of it."""
    pages = {number: page for number, page in _by_id(Page, {e.page_id for e in events}).items() if page.is_public}
    about = _by_id(Proposal, {event.proposal_id for event in events})
    return [_entry(event, pages.get(event.page_id), about.get(event.proposal_id)) for event in events]


def recent_reflections(limit: int) -> list[Change]:
    """The newest reflections with the sentence that changed: 2 queries."""
    wanted = (
        select(Reflection)
        .join(Reflection.proposal)
        .where(Proposal.hidden_at.is_(None), proposals.on_public_page())
        .options(
            joinedload(Reflection.revision).joinedload(Revision.page),
            joinedload(Reflection.proposal).joinedload(Proposal.author),
        )
    )
    found = db.session.scalars(wanted.order_by(Reflection.at.desc()).limit(limit)).all()
    before = _revisions_before([reflection.revision for reflection in found])
    return [Change(reflection, _first_change(before, reflection.revision)) for reflection in found]


def _revisions_before(revisions: list[Revision]) -> dict[int, Revision]:
    """The revision before each of these, under the id of the later one: 1 query."""
    if not revisions:
        return {}
    pairs = {(revision.page_id, revision.number - 1): revision.id for revision in revisions}
    wanted = select(Revision).where(Revision.page_id.in_({page_id for page_id, _number in pairs}))
    rows = db.session.scalars(wanted.where(Revision.number.in_({number for _page_id, number in pairs})))
    return {pairs[row.page_id, row.number]: row for row in rows if (row.page_id, row.number) in pairs}


def _first_change(before: dict[int, Revision], revision: Revision) -> Row | None:
    old = before.get(revision.id)
    if old is None:
        return None
    rows = diff("\n".join(old.blocks), "\n".join(revision.blocks))
    return next((row for row in rows if row.kind in {"changed", "added"}), None)


def _entry(event: Event, page: Page | None, proposal: Proposal | None) -> Entry:
    badge, badge_kind, text, href = _words(event, page)
    about = page.title if page else ""
    if page is not None and proposal is not None and proposal.hidden_at is None and event.comment_id is None:
        about, href = proposal.title, f"/proposals/{proposal.id}"
    reason = event.facts.get("reason")
    return Entry(event.id, event.at, badge, badge_kind, text, about, href, str(reasons.label(reason)) if reason else "")


def _words(event: Event, page: Page | None) -> tuple[str, str, str, str]:
    """Badge, its kind, the sentence, and where it leads."""
    address = f"/reports/{page.slug}" if page else ""
    number = event.facts.get("number", 1)
    diff_address = f"{address}/diff?from={number - 1}&to={number}" if number > 1 else f"{address}/history"
    said: dict[Kind, tuple[str, str, str, str]] = {
        Kind.PAGE_CREATED: (_("公開"), "", _("ページを公開しました。"), address),
        Kind.PAGE_REVISED: (_("編集"), "", _("第%(number)s版にしました。", number=number), diff_address),
        Kind.PAGE_SETTINGS_CHANGED: (_("設定"), "", _("ページの設定を変えました。"), address),
        Kind.PAGE_WITHDRAWN: (_("公開"), "", _("ページの公開をやめました。"), address),
        Kind.PAGE_SHOWN_AGAIN: (_("公開"), "", _("ページをもう一度公開しました。"), address),
        Kind.PAGE_DELETED: (_("削除"), "", _("ページを削除しました。"), address),
        Kind.PAGE_UNDELETED: (_("削除"), "", _("削除したページを元に戻しました。"), address),
        Kind.PROPOSAL_POSTED: (_("提案"), "", _("新しい提案がありました。"), address),
        Kind.PROPOSAL_REFLECTED: (
            _("反映"),
            "shu",
            _("提案を第%(number)s版に反映しました。", number=number),
            diff_address,
        ),
        Kind.COMMENT_REFLECTED: (
            _("反映"),
            "shu",
            _("コメントを第%(number)s版に反映しました。", number=number),
            diff_address,
        ),
        Kind.SUGGESTION_ACCEPTED: (
            _("反映"),
            "shu",
            _("住民の修正案を第%(number)s版に取り入れました。", number=number),
            diff_address,
        ),
        Kind.ANSWER_PUBLISHED: (
            _("回答"),
            "act",
            _("%(count)s件の声に、市の考え方を示しました。", count=event.facts.get("voices", 0)),
            f"/answers/{event.facts.get('answer')}",
        ),
        Kind.MAP_OPENED: (_("声の地図"), "", _("声の地図を開きました。"), f"/maps/{event.facts.get('map')}"),
        Kind.MAP_CLOSED: (_("声の地図"), "", _("声の地図を締め切りました。"), f"/maps/{event.facts.get('map')}"),
        Kind.CONSULTATION_SET_UP: (_("意見公募"), "", _("意見公募を予告しました。"), f"{address}/consultation"),
        Kind.CONSULTATION_EXTENDED: (_("意見公募"), "", _("意見公募の期間をのばしました。"), f"{address}/consultation"),
        Kind.CONSULTATION_PUBLISHED: (
            _("意見公募"),
            "act",
            _("意見公募の結果を公表しました（%(count)s件）。", count=event.facts.get("opinions", 0)),
            f"{address}/consultation/result",
        ),
        Kind.PROPOSAL_ENDED: (_("提案"), "", _ended(event), address),
        Kind.PROPOSAL_REOPENED: (_("提案"), "", _("提案をもう一度開きました。"), address),
        Kind.COMMENT_HIDDEN: (_("判断"), "", _("コメントを表示しないことにしました。"), address),
        Kind.COMMENT_RESTORED: (_("判断"), "", _("コメントを元に戻しました。"), address),
        Kind.PROPOSAL_HIDDEN: (_("判断"), "", _("提案を表示しないことにしました。"), address),
        Kind.PROPOSAL_RESTORED: (_("判断"), "", _("提案を元に戻しました。"), address),
        Kind.FLAGS_DISMISSED: (_("判断"), "", _("通報を受けて確かめ、そのまま残しました。"), address),
    }
    if event.kind is Kind.PROPOSAL_STEPPED:
        stage = str(LABELS[Stage(event.facts["stage"])])
        return _("回答"), "act", _("提案を「%(stage)s」にしました。", stage=stage), address
    return said[event.kind]


def _ended(event: Event) -> str:
    words = {
        Ending.WITHDRAWN: _("書いた人が提案を取り下げました。"),
        Ending.MERGED: _("同じ内容の提案に統合しました。"),
        Ending.ARCHIVED: _("動きのない提案を保管しました。"),
    }
    return str(words[Ending(event.facts["ending"])]) if "ending" in event.facts else ""


def _by_id(model: type[Any], ids: set[int | None]) -> dict[int | None, Any]:
    known = {number for number in ids if number is not None}
    if not known:
        return {}
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(known)))}
