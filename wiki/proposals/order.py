"""The orders in which proposals are listed, and the cursors that page through them.

The random order gives every proposal the same chance to be seen first. It is a permutation computed from a
seed, so that a second page continues the first: h(id) = (a·id + b)⁵ mod P, P = 2³¹ − 1 (a prime), 0 < a < P.
Different ids below P have different h, because 5 does not divide P − 1. Without the power, neighbouring ids
would stand at even distances, and the oldest and the newest would come first more often than the others.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, ColumnElement, Select, cast, tuple_

from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.proposals import stages
from wiki.proposals.models import Proposal, Stage

RANDOM, SUPPORT, NEWEST = "random", "support", "newest"
ORDERS = (RANDOM, SUPPORT, NEWEST)
PRIME = 2**31 - 1

Rows = Select[Proposal]


def default_order(stage: Stage | None) -> str:
    """Random while proposals are open, so that early ones have no head start; decided ones newest first."""
    return RANDOM if stage is None or stage in stages.OPEN else NEWEST


def daily_seed() -> int:
    """The seed of today, in Japan: the same for everybody, so that public lists can be kept ready."""
    return clock.now().astimezone(TOKYO).date().toordinal()


def place(proposal_id: int, seed: int) -> int:
    """Where a proposal stands in the random order of this seed: 0 to P − 1."""
    factor, shift = _constants(seed)
    return pow(proposal_id * factor + shift, 5, PRIME)


def place_column(seed: int) -> ColumnElement[int]:
    """`place` in SQL; products stay below 2⁶²."""
    factor, shift = _constants(seed)
    once = (cast(Proposal.id, BigInteger) * factor + shift) % PRIME
    squared = (once * once) % PRIME
    return ((squared * squared) % PRIME * once) % PRIME


def arrange(wanted: Rows, order: str, seed: int, cursor: str | None) -> Rows:
    """The rows in this order, from after `cursor` on; a cursor that cannot be read begins at the start."""
    after = _numbers(cursor)
    if order == RANDOM:
        here = place_column(seed)
        wanted = wanted.order_by(here)
        return wanted.where(here > place(after[0], seed)) if len(after) == 1 else wanted
    if order == SUPPORT:
        wanted = wanted.order_by(Proposal.agrees.desc(), Proposal.id.desc())
        keys = tuple_(Proposal.agrees, Proposal.id)
        return wanted.where(keys < tuple_(after[1], after[0])) if len(after) == 2 else wanted
    wanted = wanted.order_by(Proposal.id.desc())
    return wanted.where(Proposal.id < after[0]) if len(after) == 1 else wanted


def cursor_of(proposal: Proposal, order: str) -> str:
    """The cursor behind this proposal: its id, and what it is ordered by where that may change."""
    return f"{proposal.id}-{proposal.agrees}" if order == SUPPORT else str(proposal.id)


def _numbers(cursor: str | None) -> list[int]:
    parts = (cursor or "").split("-")
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 11]
    return numbers if len(numbers) == len(parts) and all(number < PRIME for number in numbers) else []


def _constants(seed: int) -> tuple[int, int]:
    digest = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
    factor = 1 + int.from_bytes(digest[:8]) % (PRIME - 1)
    return factor, int.from_bytes(digest[8:]) % PRIME
