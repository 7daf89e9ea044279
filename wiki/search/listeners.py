"""What the ledger hears of, search knows at once: in the same transaction."""

from __future__ import annotations

from wiki.comments import hooks
from wiki.ledger import Event, Kind, recorded
from wiki.search import service
from wiki.search.models import Found, Reading  # noqa: F401 (the tables are known wherever the application runs)

#: Said of a proposal, but nothing that is searched changes by it.
_UNSAID = {Kind.VOTED, Kind.PROPOSAL_REFLECTED, Kind.PROPOSAL_ASSIGNED}


@recorded.connect
def index(kind: Kind, event: Event) -> None:
    """Index what was written, changed, hidden or shown again. Every kind of event of a room counts, new ones too."""
    about = kind.value.partition(".")[0]
    if kind is Kind.COMMENT_POSTED:
        return  # told by the room itself, with all that the comment says
    if (about == "comment" or kind is Kind.SHEET_CLAIMED) and event.comment_id is not None:
        service.refresh(Found.COMMENT, event.comment_id)
    elif about == "proposal" and event.proposal_id is not None and kind not in _UNSAID:
        service.refresh(Found.PROPOSAL, event.proposal_id)
    elif about == "page" and event.page_id is not None:
        service.refresh(Found.PAGE, event.page_id)


hooks.posted.append(service.add_comment)
