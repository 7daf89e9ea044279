"""Authors are told what becomes of their proposals; and what proposals add to the editing of pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update

from wiki.accounts.models import Person
from wiki.accounts.policy import is_written_to
from wiki.core import mail
from wiki.core.database import db
from wiki.ledger import Event, Kind, recorded
from wiki.pages import hooks
from wiki.pages.models import Page, Revision
from wiki.proposals import life_queries, queries, service
from wiki.proposals.models import Proposal
from wiki.proposals.stages import LABELS
from wiki.proposals.words import change_address, voice_of


@recorded.connect_via(Kind.PROPOSAL_STEPPED)
def tell_of_step(kind: Kind, event: Event) -> None:
    """Write to the author and the co-signers: the new stage, and what the municipality says."""
    proposal = None if event.facts.get("quiet") else _told_of(event)
    step = queries.last_step(proposal) if proposal else None
    if proposal is None or step is None:
        return
    signed = [each.person for each in life_queries.cosigners_of(proposal) if is_written_to(each.person)]
    for person in (proposal.author, *signed):
        with force_locale(person.language):
            stage = str(LABELS[step.stage])
            subject = _("%(site)s：あなたの提案は「%(stage)s」になりました", site=_site(), stage=stage)
            told = {"person": person, "proposal": proposal, "step": step, "stage": stage}
            mail.send(person.email, subject, "proposals/mail/stepped", **told)


@recorded.connect_via(Kind.PROPOSAL_REFLECTED)
def tell_of_reflection(kind: Kind, event: Event) -> None:
    """Write to the author: the text has changed, and where to see it."""
    proposal = _told_of(event)
    if proposal is None:
        return
    number, slug = event.facts["number"], event.facts["slug"]
    with force_locale(proposal.author.language):
        subject = _("%(site)s：あなたの提案がレポートに反映されました", site=_site())
        told = {"proposal": proposal, "number": number, "path": change_address(slug, number)}
        mail.send(proposal.author.email, subject, "proposals/mail/reflected", **told)


@recorded.connect_via(Kind.COMMENT_POSTED)
@recorded.connect_via(Kind.PROPOSAL_STEPPED)
def stay_awake(kind: Kind, event: Event) -> None:
    """A proposal that is talked about or decided is not idle: 1 statement for those, none for other comments."""
    if event.proposal_id is not None:
        alive = update(Proposal).where(Proposal.id == event.proposal_id).values(active_at=event.at, warned_at=None)
        db.session.execute(alive.execution_options(synchronize_session=False))


def _told_of(event: Event) -> Proposal | None:
    """The proposal, when its author is written to: neither sample people nor suspended ones are."""
    proposal = db.session.get(Proposal, event.proposal_id) if event.proposal_id else None
    if proposal is None or not is_written_to(proposal.author):
        return None
    return proposal


def _site() -> str:
    return str(current_app.config["SITE_NAME"])


def _choices(page: Page, named: Sequence[str]) -> list[hooks.Choice]:
    """For the page's editor: what a revision may say that it reflects."""
    return [
        (str(proposal.id), _("%(title)s（%(stage)s）", title=proposal.title, stage=LABELS[proposal.stage]))
        for proposal in queries.to_reflect(page)
    ]


def _reflect_named(actor: Person, revision: Revision, keys: Sequence[str]) -> None:
    service.reflect(actor, revision, [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19])


def _links(revision_ids: Sequence[int]) -> dict[int, list[hooks.Link]]:
    """For the page's history: the proposals that each revision reflects."""
    reflected = queries.reflected_in(revision_ids)
    return {
        revision_id: [_link(reflection.proposal) for reflection in reflected[revision_id]] for revision_id in reflected
    }


def _link(proposal: Proposal) -> hooks.Link:
    return proposal.title, f"/proposals/{proposal.id}"


def _voices(page: Page) -> dict[int, list[hooks.Voice]]:
    """For the provenance of a page: the proposals that each of its revisions reflects, with the city's answers."""
    found: dict[int, list[hooks.Voice]] = {}
    reflections = queries.reflections_on(page)
    answers = queries.answers_to([each.proposal_id for each in reflections]) if reflections else {}
    for each in reflections:
        voice = voice_of(each.proposal, answers.get(each.proposal_id))
        found.setdefault(each.revision.number, []).append(voice)
    return found


hooks.reflectable.append(_choices)
hooks.after_revision.append(_reflect_named)
hooks.reflected.append(_links)
hooks.voiced.append(_voices)
hooks.reflects_anything.append(queries.reflecting_numbers)
