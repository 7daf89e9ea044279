"""Every change to public comments. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki import ledger
from wiki.accounts.models import Person
from wiki.answers.models import Category
from wiki.consultations import queries, redaction
from wiki.consultations.models import (
    Consultation,
    Extension,
    GroupedOpinion,
    Opinion,
    OpinionGroup,
    Phase,
    Result,
    Way,
)
from wiki.consultations.numbering import written
from wiki.core import clock, jobs
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.text import markdown

TELL = "consultations.tell"


class NotOpen(Problem):
    """Opinions are not taken today."""

    status = 409
    title = _l("いまは意見を受け付けていません")
    advice = _l("募集の期間を確かめてください。書いた文章は下に残っています。写しておけます。")


class TooLate(Problem):
    """The period has begun, or the result is out."""

    status = 409
    title = _l("いまは変更できません")
    advice = _l("募集が始まったあとは、期間をのばすことだけができます。結果を公表したあとは、意見を加えられません。")


class NotReady(Problem):
    """Something is missing for the result. `missing` are numbers of opinions without a group."""

    status = 422
    title = _l("まだ結果を公表できません")

    def __init__(self, advice: Any) -> None:
        super().__init__()
        self.advice = advice


@dataclass(frozen=True)
class Plan:
    """A public comment as it was set up, its materials rendered before the writers' queue."""

    purpose: str
    legal_basis: str
    materials: str
    materials_html: str
    opens_on: date
    closes_on: date
    why_short: str

    @classmethod
    def of(cls, materials: str, **more: Any) -> Plan:
        """Render `materials`. Raises text.markdown.TooComplex."""
        return cls(materials=materials, materials_html=markdown.render_comment(materials) if materials else "", **more)


def set_up(actor: Person, page: Page, plan: Plan) -> Consultation:
    """Plan a public comment on a page, or change the plan before it opens. Raises TooLate."""
    found = queries.of_page(page)
    if found is None:
        found = Consultation(page_id=page.id, set_up_by_id=actor.id, draft_number=page.current_number, page=page)
    elif found.phase is not Phase.PLANNED:
        raise TooLate
    for name, value in vars(plan).items():
        setattr(found, name, value)
    found.draft_number = page.current_number
    db.session.add(found)
    db.session.flush()
    _record(Kind.CONSULTATION_SET_UP, actor, found)
    return found


def extend(actor: Person, found: Consultation, closes_on: date, reason: str) -> None:
    """Make the period longer. Raises TooLate."""
    found = queries.locked(found)
    if found.phase not in {Phase.OPEN, Phase.PLANNED} or closes_on <= found.closes_on:
        raise TooLate
    change = Extension(consultation_id=found.id, closed_on=found.closes_on, closes_on=closes_on, reason=reason)
    db.session.add(change)
    found.closes_on = closes_on
    _record(Kind.CONSULTATION_EXTENDED, actor, found)


def submit(author: Person, found: Consultation, body: str, key: str | None) -> Opinion:
    """Take an opinion and give it the next number; the same form sent twice gives the same. Raises NotOpen."""
    found = queries.locked(found)
    if key and (before := queries.sent_before(found, key)):
        return before
    if found.phase is not Phase.OPEN:
        raise NotOpen
    return _take(author, found, body, author_id=author.id, request_key=key)


def enter(actor: Person, found: Consultation, body: str, way: Way) -> Opinion:
    """Staff enter an opinion that came by another way. Raises TooLate."""
    found = queries.locked(found)
    if found.phase not in {Phase.OPEN, Phase.CLOSED}:
        raise TooLate
    return _take(actor, found, body, entered_by_id=actor.id, way=way)


def withdraw(author: Person, found: Consultation, opinion: Opinion) -> None:
    """Take one's opinion back; its number stays."""
    opinion.withdrawn_at = clock.now()
    _record(Kind.OPINION_WITHDRAWN, author, found, opinion=opinion.number)


def black_out(actor: Person, found: Consultation, opinion: Opinion, quote: str, reason: str) -> None:
    """Keep these words of an opinion from the public. Raises redaction.NotInText."""
    opinion.redactions = redaction.black_out(opinion.body, opinion.redactions, quote, reason)
    _record(Kind.OPINION_REDACTED, actor, found, opinion=opinion.number)


def show_again(actor: Person, found: Consultation, opinion: Opinion) -> None:
    """Take all redactions of an opinion back."""
    opinion.redactions = []
    _record(Kind.OPINION_REDACTED, actor, found, opinion=opinion.number)


def put_group(
    actor: Person,
    found: Consultation,
    group: OpinionGroup | None,
    summary: str,
    answer: str,
    category: Category | None,
    opinions: Sequence[Opinion],
) -> OpinionGroup:
    """Write a group, a new one or one in place of itself."""
    group = group or OpinionGroup(consultation_id=found.id)
    group.summary, group.answer, group.category = summary, answer, category
    group.members = [GroupedOpinion(opinion_id=opinion.id, opinion=opinion) for opinion in opinions]
    db.session.add(group)
    db.session.flush()
    _record(Kind.OPINIONS_GROUPED, actor, found)
    return group


def drop_group(actor: Person, found: Consultation, group: OpinionGroup) -> None:
    """Take a group away; its opinions stay."""
    db.session.delete(group)
    _record(Kind.OPINIONS_GROUPED, actor, found)


def publish(actor: Person, found: Consultation) -> Result:
    """Publish the result as it stands now, in place of an earlier one. Raises NotOpen, NotReady."""
    found = queries.locked(found)
    if found.phase not in {Phase.CLOSED, Phase.PUBLISHED}:
        raise NotReady(_l("募集の期間が終わってから公表できます。"))
    opinions = [each for each in queries.opinions(found) if each.withdrawn_at is None]
    groups = queries.groups(found)
    _require_whole(opinions, groups)
    found.result_number += 1
    told = _told(found, opinions, groups)
    result = Result(consultation_id=found.id, number=found.result_number, told=told, person_id=actor.id, at=clock.now())
    db.session.add(result)
    db.session.flush()
    jobs.enqueue(TELL, consultation_id=found.id)
    _record(Kind.CONSULTATION_PUBLISHED, actor, found, opinions=len(opinions))
    return result


def _require_whole(opinions: Sequence[Opinion], groups: Sequence[OpinionGroup]) -> None:
    """Every opinion is in a group, and every group has its answer. Raises NotReady."""
    grouped = {member.opinion_id for group in groups for member in group.members}
    if missing := [opinion.number for opinion in opinions if opinion.id not in grouped]:
        raise NotReady(_l("どのまとめにも入っていない意見があります：%(numbers)s", numbers=written(missing)))
    for group in groups:
        if not group.answer or group.category is None:
            raise NotReady(_l("市の考え方か対応区分のないまとめがあります：%(summary)s", summary=group.summary))


def _told(found: Consultation, opinions: Sequence[Opinion], groups: Sequence[OpinionGroup]) -> dict[str, Any]:
    """All that the public reads of the result, as plain data; what is blacked out is not in it."""
    standing = {opinion.id for opinion in opinions}
    people = {opinion.author_id for opinion in opinions if opinion.author_id is not None}
    return {
        "draft": found.draft_number,
        "final": found.page.current_number,
        "opinions": [
            {
                "number": opinion.number,
                "way": opinion.way.value,
                "pieces": [vars(piece) for piece in redaction.pieces(opinion.body, opinion.redactions)],
            }
            for opinion in opinions
        ],
        "groups": [
            {
                "summary": group.summary,
                "answer": group.answer,
                "category": group.category.value if group.category else "",
                "numbers": [each.opinion.number for each in group.members if each.opinion_id in standing],
            }
            for group in groups
        ],
        "people": len(people) + sum(1 for opinion in opinions if opinion.author_id is None),
        "ways": dict(Counter(opinion.way.value for opinion in opinions)),
        "categories": dict(Counter(group.category.value for group in groups if group.category)),
    }


def _take(actor: Person, found: Consultation, body: str, **columns: Any) -> Opinion:
    number = queries.last_number(found) + 1
    opinion = Opinion(consultation_id=found.id, number=number, body=body, submitted_at=clock.now(), **columns)
    db.session.add(opinion)
    db.session.flush()
    _record(Kind.OPINION_RECEIVED, actor, found, opinion=number)
    return opinion


def _record(kind: Kind, actor: Person, found: Consultation, **facts: Any) -> None:
    ledger.record(kind, actor.id, page_id=found.page_id, consultation=found.id, **facts)
