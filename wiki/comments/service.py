"""Every change to comments. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l

from wiki import ledger
from wiki.accounts.models import Person
from wiki.comments import hooks, passages, queries
from wiki.comments.models import Channel, Comment, EarlierText, Stance
from wiki.comments.passages import PassageDraft
from wiki.core import clock, limits
from wiki.core.database import db
from wiki.core.inserts import insert_row, unwatched
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.proposals.models import Proposal
from wiki.text import markdown

_A_DAY = timedelta(days=1)


class WrongParent(Problem):
    """A reply to a comment of another page or proposal."""

    status = 400
    title = _l("返信先が見つかりません")
    advice = _l("返信先のコメントは、取り消されたか、ここにはありません。このまま送ると、ふつうのコメントになります。")


class TooManyComments(Problem):
    """Somebody has written as many comments as one may in a day."""

    status = 429
    title = _l("今日のコメントは、ここまでです")
    advice = _l("より多くの人の声が届くように、一日に書ける数を決めています。あした、もう一度お送りください。")


@dataclass(frozen=True)
class CommentDraft:
    """A comment ready to be written: its text, rendered before the writers' queue, and the form's key."""

    body: str
    html: str
    parent_id: int | None = None
    form_key: str = ""
    stance: Stance | None = None
    passage: PassageDraft | None = None

    @classmethod
    def of(
        cls,
        body: str,
        parent_id: int | None = None,
        form_key: str = "",
        stance: Stance | None = None,
        passage: PassageDraft | None = None,
    ) -> CommentDraft:
        """Render `body`. Raises text.markdown.TooComplex."""
        return cls(body, markdown.render_comment(body), parent_id, form_key, stance, passage)

    def request_key(self, page: Page, proposal: Proposal | None) -> str | None:
        """What the same form sent twice has in common; None for a form without a key."""
        if not self.form_key:
            return None
        told = f"{self.form_key}\0{page.id}\0{proposal.id if proposal else ''}\0{self.parent_id or ''}\0{self.body}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def post(
    author: Person,
    page: Page,
    draft: CommentDraft,
    *,
    proposal: Proposal | None = None,
    channel: Channel = Channel.WEB,
    signed_as: str | None = None,
    is_sample: bool = False,
) -> int:
    """Write a comment on a page, or on a proposal of it, and give its id; of the same form sent twice, the same one.

    Raises TooManyComments; WrongParent when the comment replied to stands elsewhere or is gone;
    passages.PassageNotFound and passages.PassageUnclear when it speaks of words that are not there.
    """
    most = limits.most_a_day("COMMENTS_PER_DAY")
    if most is not None and not author.is_staff and queries.has_written(author.id, most, clock.now() - _A_DAY):
        raise TooManyComments
    parent = _parent_of(draft, page, proposal)
    key = draft.request_key(page, proposal)
    row = {
        "page_id": page.id,
        "proposal_id": proposal.id if proposal else None,
        "parent_id": parent.id if parent else None,
        "root_id": (parent.root_id or parent.id) if parent else None,
        "depth": parent.depth + 1 if parent else 0,
        "author_id": author.id,
        "revision_number": page.current_number,
        "channel": channel,
        "signed_as": signed_as,
        "stance": draft.stance,
        "body": draft.body,
        "html": draft.html,
        "request_key": key,
        "is_sample": is_sample,
        "created_at": clock.now(),
    }
    comment_id = insert_row(Comment, row)
    if comment_id is None:
        return queries.posted_before(author.id, str(key))
    if draft.passage is not None and proposal is None and parent is None:
        passages.attach(comment_id, page, draft.passage)
    comment = unwatched(Comment, id=comment_id, **row)
    for told in hooks.posted:
        told(comment)
    _record(Kind.COMMENT_POSTED, author, comment)
    return comment_id


def edit(author: Person, comment: Comment, draft: CommentDraft) -> None:
    """Replace a comment's text; the earlier one is kept for staff."""
    if draft.body == comment.body:
        return
    db.session.add(EarlierText(comment_id=comment.id, body=comment.body, replaced_at=clock.now()))
    comment.body, comment.html, comment.edited_at = draft.body, draft.html, clock.now()
    _record(Kind.COMMENT_EDITED, author, comment)


def delete(author: Person, comment: Comment) -> None:
    """Take a comment back; a stub stays where replies may hang."""
    comment.deleted_at = clock.now()
    _record(Kind.COMMENT_DELETED, author, comment)


def hide(actor: Person, comment: Comment, reason: str) -> None:
    """Put a comment out of everybody's sight but staff's; `reason` is the code of why (moderation decides)."""
    comment.hidden_at = clock.now()
    _record(Kind.COMMENT_HIDDEN, actor, comment, reason=reason)


def restore(actor: Person, comment: Comment, reason: str) -> None:
    """Show a hidden comment again."""
    comment.hidden_at = None
    _record(Kind.COMMENT_RESTORED, actor, comment, reason=reason)


def _parent_of(draft: CommentDraft, page: Page, proposal: Proposal | None) -> Comment | None:
    if draft.parent_id is None:
        return None
    parent = db.session.get(Comment, draft.parent_id)
    if parent is None or not parent.is_public:
        raise WrongParent
    if parent.page_id != page.id or parent.proposal_id != (proposal.id if proposal else None):
        raise WrongParent
    return parent


def _record(kind: Kind, actor: Person, comment: Comment, **facts: str) -> None:
    ledger.record(
        kind,
        actor.id,
        person_id=comment.author_id,
        page_id=comment.page_id,
        proposal_id=comment.proposal_id,
        comment_id=comment.id,
        **facts,
    )
