"""What an answer concludes for the proposals in its group, so that nobody writes the same words there once more."""

from __future__ import annotations

from collections.abc import Iterable

from wiki.accounts.models import Person
from wiki.answers.models import Answer, AnsweredVoice, Category
from wiki.core import clock
from wiki.proposals import service
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText

STAGES = {
    Category.REFLECT: Stage.ACCEPTED,
    Category.PARTLY: Stage.PARTLY_ACCEPTED,
    Category.CANNOT: Stage.DECLINED,
}
_CONSIDERED = "ほかの声とあわせて検討しました。結論は、次の段階に書きます。"


def moved_by(answer: Answer, voices: Iterable[AnsweredVoice]) -> list[Proposal]:
    """The proposals that the answer would bring to their conclusion: those that are open, where it gives one."""
    if answer.category not in STAGES:
        return []
    subjects = (voice.subject for voice in voices)
    return [each for each in subjects if isinstance(each, Proposal) and each.is_deciding and not each.is_hidden]


def conclude(actor: Person, answer: Answer, voices: Iterable[AnsweredVoice]) -> int:
    """Take these proposals' steps up to their conclusion, with the answer's words; gives how many there were.

    The letter about the last step tells their authors, who get none about the answer besides.
    """
    voices = list(voices)
    wanted = {proposal.id for proposal in moved_by(answer, voices)}
    official = OfficialText(answer.text, answer.html)
    for voice in voices:
        proposal = voice.subject
        if not isinstance(proposal, Proposal) or proposal.id not in wanted or answer.category is None:
            continue
        if proposal.stage is Stage.RECEIVED:
            considered = OfficialText.of(_CONSIDERED)
            service.decide(actor, proposal, Stage.CONSIDERING, considered, Stage.RECEIVED, is_told=False)
        service.decide(actor, proposal, STAGES[answer.category], official, Stage.CONSIDERING)
        voice.told_at = clock.now()
    return len(wanted)
