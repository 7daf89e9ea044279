"""The life of a version that is not public yet, drawn once.

下書き → 確認待ち → 公開予約 or 公開済み; 確認待ち → 差し戻し → 確認待ち; and 取り下げ from anywhere before 公開済み.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.core.web import Problem
from wiki.pages.models import SubmissionState as State

NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.IN_REVIEW, State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN}),
    State.IN_REVIEW: frozenset({State.DRAFT, State.RETURNED, State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN}),
    State.SCHEDULED: frozenset({State.DRAFT, State.IN_REVIEW, State.RETURNED, State.PUBLISHED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

OPEN = (State.IN_REVIEW, State.RETURNED, State.DRAFT, State.SCHEDULED)

LABELS: dict[State, Any] = {
    State.DRAFT: _l("下書き"),
    State.IN_REVIEW: _l("確認待ち"),
    State.RETURNED: _l("差し戻し"),
    State.SCHEDULED: _l("公開予約"),
    State.PUBLISHED: _l("公開済み"),
    State.WITHDRAWN: _l("取り下げ"),
}

#: The kind of badge (docs/look.md) in which a state is shown.
BADGES: dict[State, str] = {
    State.DRAFT: "",
    State.IN_REVIEW: "wait",
    State.RETURNED: "wait",
    State.SCHEDULED: "act",
    State.PUBLISHED: "ok",
    State.WITHDRAWN: "",
}


class WrongState(Problem):
    """A step that this life does not have, or that somebody else took first."""

    status = 409
    title = _l("ほかの職員が先に決めていました")
    advice = _l("何も変更していません。いまの状態を確かめてください。")


def step(before: State, after: State) -> State:
    """The state `after`, when it may follow `before`. Raises WrongState."""
    if after not in NEXT[before]:
        raise WrongState
    return after
