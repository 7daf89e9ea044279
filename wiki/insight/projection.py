"""Votes on statements brought into a plane: people who vote alike lie near each other.

Votes are a matrix, people × statements: 1 agree, −1 disagree, 0 pass, NaN not seen. The method is that of Polis
(field notes in docs/opinion-map.md): what somebody has not seen counts as the statement's mean; the first two principal
components span the plane; a person who voted on few statements is moved out by √(statements / votes), since each vote
not cast pulled them to the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: From so many votes on a person is placed, or from all statements where there are fewer.
ENOUGH_VOTES = 7


@dataclass(frozen=True)
class Projection:
    """`points` (people × 2) of those `counted`; `mean` and `components` (2 × statements) place others later."""

    counted: Flags
    points: Floats
    mean: Floats
    components: Floats

    def place(self, votes: Floats) -> Floats:
        """Where people with these votes (people × statements) lie; without any vote in the middle."""
        cast = ~np.isnan(votes)
        return _placed(np.where(cast, votes - self.mean, 0.0), cast.sum(axis=1), self.components)

    def extremity(self) -> Floats:
        """How far out each statement lies (statements): the length of its loading, 1 for the farthest."""
        length = np.hypot(*self.components)
        most = length.max(initial=0.0)
        return length / most if most > 0 else np.zeros_like(length)


def project(votes: Floats) -> Projection:
    """The plane of these votes. Where nobody counts, or all vote alike, everybody lies in the middle."""
    count, cast = votes.shape[1], ~np.isnan(votes)
    of_each = cast.sum(axis=1)
    counted = of_each >= max(1, min(ENOUGH_VOTES, count))
    cast, apart = cast[counted], np.nan_to_num(votes[counted])
    mean = np.divide(apart.sum(axis=0), cast.sum(axis=0), out=np.zeros(count), where=cast.any(axis=0))
    apart -= mean
    apart *= cast
    components = _principal(apart)
    return Projection(counted, _placed(apart, of_each[counted], components), mean, components)


def _placed(apart: Floats, cast: NDArray[np.intp], components: Floats) -> Floats:
    """Where people lie whose votes are so far from the mean (0: not seen), moved out the fewer they cast."""
    scale = np.sqrt(apart.shape[1] / np.maximum(cast, 1))
    placed: Floats = (apart @ components.T) * scale[:, None]
    return placed


def _principal(apart: Floats) -> Floats:
    """The first two principal components (2 × statements), each turned so that its largest loading is positive."""
    components = np.zeros((2, apart.shape[1]))
    if not apart.size or not apart.any():
        return components
    strength, right = _strongest(apart)
    found = right[strength > 1e-6 * strength[0]]
    components[: len(found)] = found
    for row in components:
        if row[np.abs(row).argmax()] < 0:
            row *= -1
    return components


def _strongest(apart: Floats) -> tuple[Floats, Floats]:
    """The two largest singular values and their right vectors; of many people by the small matrix of statements."""
    people, statements = apart.shape
    if people <= statements:
        _left, strength, right = np.linalg.svd(apart, full_matrices=False)
        return strength[:2], right[:2]
    variances, vectors = np.linalg.eigh(apart.T @ apart)
    return np.sqrt(np.maximum(variances[::-1][:2], 0.0)), vectors.T[::-1][:2]


def matrix(rows: Any, people: list[int], statements: list[int]) -> Floats:
    """The matrix of (person, statement, value) rows; what is not among `people` and `statements` is left out."""
    person_at = {person: at for at, person in enumerate(people)}
    statement_at = {statement: at for at, statement in enumerate(statements)}
    votes = np.full((len(people), len(statements)), np.nan)
    for person, statement, value in rows:
        if person in person_at and statement in statement_at:
            votes[person_at[person], statement_at[statement]] = value
    return votes
