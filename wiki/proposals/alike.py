"""Proposals that seem to say the same as one that is being written: a hint, at most ten."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Select, select

from wiki.core.database import db
from wiki.pages.models import Page
from wiki.proposals import queries
from wiki.proposals.models import Proposal
from wiki.text.similarity import ALIKE, dice, pairs

_COMPARED = 2_000
_MOST = 10
_READ = 400
_SHORTEST = 4


def to(title: str, body: str, page: Page) -> Sequence[Proposal]:
    """Public proposals whose title, or title and text, are alike, the most alike first, this page's before others.

    Compared with the newest two thousand: 2 queries, 1 where nothing is alike.
    """
    if len(title.strip()) + len(body.strip()) < _SHORTEST:
        return []
    heading, all_of_it = pairs(title), pairs(f"{title}\n{body[:_READ]}")
    found: list[tuple[bool, float, int]] = []
    for row in db.session.execute(_candidates()):
        text = pairs_of(row.title, row.body[:_READ])
        alike = max(dice(heading, pairs_of(row.title, "")), dice(all_of_it, text))
        if alike >= ALIKE:
            found.append((row.page_id != page.id, -alike, row.id))
    return queries.by_ids([number for _other, _alike, number in sorted(found)[:_MOST]])


@lru_cache(maxsize=2 * _COMPARED)
def pairs_of(title: str, body: str) -> frozenset[str]:
    """The pairs of a proposal's text, remembered: most are compared again at the next letter."""
    return pairs(f"{title}\n{body}")


def _candidates() -> Select[int, int, str, str]:
    wanted = select(Proposal.id, Proposal.page_id, Proposal.title, Proposal.body)
    wanted = wanted.where(Proposal.hidden_at.is_(None), Proposal.ending.is_(None), queries.on_public_page())
    return wanted.order_by(Proposal.id.desc()).limit(_COMPARED)
