"""Authors are told what becomes of their suggestions; and a page's history names who suggested a change."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape

from wiki.accounts.policy import is_written_to
from wiki.core import mail
from wiki.core.database import db
from wiki.ledger import Event, Kind, recorded
from wiki.pages import hooks
from wiki.pages.models import Page
from wiki.suggestions import queries
from wiki.suggestions.models import State, Suggestion
from wiki.suggestions.states import LABELS, REASONS

_TITLE = 24


@recorded.connect_via(Kind.SUGGESTION_ACCEPTED)
def tell_of_acceptance(kind: Kind, event: Event) -> None:
    """Write to the author: the text has changed, and where to see it."""
    suggestion = _told_of(event)
    if suggestion is None:
        return
    with force_locale(suggestion.author.language):
        subject = _("%(site)s：あなたの修正案が本文に反映されました", site=current_app.config["SITE_NAME"])
        told = {"suggestion": suggestion, "number": event.facts["number"]}
        mail.send(suggestion.author.email, subject, "suggestions/mail/accepted", **told)


@recorded.connect_via(Kind.SUGGESTION_DECLINED)
def tell_of_refusal(kind: Kind, event: Event) -> None:
    """Write to the author: why not, in words."""
    suggestion = _told_of(event)
    if suggestion is None or suggestion.why is None:
        return
    with force_locale(suggestion.author.language):
        subject = _("%(site)s：あなたの修正案への返事", site=current_app.config["SITE_NAME"])
        told = {"suggestion": suggestion, "why": str(REASONS[suggestion.why])}
        mail.send(suggestion.author.email, subject, "suggestions/mail/declined", **told)


def _told_of(event: Event) -> Suggestion | None:
    """The suggestion, when its author is written to: not suspended ones, nor staff about their own acts."""
    suggestion = db.session.get(Suggestion, event.facts["suggestion"])
    if suggestion is None or suggestion.author_id == event.actor_id:
        return None
    return suggestion if is_written_to(suggestion.author) else None


def _links(revision_ids: Sequence[int]) -> dict[int, list[hooks.Link]]:
    """For the page's history: the suggestions that each revision took over."""
    found = queries.taken_over_in(revision_ids)
    return {revision_id: [_link(suggestion) for suggestion in found[revision_id]] for revision_id in found}


def _link(suggestion: Suggestion) -> hooks.Link:
    return _("%(name)sさんの修正案", name=suggestion.author.name), f"/suggestions/{suggestion.id}"


def _voices(page: Page) -> dict[int, list[hooks.Voice]]:
    """For the provenance of a page: the suggestions that its revisions took over."""
    found: dict[int, list[hooks.Voice]] = {}
    for suggestion in queries.taken_over_on(page):
        assert suggestion.revision is not None
        found.setdefault(suggestion.revision.number, []).append(_voice(suggestion))
    return found


def _voice(suggestion: Suggestion) -> hooks.Voice:
    return hooks.Voice(
        kind=_("修正案"),
        title=suggestion.reason if len(suggestion.reason) <= _TITLE else f"{suggestion.reason[:_TITLE]}…",
        href=f"/suggestions/{suggestion.id}",
        author=suggestion.author.name,
        channel="",
        at=suggestion.created_at,
        html=str(escape(suggestion.reason)),
        stage=str(LABELS[State.ACCEPTED]),
        stage_kind="shu",
        answer_html="",
        answer_by="",
        answer_href="",
        answer_at=None,
    )


hooks.reflected.append(_links)
hooks.voiced.append(_voices)
hooks.reflects_anything.append(queries.numbers_taken_over)
