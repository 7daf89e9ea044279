"""What the public screens put together from several rooms, each in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select, union_all

from wiki.accounts.models import Person
from wiki.collections import queries as collections
from wiki.collections import tagging
from wiki.collections.models import Collection
from wiki.collections.queries import EpisodeInfo
from wiki.comments import passages, summaries
from wiki.comments import queries as comments
from wiki.comments.models import CommentReflection
from wiki.comments.passages import Talk
from wiki.comments.queries import Discussion
from wiki.comments.summaries import Pinned
from wiki.core.database import db
from wiki.pages import hooks, links, policy, voices
from wiki.pages import queries as pages
from wiki.pages.hooks import Voice
from wiki.pages.models import Page, Revision
from wiki.proposals import queries as proposals
from wiki.proposals.models import Proposal, Reflection
from wiki.suggestions.models import Suggestion
from wiki.text.marks import mark

K = TypeVar("K")

#: So many passages that people speak of stand beside the text.
TALKS = 6


@dataclass(frozen=True)
class Report:
    """All that the report page shows of a page; `html` is its text with marks on what voices changed."""

    page: Page
    revision: Revision
    html: str
    linked_from: int
    episode: EpisodeInfo | None
    collections: Sequence[Collection]
    tags: Sequence[str]
    related: Sequence[Page]
    reflections: Sequence[Reflected]
    proposals: Sequence[Proposal]
    proposal_count: int
    own_votes: dict[int, int]
    talks: Sequence[Talk]
    discussion: Discussion
    pinned: Pinned | None


@dataclass(frozen=True)
class Reflected:
    """A voice that the page's text reflects since revision `number`, of the moment `at`."""

    number: int
    at: datetime
    voice: Voice


@dataclass(frozen=True)
class PageCounts:
    """How much was said about a page: comments, proposals, reflections in its text."""

    comments: int = 0
    proposals: int = 0
    reflections: int = 0


def report(page: Page, person: Person | None, order: str, cursor: int | None, limit: int, stance: str) -> Report:
    """The report page of `page`: at most 27 queries, however long the discussion."""
    shown, revision = proposals.for_page(page), pages.current_revision(page)
    reflected = hooks.voices(page)
    at = pages.moments_of(page, reflected.keys())
    marked = voices.marked(page, revision, reflected.keys())
    talks = passages.of_page(page, told=TALKS)
    marked = mark(marked, passages.marks(talks, page, revision)) if talks else marked
    episode = collections.episode_of(page)
    neighbours = [one.id for one in (episode.previous, episode.next) if one] if episode else []
    return Report(
        page=page,
        revision=revision,
        html=links.shown(marked, policy.may_write(person)),
        linked_from=links.count_to(page),
        episode=episode,
        collections=collections.collections_of(page),
        tags=tagging.tags_of(page),
        related=tagging.near(page, without=neighbours),
        reflections=[Reflected(number, at[number], each) for number in sorted(at) for each in reflected[number]],
        proposals=shown,
        proposal_count=page_counts([page.id])[page.id].proposals,
        own_votes=proposals.votes_of(person, [proposal.id for proposal in shown]) if person else {},
        talks=talks,
        discussion=comments.discussion(page, None, order=order, cursor=cursor, limit=limit, stance=stance),
        pinned=summaries.pinned(page),
    )


def page_counts(page_ids: list[int]) -> dict[int, PageCounts]:
    """What was said about each of these pages: 3 queries."""
    said = comments.counts_by_page(page_ids)
    proposed = _grouped(
        select(Proposal.page_id, func.count())
        .where(Proposal.page_id.in_(page_ids), Proposal.hidden_at.is_(None))
        .group_by(Proposal.page_id)
    )
    reflecting = (Reflection.revision_id, CommentReflection.revision_id, Suggestion.revision_id)
    every = union_all(*(select(revision_id.label("id")).where(revision_id.is_not(None)) for revision_id in reflecting))
    reflected = _grouped(
        select(Revision.page_id, func.count())
        .join(each := every.subquery(), each.c.id == Revision.id)
        .where(Revision.page_id.in_(page_ids))
        .group_by(Revision.page_id)
    )
    return {
        number: PageCounts(said.get(number, 0), proposed.get(number, 0), reflected.get(number, 0))
        for number in page_ids
    }


def has_sample() -> bool:
    """Whether the sample collection is part of this site: 1 query."""
    return db.session.scalar(select(Page.id).where(Page.is_sample).limit(1)) is not None


def _grouped(rows: Select[K, int]) -> dict[K, int]:
    return dict(db.session.execute(rows).all())
