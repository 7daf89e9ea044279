"""The path of a proposal, told in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.pages.hooks import Voice
from wiki.proposals.models import Ending, Proposal, Reflection, Stage, Step, Why
from wiki.proposals.stages import BADGES, LABELS

#: How a voice came that did not come by the web.
CHANNELS: dict[str, Any] = {
    "paper": _l("紙の意見用紙"),
    "counter": _l("窓口で受付"),
    "phone": _l("電話で受付"),
    "meeting": _l("会合で受付"),
}


ENDINGS: dict[Ending, Any] = {
    Ending.WITHDRAWN: _l("取り下げ"),
    Ending.MERGED: _l("統合"),
    Ending.ARCHIVED: _l("保管"),
}
WHY: dict[Why, Any] = {
    Why.DUPLICATE: _l("同じ提案がある"),
    Why.STARTED: _l("もう始まっている"),
    Why.UNFEASIBLE: _l("実現が難しいとわかった"),
    Why.DONE: _l("もう済んだ"),
    Why.OTHER: _l("その他"),
}


def change_address(slug: str, number: int) -> str:
    """Where one sees what a page's revision of this number changed."""
    if number > 1:
        return f"/reports/{slug}/diff?from={number - 1}&to={number}"
    return f"/reports/{slug}/revisions/{number}"


def path_of(proposal: Proposal, steps: Sequence[Step], reflections: Sequence[Reflection]) -> list[dict[str, Any]]:
    """The path of a voice, for ui/_path.html: posted, each step, each reflection, in the order of time."""
    told = [_step(step) for step in steps] + [_reflection(reflection) for reflection in reflections]
    posted = {"at": proposal.created_at, "text": _("提案が届きました"), "badge": LABELS[Stage.RECEIVED]}
    return [posted, *sorted(told, key=lambda entry: entry["at"])]


def _step(step: Step) -> dict[str, Any]:
    department = step.author.department if step.author else None
    text = _("%(department)sが回答", department=department.name) if department else _("市が回答")
    return {"at": step.at, "text": text, "badge": LABELS[step.stage], "badge_kind": BADGES[step.stage]}


def _reflection(reflection: Reflection) -> dict[str, Any]:
    number = reflection.revision.number
    return {
        "at": reflection.at,
        "text": _("第%(number)s版で本文に反映", number=number),
        "href": change_address(reflection.revision.page.slug, number),
        "link": _("変更を見る"),
        "done": True,
    }


def voice_of(proposal: Proposal, answer: Step | None) -> Voice:
    """The proposal as the pages room shows what a text reflects."""
    by = answer.author.department if answer and answer.author else None
    address = f"/proposals/{proposal.id}"
    return Voice(
        kind=_("提案"),
        title=proposal.title,
        href=address,
        author=proposal.author.name,
        channel=str(CHANNELS.get(proposal.channel, "")),
        at=proposal.created_at,
        html=proposal.html,
        stage=str(LABELS[proposal.stage]),
        stage_kind=BADGES[proposal.stage],
        answer_html=answer.html if answer else "",
        answer_by=by.name if by else "",
        answer_href=f"{address}#step-{answer.id}" if answer else "",
        answer_at=answer.at if answer else None,
    )
