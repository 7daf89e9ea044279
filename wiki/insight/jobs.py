"""Maps are computed after the votes, outside any transaction, and kept with the map."""

from __future__ import annotations

from wiki.core import clock, jobs
from wiki.core.database import db, transaction
from wiki.insight import queries
from wiki.insight.models import OpinionMap
from wiki.insight.service import COMPUTE


@jobs.handler(COMPUTE)
def compute(map_id: int) -> None:
    """Compute a map anew from all its votes. A vote that comes meanwhile has it computed once more."""
    from wiki.insight.mapping import chart  # numpy is loaded by the process that computes, not by every one
    from wiki.insight.projection import matrix

    with transaction():
        found = db.session.get(OpinionMap, map_id)
        if found is None:
            return
        found.is_due = False
    statements = [statement.id for statement in queries.shown(found)]
    rows = queries.votes(found)
    people = sorted({person for person, _statement, _value in rows})
    told = chart(matrix(rows, people, statements), statements, found.chart)
    with transaction():
        found = queries.map_or_404(map_id)
        found.chart, found.computed_at = told, clock.now()
