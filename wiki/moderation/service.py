"""Flags and decisions. Each takes the actor, records, and leaves committing to the caller.

The row of the case is locked first, so that two people deciding or flagging at once stand in a line: counts
stay exact and nothing is decided twice.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from wiki import ledger
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.comments.models import Comment
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.moderation import letters, queries
from wiki.moderation.models import Case, Decision, Flag, Reason, Verdict
from wiki.moderation.policy import Subject, is_public
from wiki.proposals import service as proposals


class AlreadyGone(Problem):
    """A flag on what nobody can read any more."""

    status = 409
    title = _l("この投稿は、もう表示されていません")
    advice = _l("職員がすでに隠したか、書いた人が取り下げました。通報の必要はありません。")


class AlreadyHidden(Problem):
    """Hiding what is hidden."""

    status = 409
    title = _l("この投稿は、すでに隠されています")
    advice = _l("ほかの職員が先に決めたようです。ページを開き直して、いまの状態をお確かめください。")


class NotHidden(Problem):
    """Restoring what everybody can read."""

    status = 409
    title = _l("この投稿は、すでに表示されています")
    advice = _l("ほかの職員が先に戻したようです。ページを開き直して、いまの状態をお確かめください。")


class AlreadyDecided(Problem):
    """Dismissing flags where none wait."""

    status = 409
    title = _l("この案件は、すでに片づいています")
    advice = _l("ほかの職員が先に決めたようです。次の案件にお進みください。")


class NothingToUndo(Problem):
    """Taking back a decision that is not the last one any more."""

    status = 409
    title = _l("この判断は、もう取り消せません")
    advice = _l("すでに取り消されたか、そのあとに別の判断がありました。案件を開いてお確かめください。")


def flag(person: Person, subject: Subject, reason: Reason, note: str = "") -> Flag:
    """Tell staff about a text, once a person: a second time gives the first flag. It hides nothing by itself.

    Raises AlreadyGone when it was hidden or deleted meanwhile.
    """
    case = _locked_case(subject)
    if before := queries.flag_by(person.id, subject):
        return before
    if not is_public(subject):
        raise AlreadyGone
    flag = Flag(
        case_id=case.id,
        person_id=person.id,
        reason=reason,
        note=note,
        snapshot=text_of(subject),
        flagged_at=clock.now(),
    )
    db.session.add(flag)
    if case.closed_at is not None:
        case.closed_at, case.opened_at = None, clock.now()
    case.flags_waiting += 1
    db.session.flush()
    _record(Kind.FLAGGED, person, subject, reason=reason.value)
    return flag


def hide(actor: Person, subject: Subject, reason: Reason, note: str = "") -> Decision:
    """Put a text out of everybody's sight but staff's, and tell its author why. Raises AlreadyHidden."""
    case = _locked_case(subject)
    if subject.hidden_at is not None:
        raise AlreadyHidden
    decision = _decide(actor, case, Verdict.HIDE, reason, note)
    _hide(actor, subject, decision)
    return decision


def restore(actor: Person, subject: Subject, reason: Reason | None = None, note: str = "") -> Decision:
    """Show a hidden text again, and tell its author; `reason` is the one it was hidden for unless given.

    Raises NotHidden.
    """
    case = _locked_case(subject)
    if subject.hidden_at is None:
        raise NotHidden
    before = queries.last_decision(case.id)
    reason = reason or (before.reason if before else Reason.OTHER)
    decision = _decide(actor, case, Verdict.RESTORE, reason, note)
    _restore(actor, subject, decision)
    return decision


def keep(actor: Person, case: Case, note: str = "") -> Decision:
    """Dismiss the flags that wait: そのまま残す. Raises AlreadyDecided when none do."""
    subject = queries.subject_of(case)
    case = _locked_case(subject)
    if case.closed_at is not None:
        raise AlreadyDecided
    flags = queries.waiting_flags([case]).get(case.id, [])
    reason = queries.usual_reason(flags)
    decision = _decide(actor, case, Verdict.KEEP, reason, note)
    _record(Kind.FLAGS_DISMISSED, actor, subject, reason=reason.value, flags=len(flags))
    return decision


def undo(actor: Person, case: Case, decision_id: int | None = None) -> Verdict:
    """Take a case's last decision back: its row goes, the ledger keeps both, its flags wait again.

    Gives the verdict taken back. Raises NothingToUndo when there is none, or when it is not `decision_id`.
    """
    subject = queries.subject_of(case)
    case = _locked_case(subject)
    decision = queries.last_decision(case.id)
    if decision is None or decision_id not in (None, decision.id):
        raise NothingToUndo
    verdict = decision.verdict
    db.session.delete(decision)
    db.session.flush()
    before = queries.last_decision(case.id)
    _wait_again(case, before)
    if verdict is Verdict.HIDE and subject.hidden_at is not None:
        _restore(actor, subject, decision)
    elif verdict is Verdict.RESTORE and subject.hidden_at is None:
        case.flags_waiting, case.closed_at = 0, clock.now()  # hiding answers what was flagged in between
        _hide(actor, subject, before or decision)
    elif verdict is Verdict.KEEP:
        _record(Kind.FLAGGED, actor, subject, reason=decision.reason.value, undone=True)
    return verdict


def text_of(subject: Subject) -> str:
    """What its author wrote."""
    return subject.body if isinstance(subject, Comment) else f"{subject.title}\n\n{subject.body}"


def _locked_case(subject: Subject) -> Case:
    """The case of a subject, held until the transaction ends; a closed, empty one if there was none."""
    column = Case.comment_id if isinstance(subject, Comment) else Case.proposal_id
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    now = clock.now()
    new = {column.key: subject.id, "flags_waiting": 0, "opened_at": now, "closed_at": now}
    db.session.execute(dialect.insert(Case).values(new).on_conflict_do_nothing(index_elements=[column.key]))
    wanted = select(Case).where(column == subject.id).with_for_update()
    case = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
    is_comment = isinstance(subject, Comment)
    db.session.refresh(subject, ["hidden_at", "deleted_at"] if is_comment else ["hidden_at"])
    return case


def _decide(actor: Person, case: Case, verdict: Verdict, reason: Reason, note: str) -> Decision:
    now = clock.now()
    decision = Decision(case_id=case.id, verdict=verdict, reason=reason, note=note, actor_id=actor.id, decided_at=now)
    db.session.add(decision)
    case.flags_waiting, case.closed_at = 0, now
    db.session.flush()
    return decision


def _wait_again(case: Case, before: Decision | None) -> None:
    since = [Flag.flagged_at > before.decided_at] if before else []
    waiting = db.session.scalar(select(func.count(Flag.id)).where(Flag.case_id == case.id, *since)) or 0
    case.flags_waiting = waiting
    if waiting:
        case.closed_at = None
    else:
        case.closed_at = before.decided_at if before else clock.now()


def _hide(actor: Person, subject: Subject, decision: Decision) -> None:
    if isinstance(subject, Comment):
        comments.hide(actor, subject, decision.reason.value)
    else:
        proposals.hide(actor, subject, decision.reason.value)
    letters.tell_hidden(actor, subject, decision.reason, decision.note)


def _restore(actor: Person, subject: Subject, decision: Decision) -> None:
    if isinstance(subject, Comment):
        comments.restore(actor, subject, decision.reason.value)
    else:
        proposals.restore(actor, subject, decision.reason.value)
    letters.tell_restored(actor, subject)


def _record(kind: Kind, actor: Person, subject: Subject, **facts: str | int | bool) -> None:
    on_proposal = subject.proposal_id if isinstance(subject, Comment) else subject.id
    ledger.record(
        kind,
        actor.id,
        person_id=subject.author_id,
        page_id=subject.page_id,
        proposal_id=on_proposal,
        comment_id=subject.id if isinstance(subject, Comment) else None,
        **facts,
    )
