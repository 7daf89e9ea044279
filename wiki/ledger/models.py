"""The ledger's tables. Nothing is ever changed or taken out of them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core.database import Base


class Kind(enum.StrEnum):
    """What can happen; `PUBLIC` kinds are listed at /ledger/."""

    PERSON_REGISTERED = "person.registered"
    PERSON_CONFIRMED = "person.confirmed"
    PERSON_CHANGED = "person.changed"
    PERSON_INVITED = "person.invited"
    ROLE_CHANGED = "person.role_changed"
    DEPARTMENT_NAMED = "department.named"
    SIGNED_OUT_EVERYWHERE = "person.signed_out_everywhere"
    PAGE_CREATED = "page.created"
    PAGE_REVISED = "page.revised"
    PAGE_SETTINGS_CHANGED = "page.settings_changed"
    PAGE_WITHDRAWN = "page.withdrawn"
    PAGE_SHOWN_AGAIN = "page.shown_again"
    PAGE_DELETED = "page.deleted"
    PAGE_UNDELETED = "page.undeleted"
    REVISION_PATROLLED = "revision.patrolled"
    REVISION_UNPATROLLED = "revision.unpatrolled"
    SUBMISSION_STEPPED = "submission.stepped"
    PAGE_FACTS_CHANGED = "page.facts_changed"
    PAGE_TAGGED = "page.tagged"
    COLLECTION_CHANGED = "collection.changed"
    COLLECTION_DELETED = "collection.deleted"
    SERIES_CHANGED = "series.changed"
    SERIES_DELETED = "series.deleted"
    COMMENT_POSTED = "comment.posted"
    COMMENT_EDITED = "comment.edited"
    COMMENT_DELETED = "comment.deleted"
    SUMMARY_PINNED = "discussion.summary_pinned"
    COMMENT_HIDDEN = "comment.hidden"
    COMMENT_RESTORED = "comment.restored"
    COMMENT_REFLECTED = "comment.reflected"
    PROPOSAL_POSTED = "proposal.posted"
    PROPOSAL_STEPPED = "proposal.stepped"
    PROPOSAL_REFLECTED = "proposal.reflected"
    PROPOSAL_HIDDEN = "proposal.hidden"
    PROPOSAL_RESTORED = "proposal.restored"
    PROPOSAL_EDITED = "proposal.edited"
    PROPOSAL_ENDED = "proposal.ended"
    PROPOSAL_REOPENED = "proposal.reopened"
    PROPOSAL_ASSIGNED = "proposal.assigned"
    COSIGNED = "proposal.cosigned"
    VOTED = "proposal.voted"
    SUGGESTION_POSTED = "suggestion.posted"
    SUGGESTION_ACCEPTED = "suggestion.accepted"
    SUGGESTION_DECLINED = "suggestion.declined"
    SUGGESTION_WITHDRAWN = "suggestion.withdrawn"
    FLAGGED = "moderation.flagged"
    FLAGS_DISMISSED = "moderation.flags_dismissed"
    ANSWER_BEGUN = "answer.begun"
    ANSWER_WRITTEN = "answer.written"
    ANSWER_STEPPED = "answer.stepped"
    ANSWER_PUBLISHED = "answer.published"
    ANSWER_LET_GO = "answer.let_go"
    VOICE_ANSWERED = "answer.given"
    MAP_OPENED = "map.opened"
    MAP_CLOSED = "map.closed"
    MAP_VOTED = "map.voted"
    STATEMENT_ADDED = "map.statement_added"
    STATEMENT_DECIDED = "map.statement_decided"
    CONSULTATION_SET_UP = "consultation.set_up"
    CONSULTATION_EXTENDED = "consultation.extended"
    CONSULTATION_PUBLISHED = "consultation.published"
    OPINION_RECEIVED = "opinion.received"
    OPINION_WITHDRAWN = "opinion.withdrawn"
    OPINION_REDACTED = "opinion.redacted"
    OPINIONS_GROUPED = "opinion.grouped"
    SHEET_ENTERED = "intake.entered"
    SHEET_CORRECTED = "intake.corrected"
    SHEET_TAKEN_BACK = "intake.taken_back"
    SHEET_CLAIMED = "intake.claimed"
    FILE_ADDED = "file.added"
    FILE_DESCRIBED = "file.described"
    FILE_DELETED = "file.deleted"
    FILE_RESTORED = "file.restored"


PUBLIC = (
    Kind.PAGE_CREATED,
    Kind.PAGE_REVISED,
    Kind.PAGE_SETTINGS_CHANGED,
    Kind.PAGE_WITHDRAWN,
    Kind.PAGE_SHOWN_AGAIN,
    Kind.PAGE_DELETED,
    Kind.PAGE_UNDELETED,
    Kind.PROPOSAL_STEPPED,
    Kind.PROPOSAL_REFLECTED,
    Kind.COMMENT_REFLECTED,
    Kind.PROPOSAL_ENDED,
    Kind.PROPOSAL_REOPENED,
    Kind.SUGGESTION_ACCEPTED,
    Kind.ANSWER_PUBLISHED,
    Kind.MAP_OPENED,
    Kind.MAP_CLOSED,
    Kind.CONSULTATION_SET_UP,
    Kind.CONSULTATION_EXTENDED,
    Kind.CONSULTATION_PUBLISHED,
    Kind.COMMENT_HIDDEN,
    Kind.COMMENT_RESTORED,
    Kind.PROPOSAL_HIDDEN,
    Kind.PROPOSAL_RESTORED,
    Kind.FLAGS_DISMISSED,
)


class Event(Base):
    """One thing that happened, told by ids and a few facts, never by anybody's words.

    The ids are plain numbers without foreign keys: the ledger stands below every room and outlives their rows.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_kind_id", "kind", "id"), Index("ix_event_page_id_id", "page_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[Kind]
    actor_id: Mapped[int | None]
    person_id: Mapped[int | None]
    page_id: Mapped[int | None]
    proposal_id: Mapped[int | None]
    comment_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]]


class Seal(Base):
    """A link of the hash chain: SHA-256 over the previous link and the events from `first_id` to `last_id`."""

    __tablename__ = "seal"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(unique=True)
    last_id: Mapped[int] = mapped_column(unique=True)
    events: Mapped[int]
    digest: Mapped[str]
    sealed_at: Mapped[datetime]
