"""The path of a proposal, told in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from wiki.proposals.models import Proposal, Reflection, Stage, Step
from wiki.proposals.stages import BADGES, LABELS


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
