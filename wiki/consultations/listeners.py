"""What consultations add to the figures: opinions are voices too; their texts are read only in the published result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, exists, func, literal, select
from sqlalchemy.orm import joinedload

from wiki.answers.models import Category
from wiki.comments.models import Channel
from wiki.consultations.models import Consultation, GroupedOpinion, Opinion, OpinionGroup, Result, Way
from wiki.core.database import db
from wiki.insight import listing, voices
from wiki.insight.listing import Spoken

_CHANGING = (Category.REFLECT, Category.PARTLY)


def _opinions(page_id: int | None) -> Any:
    """Opinions that stand; answered when the first result was published, reflected where it promised a change."""
    first = select(Result.consultation_id, func.min(Result.at).label("at")).group_by(Result.consultation_id).subquery()
    changing = exists().where(
        GroupedOpinion.opinion_id == Opinion.id,
        OpinionGroup.id == GroupedOpinion.group_id,
        OpinionGroup.category.in_(_CHANGING),
    )
    channel = case(
        (Opinion.way == Way.WEB, Channel.WEB.value),
        (Opinion.way == Way.COUNTER, Channel.COUNTER.value),
        (Opinion.way == Way.PHONE, Channel.PHONE.value),
        else_=Channel.PAPER.value,
    )
    wanted = (
        select(
            literal("opinion").label("kind"),
            Opinion.id.label("ref_id"),
            Consultation.page_id.label("page_id"),
            Opinion.author_id.label("author_id"),
            channel.label("channel"),
            Opinion.submitted_at.label("at"),
            first.c.at.label("answered_at"),
            case((first.c.at.is_not(None) & changing, 1), else_=0).label("reflected"),
        )
        .select_from(Opinion)
        .join(Consultation, Consultation.id == Opinion.consultation_id)
        .outerjoin(first, first.c.consultation_id == Consultation.id)
        .where(Opinion.withdrawn_at.is_(None))
    )
    return voices.on_page(wanted, Consultation.page_id, page_id)


def _shown(ids: Sequence[int]) -> dict[int, Spoken]:
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


voices.SOURCES["opinion"] = _opinions
listing.KINDS["opinion"] = _l("意見公募の意見")
listing.SHOWN["opinion"] = _shown
