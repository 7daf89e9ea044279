"""An opinion map from votes: where people lie, in which groups, what unites, divides and marks them.

Pure: no database, no Flask. `chart` makes plain data of it, fit for JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from wiki.insight import meaning
from wiki.insight.grouping import Labels, Smoothing, group
from wiki.insight.meaning import Tally
from wiki.insight.projection import Floats, Projection, project
from wiki.insight.withholding import ENOUGH_PEOPLE, SMALLEST

#: At most so many people are drawn.
MOST_DOTS = 400
_MOST_SHARED = 5
#: A statement unites when at least this share of every group agrees, and divides when groups lie this far apart.
_UNITES = 0.6
_DIVIDES = 0.3


def chart(votes: Floats, statements: Sequence[int], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The map of `votes` (people × statements, the ids of the statements in order), as plain data.

    `before` is the last map: groups keep their letters, and their number changes only when it is clear.
    With fewer than ENOUGH_PEOPLE placed people there are numbers of people and votes, and no groups.
    """
    projection = project(votes)
    placed, cast = int(projection.counted.sum()), ~np.isnan(votes)
    told: dict[str, Any] = {
        "people": int(cast.any(axis=1).sum()),
        "placed": placed,
        "votes": int(cast.sum()),
        "statements": list(statements),
        "mean": _rounded(projection.mean),
        "components": [_rounded(row) for row in projection.components],
        "extremity": _rounded(projection.extremity()),
        "groups": [],
        "points": [],
        "unites": [],
        "refused": [],
        "divides": [],
        "smoothing": (before or {}).get("smoothing"),
    }
    if placed < ENOUGH_PEOPLE:
        return told
    smoothing = Smoothing(**told["smoothing"]) if told["smoothing"] else None
    labels, smoothing = group(projection.points, smoothing)
    tally = Tally.of(votes[projection.counted], labels)
    names = _as_before(tally, statements, before)
    labels, tally = names[labels], tally.renamed(names)
    return {**told, **_found(projection, labels, tally, statements), "smoothing": asdict(smoothing)}


def groups_of(votes: Floats) -> tuple[Labels, Projection]:
    """The group of each placed person, and where they lie: what `chart` tells, person by person."""
    projection = project(votes)
    return group(projection.points)[0], projection


def place(told: Mapping[str, Any], votes: Mapping[int, int]) -> tuple[float, float] | None:
    """Where somebody with these votes (by statement) lies on a map; None before they have voted."""
    row = np.array([[votes.get(statement, np.nan) for statement in told["statements"]]], dtype=float)
    if np.isnan(row).all():
        return None
    projection = Projection(np.ones(1, bool), np.zeros((0, 2)), np.array(told["mean"]), np.array(told["components"]))
    x, y = projection.place(row)[0]
    return float(x), float(y)


def _found(projection: Projection, labels: Labels, tally: Tally, statements: Sequence[int]) -> dict[str, Any]:
    count = len(tally.seen)
    typical = meaning.typical(tally)
    groups = [
        {
            "size": int((labels == at).sum()),
            "centre": _rounded(projection.points[labels == at].mean(axis=0)),
            "typical": [
                {
                    "statement": statements[each.statement],
                    "agrees": each.agrees,
                    "share": _blurred(np.array([each.share]))[0],
                }
                for each in typical[at]
            ],
            "profile": _rounded(tally.share()[at]),
        }
        for at in range(count)
    ]
    everywhere = (tally.seen >= SMALLEST).all(axis=0)
    unites = everywhere & ((tally.agrees + 1) / (tally.seen + 2) >= _UNITES).all(axis=0)
    refused = everywhere & ((tally.disagrees + 1) / (tally.seen + 2) >= _UNITES).all(axis=0)
    apart = meaning.divisive(tally)
    return {
        "groups": groups,
        "points": _dots(projection.points, labels),
        "unites": _top(meaning.consensus(tally), unites, tally, statements),
        "refused": _top(meaning.shared_refusal(tally), refused, tally, statements),
        "divides": _top(apart, everywhere & (apart >= _DIVIDES), tally, statements),
    }


def _dots(points: Floats, labels: Labels) -> list[list[float]]:
    """The places to draw, [x, y, group] each; of more than MOST_DOTS people an even part of every group."""
    order = np.lexsort((points[:, 1], points[:, 0], labels))
    if len(order) > MOST_DOTS:
        order = order[np.linspace(0, len(order) - 1, MOST_DOTS).astype(np.intp)]
    return [[round(float(points[at, 0]), 4), round(float(points[at, 1]), 4), int(labels[at])] for at in order]


def _top(score: Floats, told: Any, tally: Tally, statements: Sequence[int]) -> list[dict[str, Any]]:
    """The statements with the highest score among those told, each with the share of every group that agrees."""
    order = sorted(map(int, np.flatnonzero(told)), key=lambda at: (-score[at], at))[:_MOST_SHARED]
    shares = tally.agrees / np.maximum(tally.seen, 1)
    refusals = tally.disagrees / np.maximum(tally.seen, 1)
    return [
        {
            "statement": statements[at],
            "score": round(float(score[at]), 4),
            "agree": _blurred(shares[:, at]),
            "disagree": _blurred(refusals[:, at]),
        }
        for at in order
    ]


def _as_before(tally: Tally, statements: Sequence[int], before: Mapping[str, Any] | None) -> Labels:
    """A new number for each group: that of the earlier group that voted most like it, else its own."""
    earlier, own = (before or {}).get("groups") or [], np.arange(len(tally.seen), dtype=np.intp)
    if len(earlier) != len(tally.seen):
        return own
    known = {statement: at for at, statement in enumerate((before or {})["statements"])}
    both = [(at, known[statement]) for at, statement in enumerate(statements) if statement in known]
    if not both:
        return own
    now, then = ([pair[0] for pair in both], [pair[1] for pair in both])
    profiles = np.array([each["profile"] for each in earlier])[:, then]
    apart = ((tally.share()[:, None, now] - profiles[None]) ** 2).sum(axis=2)
    renamed = np.full(len(apart), -1, dtype=np.intp)
    for at in np.argsort(apart, axis=None):
        new, old = divmod(int(at), len(apart))
        if renamed[new] < 0 and old not in renamed:
            renamed[new] = old
    return renamed


def _blurred(shares: Floats) -> list[float]:
    """Shares in tenths, none or all not told: with the size of a group, finer ones give its few away."""
    return [round(float(share), 1) for share in shares.clip(0.1, 0.9)]


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 4) for value in values]
