"""The life of a proposal, drawn once: 受付 → 検討中 → 採用, 一部採用 or 見送り; 採用, 一部採用 → 実施済み."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.core.web import Problem
from wiki.proposals.models import Stage

NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.RECEIVED: frozenset({Stage.CONSIDERING}),
    Stage.CONSIDERING: frozenset({Stage.ACCEPTED, Stage.PARTLY_ACCEPTED, Stage.DECLINED}),
    Stage.ACCEPTED: frozenset({Stage.DONE}),
    Stage.PARTLY_ACCEPTED: frozenset({Stage.DONE}),
    Stage.DECLINED: frozenset(),
    Stage.DONE: frozenset(),
}

OPEN = (Stage.RECEIVED, Stage.CONSIDERING)
REFLECTABLE = (Stage.ACCEPTED, Stage.PARTLY_ACCEPTED, Stage.DONE)

LABELS: dict[Stage, Any] = {
    Stage.RECEIVED: _l("受付"),
    Stage.CONSIDERING: _l("検討中"),
    Stage.ACCEPTED: _l("採用"),
    Stage.PARTLY_ACCEPTED: _l("一部採用"),
    Stage.DECLINED: _l("見送り"),
    Stage.DONE: _l("実施済み"),
}

#: The kind of badge (docs/look.md) in which a stage is shown.
BADGES: dict[Stage, str] = {
    Stage.RECEIVED: "",
    Stage.CONSIDERING: "wait",
    Stage.ACCEPTED: "ok",
    Stage.PARTLY_ACCEPTED: "ok",
    Stage.DECLINED: "",
    Stage.DONE: "ok",
}


class WrongStage(Problem):
    """A step that the life of a proposal does not have, or that somebody else took first."""

    status = 409
    title = _l("この段階には進められません")
    advice = _l("提案の段階は、受付、検討中、結論、実施済みの順に進みます。いまの段階を確かめてください。")


def step(before: Stage, after: Stage) -> Stage:
    """The stage `after`, when it may follow `before`. Raises WrongStage."""
    if after not in NEXT[before]:
        raise WrongStage
    return after


def next_stages(stage: Stage) -> list[Stage]:
    """The stages that may follow, in the order of a life."""
    return [after for after in Stage if after in NEXT[stage]]
