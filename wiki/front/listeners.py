"""What changes makes the pages that show it new: each event touches the scopes of those pages, in its transaction."""

from __future__ import annotations

from wiki.core import versions
from wiki.ledger import Event, Kind, recorded

#: Nothing that the public sees changes by these; who changes more (a shown name) touches EVERYTHING itself.
_UNSEEN = {
    Kind.PERSON_REGISTERED,
    Kind.PERSON_CONFIRMED,
    Kind.PERSON_CHANGED,
    Kind.PERSON_INVITED,
    Kind.ROLE_CHANGED,
    Kind.SIGNED_OUT_EVERYWHERE,
    Kind.FLAGGED,
    Kind.SUBMISSION_STEPPED,
    Kind.ANSWER_BEGUN,
    Kind.ANSWER_WRITTEN,
    Kind.ANSWER_STEPPED,
    Kind.MAP_VOTED,
    Kind.OPINION_REDACTED,
    Kind.OPINIONS_GROUPED,
    Kind.STATEMENT_ADDED,
    Kind.STATEMENT_DECIDED,
    Kind.FILE_ADDED,
    Kind.FILE_DESCRIBED,
    Kind.FILE_DELETED,
    Kind.FILE_RESTORED,
}


@recorded.connect
def touch_pages(kind: Kind, event: Event) -> None:
    """Give a new version to the lists, and to the page and the proposal that the event is about."""
    if kind not in _UNSEEN:
        versions.touch(*_scopes(event))


def _scopes(event: Event) -> list[str]:
    scopes = [versions.SITE]
    if event.page_id is not None:
        scopes.append(f"page:{event.page_id}")
    if event.proposal_id is not None:
        scopes.append(f"proposal:{event.proposal_id}")
    return scopes
