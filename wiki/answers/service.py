"""Every change to answers. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.accounts.models import Person
from wiki.answers import conclusions, queries
from wiki.answers.models import Answer, AnsweredVoice, Approval, Category, Publication, State
from wiki.comments.models import Comment
from wiki.core import clock, jobs
from wiki.core.database import db
from wiki.core.state import require_unchanged
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.proposals.models import Proposal
from wiki.text import markdown

TELL = "answers.tell"

Voice = Comment | Proposal


class AnsweredElsewhere(Problem):
    """A voice belongs to another answer already."""

    status = 409
    title = _l("別の「市の考え方」に入っている声があります")
    advice = _l("何も変更していません。ほかの職員が先に加えたのかもしれません。一覧を開きなおして確かめてください。")


class WrongState(Problem):
    """A step that does not follow from where the answer stands."""

    status = 409
    title = _l("いまの段階では、その操作はできません")
    advice = _l("何も変更していません。ほかの職員が先に進めたのかもしれません。画面を開きなおして確かめてください。")


class NotReady(Problem):
    """Something is missing before others can read it."""

    status = 422
    title = _l("まだ決裁に回せません")
    advice = _l("市の考え方の文章と対応区分を書き、声を1件以上加えてください。")


@dataclass(frozen=True)
class AnswerDraft:
    """An answer as it was typed, its text rendered before the writers' queue."""

    summary: str
    text: str
    html: str
    category: Category | None = None
    needed: int = 1
    department_id: int | None = None
    due_on: date | None = None

    @classmethod
    def of(cls, summary: str, text: str = "", **more: Any) -> AnswerDraft:
        """Render `text`. Raises text.markdown.TooComplex."""
        return cls(summary, text, markdown.render_comment(text) if text else "", **more)


def state_of(answer: Answer) -> Any:
    """What a form about an answer was opened on."""
    return [answer.summary, answer.text, answer.category, answer.state, answer.round, answer.department_id]


def begin(actor: Person, page: Page, summary: str, voices: Iterable[Voice]) -> Answer:
    """Gather voices on a page under what they have in common. Raises AnsweredElsewhere."""
    answer = Answer(page_id=page.id, summary=summary, writer_id=actor.id, department_id=actor.department_id)
    db.session.add(answer)
    db.session.flush()
    _record(Kind.ANSWER_BEGUN, actor, answer)
    gather(actor, answer, voices)
    return answer


def gather(actor: Person, answer: Answer, voices: Iterable[Voice]) -> None:
    """Put voices to those that the answer is given to; to what is published already they are answered at once.

    What the group has already is left out. Raises AnsweredElsewhere.
    """
    here = {voice.subject for voice in queries.voices_of(answer)}
    for subject in voices:
        if subject in here or subject.page_id != answer.page_id:
            continue
        named = {"proposal_id" if isinstance(subject, Proposal) else "comment_id": subject.id}
        db.session.add(AnsweredVoice(answer_id=answer.id, **named))
    try:
        db.session.flush()
    except IntegrityError:
        raise AnsweredElsewhere from None
    if answer.is_public:
        _give(actor, answer)


def let_go(actor: Person, answer: Answer, voice: AnsweredVoice) -> None:
    """Take a voice out of the group again."""
    subject = voice.subject
    db.session.delete(voice)
    db.session.flush()
    _record_voice(Kind.ANSWER_LET_GO, actor, answer, subject)


def write(actor: Person, answer: Answer, draft: AnswerDraft, mark: str | None) -> None:
    """Bring the text in work to what was typed; approvals of an earlier text are void.

    Raises core.state.ChangedMeanwhile when it is not any more as it was when the form was opened.
    """
    answer = queries.locked(answer)
    require_unchanged(state_of(answer), mark)
    if answer.state is State.HANDED_IN:
        raise WrongState
    said = (draft.summary, draft.text, draft.category)
    if said != (answer.summary, answer.text, answer.category):
        answer.state = State.DRAFT if answer.state is not State.SENT_BACK else State.SENT_BACK
        answer.writer_id, answer.changed_at = actor.id, clock.now()
    answer.summary, answer.text, answer.category = said
    answer.html, answer.needed = draft.html, draft.needed
    answer.department_id, answer.due_on = draft.department_id, draft.due_on
    _record(Kind.ANSWER_WRITTEN, actor, answer)


def hand_in(actor: Person, answer: Answer) -> None:
    """Give it to those who approve. Raises WrongState, NotReady."""
    answer = queries.locked(answer)
    if answer.state not in {State.DRAFT, State.SENT_BACK}:
        raise WrongState
    if not answer.text or answer.category is None or not queries.voices_of(answer):
        raise NotReady
    answer.state, answer.round = State.HANDED_IN, answer.round + 1
    _record(Kind.ANSWER_STEPPED, actor, answer)


def judge(actor: Person, answer: Answer, is_approved: bool, note: str) -> None:
    """Approve the text handed in, or send it back with a note. Raises WrongState."""
    answer = queries.locked(answer)
    if answer.state is not State.HANDED_IN:
        raise WrongState
    judged = Approval(answer_id=answer.id, round=answer.round, person_id=actor.id, is_approved=is_approved, note=note)
    db.session.add(judged)
    db.session.flush()
    if not is_approved:
        answer.state = State.SENT_BACK
    elif len(queries.approved_by(answer)) >= min(answer.needed, queries.count_of_staff()):
        answer.state = State.APPROVED
    _record(Kind.ANSWER_STEPPED, actor, answer)


def publish(actor: Person, answer: Answer, *, with_stages: bool = False) -> Publication:
    """Show the approved text at every voice of the group; a job tells their authors. Raises WrongState.

    `with_stages`: the proposals in the group come to their conclusion with it (answers/conclusions.py).
    """
    answer = queries.locked(answer)
    if answer.state is not State.APPROVED or answer.category is None:
        raise WrongState
    answer.state = State.PUBLISHED
    answer.published_number += 1
    published = Publication(
        answer_id=answer.id,
        number=answer.published_number,
        summary=answer.summary,
        text=answer.text,
        html=answer.html,
        category=answer.category,
        department=answer.department.name if answer.department else None,
        person_id=actor.id,
        at=clock.now(),
    )
    db.session.add(published)
    db.session.flush()
    _give(actor, answer)
    if with_stages:
        conclusions.conclude(actor, answer, queries.voices_of(answer))
    voices = len(queries.voices_of(answer))
    _record(Kind.ANSWER_PUBLISHED, actor, answer, category=answer.category.value, voices=voices)
    return published


def _give(actor: Person, answer: Answer) -> None:
    """What was not answered yet is answered now; what was is shown anew."""
    for voice in queries.voices_of(answer):
        if voice.answered_at is None:
            voice.answered_at = clock.now()
        _record_voice(Kind.VOICE_ANSWERED, actor, answer, voice.subject)
    jobs.enqueue(TELL, answer_id=answer.id)


def _record(kind: Kind, actor: Person, answer: Answer, **facts: Any) -> None:
    ledger.record(kind, actor.id, page_id=answer.page_id, answer=answer.id, state=answer.state.value, **facts)


def _record_voice(kind: Kind, actor: Person, answer: Answer, subject: Voice) -> None:
    """`proposal_id` is the proposal itself, or the one that the comment is on: its page shows the answer."""
    about: dict[str, int | None]
    if isinstance(subject, Proposal):
        about = {"proposal_id": subject.id}
    else:
        about = {"proposal_id": subject.proposal_id, "comment_id": subject.id}
    ledger.record(kind, actor.id, person_id=subject.author_id, page_id=answer.page_id, answer=answer.id, **about)
