"""My page: every voice of mine, and what became of it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from wiki.accounts import kept
from wiki.accounts.signin import current_person
from wiki.answers import queries as answers
from wiki.comments import queries as comments
from wiki.comments import reflections
from wiki.core.web import SignInNeeded
from wiki.moderation import queries as moderation
from wiki.pages import drafts
from wiki.proposals import queries as proposals
from wiki.suggestions import queries as suggestions


def show() -> ResponseReturnValue:
    """The signed-in person's voices, newest first: a constant number of queries."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    own, said = proposals.written_by(person.id), comments.written_by(person.id)
    return render_template(
        "front/me.html",
        person=person,
        comments=said,
        comment_reflections=reflections.of_comments([comment.id for comment in said]),
        comment_answers=answers.to_comments([comment.id for comment in said]),
        proposal_answers=answers.to_proposals([proposal.id for proposal in own]),
        proposals=own,
        reflections=proposals.reflections_by_proposal([proposal.id for proposal in own]),
        suggestions=suggestions.written_by(person),
        hidden=moderation.hidden_of(person.id),
        drafts=drafts.unfinished(person) if person.is_staff else (),
        kept_path=kept.path_for(person),
    )
