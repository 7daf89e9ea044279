"""What pages, proposals and comments say, as rows of the index."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wiki.comments.models import Comment
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal, Step
from wiki.search.models import Found, id_of
from wiki.text import japanese
from wiki.text.excerpt import plain

Row = dict[str, Any]


def of_page(page: Page, revision: Revision) -> Row:
    """A page by its newest text; its moment is that of its last change."""
    text = "\n".join(revision.blocks)
    return _row(Found.PAGE, page.id, page.updated_at, revision.title, text, page_id=page.id)


def of_proposal(proposal: Proposal, steps: Iterable[Step]) -> Row:
    """A proposal with what the municipality said of it."""
    text = "\n".join([plain(proposal.html), *(plain(step.html) for step in steps)])
    return _row(
        Found.PROPOSAL,
        proposal.id,
        proposal.created_at,
        proposal.title,
        text,
        page_id=proposal.page_id,
        proposal_id=proposal.id,
        author_id=proposal.author_id,
        stage=proposal.stage.value,
    )


def of_comment(comment: Comment) -> Row:
    """A comment; it has no title."""
    return _row(
        Found.COMMENT,
        comment.id,
        comment.created_at,
        "",
        plain(comment.html),
        page_id=comment.page_id,
        proposal_id=comment.proposal_id,
        author_id=comment.author_id,
    )


def _row(kind: Found, ref_id: int, at: datetime, title: str, text: str, **columns: Any) -> Row:
    folded, folded_title = japanese.fold_aligned(text), japanese.fold(title)
    return {
        "id": id_of(kind, ref_id, at),
        "kind": kind,
        "ref_id": ref_id,
        "at": at,
        "title": title,
        "text": text,
        "folded_title": folded_title,
        "folded": f"{folded_title}\n{folded.text}",
        "shifts": folded.shifts,
        "proposal_id": None,
        "author_id": None,
        "stage": None,
        **columns,
    }
