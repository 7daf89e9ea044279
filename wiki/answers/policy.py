"""Who may do what with answers: pure answers."""

from __future__ import annotations

from collections.abc import Collection

from wiki.accounts.models import Person
from wiki.accounts.policy import is_on_duty
from wiki.answers.models import Answer, State

_WRITABLE = frozenset({State.DRAFT, State.SENT_BACK, State.APPROVED, State.PUBLISHED})


def may_answer(person: Person | None) -> bool:
    """Staff gather voices and write answers to them."""
    return is_on_duty(person)


def may_write(person: Person | None, answer: Answer) -> bool:
    """Not while others read it: it would change under their eyes."""
    return may_answer(person) and answer.state in _WRITABLE


def may_approve(person: Person | None, answer: Answer, approved_by: Collection[int], *, is_alone: bool) -> bool:
    """Staff who did not write it and have not approved it yet. Who is the only one on the staff approves alone."""
    if person is None or not may_answer(person) or answer.state is not State.HANDED_IN:
        return False
    return is_alone or (person.id != answer.writer_id and person.id not in approved_by)


def may_publish(person: Person | None, answer: Answer) -> bool:
    """Once it is approved."""
    return may_answer(person) and answer.state is State.APPROVED
