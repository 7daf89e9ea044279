"""What happened, told as entries of a feed. The same thing is the same entry in every feed."""

from __future__ import annotations

from html import escape

from flask import current_app
from flask_babel import gettext as _

from wiki.comments.models import Comment
from wiki.notices.atom import Entry
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal, Step
from wiki.proposals.stages import LABELS


def absolute(path: str) -> str:
    """The address of a path of this site for those who are not on it."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def of_revision(revision: Revision) -> Entry:
    """A page was published, or changed. Its id is no permalink: those change when the page is renamed."""
    path, number = f"/reports/{revision.page.slug}", revision.number
    return Entry(
        id=absolute(f"/feeds/reports.atom#revision-{revision.id}"),
        link=absolute(f"{path}/diff?from={number - 1}&to={number}" if number > 1 else path),
        title=_("%(title)s（第%(number)s版）", title=revision.title, number=number),
        author=revision.author.name if revision.author else city(),
        html=f"<p>{escape(revision.summary)}</p>",
        about=revision.page.title,
        published_at=revision.created_at,
        updated_at=revision.created_at,
    )


def of_comment(comment: Comment, page: Page) -> Entry:
    """Somebody said something about a page, or about one of its proposals."""
    name, proposal = comment.shown_name, comment.proposal
    if proposal is None:
        title = _("%(name)sさんのコメント", name=name)
    else:
        title = _("提案「%(title)s」への%(name)sさんのコメント", title=proposal.title, name=name)
    return Entry(
        id=absolute(f"/comments/{comment.id}"),
        link=absolute(f"/comments/{comment.id}#c{comment.id}"),
        title=_marked(title, comment.is_sample),
        author=name,
        html=comment.html,
        about=page.title,
        published_at=comment.created_at,
        updated_at=comment.edited_at or comment.created_at,
    )


def of_proposal(proposal: Proposal) -> Entry:
    """A proposal arrived."""
    address = absolute(f"/proposals/{proposal.id}")
    return Entry(
        id=address,
        link=address,
        title=_marked(_("提案「%(title)s」", title=proposal.title), proposal.is_sample),
        author=proposal.author.name,
        html=proposal.html,
        about=proposal.page.title,
        published_at=proposal.created_at,
        updated_at=proposal.created_at,
    )


def of_step(step: Step, proposal: Proposal) -> Entry:
    """The municipality took a step with a proposal, and said why; the department speaks, not its member."""
    address = absolute(f"/proposals/{proposal.id}#step-{step.id}")
    department = step.author.department if step.author else None
    title = _("提案「%(title)s」は「%(stage)s」になりました", title=proposal.title, stage=LABELS[step.stage])
    return Entry(
        id=address,
        link=address,
        title=_marked(title, step.is_sample),
        author=department.name if department else city(),
        html=step.html,
        about=proposal.page.title,
        published_at=step.at,
        updated_at=step.at,
    )


def city() -> str:
    """The municipality's name."""
    return str(current_app.config["CITY_NAME"])


def _marked(title: str, is_sample: bool) -> str:
    """The title, with a mark when what it tells was made up."""
    return _("【見本】%(title)s", title=title) if is_sample else title
