"""Which statement somebody is asked about next: drawn by weight, the same one until they vote."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from wiki.insight.models import OpinionMap, Statement
from wiki.insight.queries import Standing


def following(
    found: OpinionMap,
    person_id: int,
    shown: Sequence[Statement],
    standings: Mapping[int, Standing],
    own: Mapping[int, int],
) -> Statement | None:
    """The next statement for somebody who has voted `own` (by statement); None: all answered, or closed."""
    left = [statement for statement in shown if statement.id not in own]
    if not left or not found.is_open:
        return None
    chart = found.chart or {}
    far = dict(zip(chart.get("statements", ()), chart.get("extremity", ()), strict=False))
    weights = [weight(standings.get(each.id, Standing()), far.get(each.id, 0.0)) for each in left]
    return random.Random(f"{found.id} {person_id} {len(own)}").choices(left, weights)[0]


def weight(stands: Standing, extremity: float) -> float:
    """Polis's weight of a statement: new, clear and telling ones come first (docs/opinion-map.md); extremity 0 to 1."""
    passed, agreed = (stands.passes + 1) / (stands.seen + 2), (stands.agrees + 1) / (stands.seen + 2)
    drawn: float = ((1 - passed) * (extremity + 1) * agreed * (1 + 8 * 2 ** (-stands.seen / 5))) ** 2
    return drawn
