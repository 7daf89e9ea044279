"""Passages follow their page when it is revised; what comments add to the editing of pages; authors are told."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import Person
from wiki.accounts.policy import is_written_to
from wiki.comments import hooks as voices
from wiki.comments import passages, reflections
from wiki.comments.models import Comment
from wiki.core import mail
from wiki.core.database import db
from wiki.ledger import Event, Kind, recorded
from wiki.pages import hooks
from wiki.pages.models import Page, Revision
from wiki.proposals.words import CHANNELS
from wiki.text.excerpt import excerpt

_TITLE = 24


@recorded.connect_via(Kind.PAGE_REVISED)
def carry_passages(kind: Kind, event: Event) -> None:
    """Carry what people speak of to the new text: 1 query on a page without such comments, else 3."""
    if event.page_id is None or not passages.has_any(event.page_id):
        return
    number = event.facts["number"]
    both = select(Revision.number, Revision.blocks).where(Revision.page_id == event.page_id)
    blocks = {
        row.number: row.blocks for row in db.session.execute(both.where(Revision.number.in_([number - 1, number])))
    }
    if len(blocks) == 2:
        passages.follow(event.page_id, blocks[number - 1], blocks[number])


def carry_through_rendering(page_id: int, old: Sequence[str], new: Sequence[str]) -> None:
    """The current revision was rendered anew and its text layer is another now."""
    passages.follow(page_id, old, new)


@recorded.connect_via(Kind.COMMENT_REFLECTED)
def tell_of_reflection(kind: Kind, event: Event) -> None:
    """Write to the author: the text has changed, and where to see it. Not to staff, who enter what came on paper."""
    comment = db.session.get(Comment, event.comment_id) if event.comment_id else None
    if comment is None or comment.author.is_staff or not is_written_to(comment.author):
        return
    with force_locale(comment.author.language):
        subject = _("%(site)s：あなたのコメントがレポートに反映されました", site=current_app.config["SITE_NAME"])
        told = {"comment": comment, "number": event.facts["number"]}
        mail.send(comment.author.email, subject, "comments/mail/reflected", **told)


def _choices(page: Page, named: Sequence[str]) -> list[hooks.Choice]:
    """For the page's editor: those comments of the page that somebody has named already."""
    return [
        (
            reflections.key_of(comment.id),
            _("コメント「%(said)s」（%(name)sさん）", said=excerpt(comment.html, _TITLE), name=comment.shown_name),
        )
        for comment in reflections.standing(page.id, reflections.numbers_in(named))
    ]


def _reflect_named(actor: Person, revision: Revision, keys: Sequence[str]) -> None:
    reflections.reflect(actor, revision, reflections.numbers_in(keys))


def _links(revision_ids: Sequence[int]) -> dict[int, list[hooks.Link]]:
    """For the page's history: the comments that each revision reflects."""
    found: dict[int, list[hooks.Link]] = {}
    for each in reflections.in_revisions(revision_ids):
        words = _("%(name)sさんのコメント", name=each.comment.shown_name)
        found.setdefault(each.revision_id, []).append((words, f"/comments/{each.comment_id}"))
    return found


def _voices(page: Page) -> dict[int, list[hooks.Voice]]:
    """For the provenance of a page: the comments that each of its revisions reflects, with the city's answers."""
    found: dict[int, list[hooks.Voice]] = {}
    reflected = reflections.on_page(page)
    answers = voices.answers_to([each.comment_id for each in reflected]) if reflected else {}
    for each in reflected:
        voice = _voice(each.comment, answers.get(each.comment_id))
        found.setdefault(each.revision.number, []).append(voice)
    return found


def _voice(comment: Comment, answer: voices.Answered | None) -> hooks.Voice:
    return hooks.Voice(
        kind=_("コメント"),
        title=excerpt(comment.html, _TITLE),
        href=f"/comments/{comment.id}",
        author=comment.shown_name,
        channel=str(CHANNELS.get(comment.channel, "")),
        at=comment.created_at,
        html=comment.html,
        stage=answer.category if answer else "",
        stage_kind=answer.kind if answer else "",
        answer_html=answer.html if answer else "",
        answer_by=answer.by if answer else "",
        answer_href=answer.href if answer else "",
        answer_at=answer.at if answer else None,
    )


hooks.relaid.append(carry_through_rendering)
hooks.reflectable.append(_choices)
hooks.after_revision.append(_reflect_named)
hooks.reflected.append(_links)
hooks.voiced.append(_voices)
hooks.reflects_anything.append(reflections.reflecting_numbers)
