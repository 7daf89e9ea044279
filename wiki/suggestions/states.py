"""The life of a suggested edit, drawn once: 確認待ち → 反映, 見送り or 取り下げ."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.core.web import Problem
from wiki.suggestions.models import State, Why

NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ACCEPTED, State.DECLINED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

LABELS: dict[State, Any] = {
    State.WAITING: _l("確認待ち"),
    State.ACCEPTED: _l("反映"),
    State.DECLINED: _l("見送り"),
    State.WITHDRAWN: _l("取り下げ"),
}

#: The kind of badge (docs/look.md) in which a state is shown.
BADGES: dict[State, str] = {State.WAITING: "wait", State.ACCEPTED: "shu", State.DECLINED: "", State.WITHDRAWN: ""}

REASONS: dict[Why, Any] = {
    Why.SOURCE: _l("もとの資料で確かめられませんでした"),
    Why.FACTS: _l("事実と異なるところがありました"),
    Why.ALREADY: _l("本文に同じ内容がすでにあります"),
    Why.WORDING: _l("いまの書きかたのほうが伝わりやすいと考えました"),
    Why.SCOPE: _l("このページの範囲ではありませんでした"),
    Why.RULES: _l("投稿のきまりに合わないところがありました"),
    Why.OTHER: _l("そのほかの理由"),
}


class AlreadyDecided(Problem):
    """Somebody was faster: the suggestion is no longer waiting."""

    status = 409
    title = _l("この修正案は、もう処理が済んでいます")
    advice = _l("何も変更していません。修正案のページで結果を確かめてください。")


def step(before: State, after: State) -> State:
    """The state `after`, when it may follow `before`. Raises AlreadyDecided."""
    if after not in NEXT[before]:
        raise AlreadyDecided
    return after
