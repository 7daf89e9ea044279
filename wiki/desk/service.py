"""Decisions as the desk makes them: one by one, or several alike in one go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wiki.accounts.models import Person
from wiki.core.web import Problem
from wiki.moderation import queries, service
from wiki.moderation.models import Case, Decision, Reason, Verdict


@dataclass(frozen=True)
class Done:
    """How many cases were decided, and how many somebody else had decided before."""

    decided: int
    skipped: int


def decide(actor: Person, case: Case, verdict: Verdict, reason: Reason | None, note: str = "") -> Decision:
    """Carry out one verdict on a case. Raises the Problems of moderation.service."""
    if verdict is Verdict.KEEP:
        return service.keep(actor, case, note)
    if verdict is Verdict.RESTORE:
        return service.restore(actor, queries.subject_of(case), None, note)
    return service.hide(actor, queries.subject_of(case), reason or Reason.OTHER, note)


def decide_many(actor: Person, case_ids: Iterable[int], verdict: Verdict, reason: Reason | None) -> Done:
    """The same verdict on several cases, each recorded; what was decided meanwhile is left as it is.

    They are taken in the order of their ids, so that two people doing this never wait for each other.
    """
    decided = skipped = 0
    for case_id in sorted(set(case_ids)):
        try:
            decide(actor, queries.case_or_404(case_id), verdict, reason)
            decided += 1
        except Problem:
            skipped += 1
    return Done(decided, skipped)
