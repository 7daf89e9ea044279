"""Every change to suggested edits. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages import service as pages
from wiki.pages.models import Page, Revision
from wiki.pages.service import PageDraft
from wiki.suggestions import queries, states
from wiki.suggestions.models import State, Suggestion, Why


class NothingAccepted(Problem):
    """The text to be accepted is the page's own: nothing would change."""

    status = 422
    title = _l("いまの本文と同じ文章です")
    advice = _l(
        "受け入れる文章が、いまの本文と変わりません。文章を直すか、「本文に同じ内容がすでにあります」として見送ってください。"
    )


@dataclass(frozen=True)
class SuggestionDraft:
    """A suggestion ready to be written: the page's whole text, why, from which revision, and the form's key."""

    body: str
    reason: str
    base_number: int
    form_key: str = ""

    def request_key(self, page: Page) -> str | None:
        """What the same form sent twice has in common; None for a form without a key."""
        if not self.form_key:
            return None
        told = f"{self.form_key}\0{page.id}\0{self.base_number}\0{self.reason}\0{self.body}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def post(author: Person, page: Page, draft: SuggestionDraft) -> Suggestion:
    """Write a suggestion; the same form sent twice gives the same one."""
    key = draft.request_key(page)
    if key and (before := queries.posted_before(author.id, key)):
        return before
    suggestion = Suggestion(
        page_id=page.id,
        author_id=author.id,
        base_number=draft.base_number,
        body=draft.body,
        reason=draft.reason,
        request_key=key,
        created_at=clock.now(),
    )
    db.session.add(suggestion)
    db.session.flush()
    _record(Kind.SUGGESTION_POSTED, author, suggestion)
    return suggestion


def accept(actor: Person, suggestion: Suggestion, draft: PageDraft, base_number: int) -> Revision:
    """Publish the suggestion as `draft` has it, a new revision that credits its author.

    `base_number` is the revision that the actor saw. Raises AlreadyDecided, NothingAccepted, pages.EditConflict,
    guard.NotWritable.
    """
    suggestion = queries.locked(suggestion)
    _decide(actor, suggestion, State.ACCEPTED)
    before = suggestion.page.current_number
    seen_by_two = actor.id != suggestion.author_id  # whoever suggested it, and whoever takes it over
    revision = pages.revise(actor, suggestion.page, draft, base_number, reviewed=seen_by_two)
    if revision.number == before:
        raise NothingAccepted
    suggestion.revision_id = revision.id
    db.session.flush()
    _record(Kind.SUGGESTION_ACCEPTED, actor, suggestion, number=revision.number, slug=suggestion.page.slug)
    return revision


def decline(actor: Person, suggestion: Suggestion, why: Why, words: str) -> None:
    """Do not take a suggestion over, and say why. Raises AlreadyDecided."""
    suggestion = queries.locked(suggestion)
    _decide(actor, suggestion, State.DECLINED)
    suggestion.why, suggestion.words = why, words
    db.session.flush()
    _record(Kind.SUGGESTION_DECLINED, actor, suggestion, why=why.value)


def withdraw(author: Person, suggestion: Suggestion) -> None:
    """Take one's own suggestion back. Raises AlreadyDecided."""
    suggestion = queries.locked(suggestion)
    _decide(author, suggestion, State.WITHDRAWN)
    db.session.flush()
    _record(Kind.SUGGESTION_WITHDRAWN, author, suggestion)


def _decide(actor: Person, suggestion: Suggestion, state: State) -> None:
    suggestion.state = states.step(suggestion.state, state)
    suggestion.decided_by, suggestion.decided_at = actor.id, clock.now()


def _record(kind: Kind, actor: Person, suggestion: Suggestion, **facts: Any) -> None:
    ledger.record(
        kind,
        actor.id,
        person_id=suggestion.author_id,
        page_id=suggestion.page_id,
        suggestion=suggestion.id,
        **facts,
    )
