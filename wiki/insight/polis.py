"""Votes exported from Polis (participants-votes.csv), to hold the method against what it found there."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wiki.insight.projection import Floats


class NotVotes(ValueError):
    """The file is not a table of votes."""


@dataclass(frozen=True)
class Export:
    """The votes (people × statements), who and which these are, and Polis's own group of each person ("": none)."""

    votes: Floats
    people: list[str]
    statements: list[str]
    groups: list[str]


def read(path: Path) -> Export:
    """Read the file. Raises NotVotes."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or "participant" not in rows[0]:
        raise NotVotes("the first line has no column 'participant'")
    head = rows[0]
    columns = [at for at, name in enumerate(head) if name.isdigit()]
    if not columns:
        raise NotVotes("no column is a statement's number")
    try:
        votes = np.array([[float(row[at]) if row[at] else np.nan for at in columns] for row in rows[1:]])
    except (ValueError, IndexError) as error:
        raise NotVotes(f"a vote is not a number: {error}") from None
    who = head.index("participant")
    group_at = head.index("group-id") if "group-id" in head else None
    groups = [row[group_at] if group_at is not None else "" for row in rows[1:]]
    shaped = votes.reshape(len(rows) - 1, len(columns))
    return Export(shaped, [row[who] for row in rows[1:]], [head[at] for at in columns], groups)


def adjusted_rand(one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
    """The adjusted Rand index of two groupings of the same people: 1 the same, 0 by chance (Hubert, Arabie 1985)."""
    table = np.zeros((one.max(initial=-1) + 1, other.max(initial=-1) + 1))
    np.add.at(table, (one, other), 1)
    both, rows, columns = (_pairs(each).sum() for each in (table, table.sum(axis=1), table.sum(axis=0)))
    everything = _pairs(np.array([float(len(one))])).sum()
    if not everything:
        return 1.0
    expected = rows * columns / everything
    most = (rows + columns) / 2
    return float((both - expected) / (most - expected)) if most != expected else 1.0


def _pairs(counts: Floats) -> Floats:
    pairs: Floats = counts * (counts - 1) / 2
    return pairs
