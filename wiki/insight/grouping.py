"""Groups of people who lie near each other: k-means, the number of groups by the silhouette.

Many people are first gathered in a hundred small clusters, which are then grouped by their weight. A map is to be read,
so fewer groups are preferred where they fit nearly as well, and no group is smaller than `SMALLEST`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.insight.projection import Floats
from wiki.insight.withholding import SMALLEST

Labels = NDArray[np.intp]

#: At most so many groups, and one more for every `PEOPLE_A_GROUP` people.
MOST_GROUPS = 5
PEOPLE_A_GROUP = 12
#: A number of groups changes only when so many computations in a row ask for the same other number.
AGREEING = 4

_BASE = 100
_RESTARTS = 20
_ROUNDS = 100
_BASE_ROUNDS = 10
_SEED = 20
#: Fewer groups are taken when their silhouette is at most so much worse.
_NEARLY = 0.05


@dataclass(frozen=True)
class Smoothing:
    """How many groups there are, and how often in a row another number (`candidate`) came out best."""

    groups: int = 0
    candidate: int = 0
    times: int = 0

    def after(self, best: int) -> Smoothing:
        """The next state when `best` groups came out best."""
        if self.groups in {0, best}:
            return Smoothing(best, best, 0)
        times = self.times + 1 if best == self.candidate else 1
        return Smoothing(best, best, 0) if times >= AGREEING else Smoothing(self.groups, best, times)


def group(points: Floats, smoothing: Smoothing | None = None) -> tuple[Labels, Smoothing]:
    """The group of each point (0 to k−1, the largest first), and the next smoothing.

    One group where there are too few people or they all lie in one place.
    """
    before = smoothing or Smoothing()
    if len(points) < 2 * SMALLEST or len(np.unique(points, axis=0)) < 2:
        return np.zeros(len(points), dtype=np.intp), Smoothing()
    base, centres = _base_clusters(points)
    weights = np.bincount(base, minlength=len(centres)).astype(float)
    fits = _fits(centres, weights)
    if not fits:
        return np.zeros(len(points), dtype=np.intp), before.after(1)
    finest = max(quality for quality, _labels in fits.values())
    best = min(k for k, (quality, _labels) in fits.items() if quality >= finest - _NEARLY)
    now = before.after(best)
    chosen = now.groups if now.groups in fits else best
    return _largest_first(fits[chosen][1][base]), now


def _fits(centres: Floats, weights: Floats) -> dict[int, tuple[float, Labels]]:
    """The silhouette and the labels for every number of groups that leaves none too small."""
    most = min(MOST_GROUPS, 2 + int(weights.sum()) // PEOPLE_A_GROUP, len(centres))
    fits = {}
    for k in range(2, most + 1):
        labels, _centres = kmeans(centres, k, weights)
        sizes = np.bincount(labels, weights, minlength=k)
        if sizes.min() >= SMALLEST:
            fits[k] = (silhouette(centres, labels, weights), labels)
    return fits


def _base_clusters(points: Floats) -> tuple[Labels, Floats]:
    if len(points) <= _BASE:
        return np.arange(len(points), dtype=np.intp), points
    return kmeans(points, _BASE, np.ones(len(points)), restarts=1, rounds=_BASE_ROUNDS)


def kmeans(
    points: Floats, k: int, weights: Floats, restarts: int = _RESTARTS, rounds: int = _ROUNDS
) -> tuple[Labels, Floats]:
    """Weighted k-means with k-means++ starts, the best of `restarts`; the same points give the same groups.

    Groups that came out empty are left out, so there may be fewer than k.
    """
    chance = np.random.default_rng(_SEED)
    best: tuple[float, Labels] | None = None
    for _restart in range(restarts):
        labels, cost = _one_kmeans(points, k, weights, chance, rounds)
        if best is None or cost < best[0] - 1e-12:
            best = (cost, labels)
    assert best is not None
    labels = np.unique(best[1], return_inverse=True)[1]
    return labels, _centres(points, labels, weights, np.zeros((labels.max() + 1, points.shape[1])))


def _one_kmeans(
    points: Floats, k: int, weights: Floats, chance: np.random.Generator, rounds: int
) -> tuple[Labels, float]:
    centres = _starts(points, k, weights, chance)
    labels = np.zeros(len(points), dtype=np.intp)
    for _round in range(rounds):
        labels = _nearest(points, centres)
        moved = _centres(points, labels, weights, centres)
        if np.allclose(moved, centres):
            break
        centres = moved
    return labels, float((((points - centres[labels]) ** 2).sum(axis=1) * weights).sum())


def _starts(points: Floats, k: int, weights: Floats, chance: np.random.Generator) -> Floats:
    """k-means++: each next centre is drawn far from those there are."""
    centres = [points[_drawn(weights, chance)]]
    nearest = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < k:
        far = nearest * weights
        centres.append(points[_drawn(far, chance) if far.sum() > 0 else 0])
        nearest = np.minimum(nearest, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres)


def _drawn(weights: Floats, chance: np.random.Generator) -> int:
    """An index, drawn by these weights."""
    steps = weights.cumsum()
    return min(int(np.searchsorted(steps, chance.random() * steps[-1], side="right")), len(weights) - 1)


def _centres(points: Floats, labels: Labels, weights: Floats, otherwise: Floats) -> Floats:
    """The weighted mean of each group; what has no points stays where it was."""
    count = len(otherwise)
    total = np.stack([np.bincount(labels, column * weights, minlength=count) for column in points.T], axis=1)
    mass = np.bincount(labels, weights, minlength=count)
    return np.where(mass[:, None] > 0, total / np.maximum(mass, 1e-12)[:, None], otherwise)


def _nearest(points: Floats, centres: Floats) -> Labels:
    """The nearest centre of each point; |p|², the same for all centres, is left out."""
    scores = points @ (-2.0 * centres.T)
    scores += (centres**2).sum(axis=1)
    nearest: Labels = scores.argmin(axis=1)
    return nearest


def _squares(points: Floats, centres: Floats) -> Floats:
    lengths = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    squares: Floats = np.maximum(lengths - 2 * points @ centres.T, 0.0)
    return squares


def silhouette(points: Floats, labels: Labels, weights: Floats) -> float:
    """The weighted mean silhouette, −1 to 1: how much nearer people lie to their own group than to the next."""
    groups = np.unique(labels)
    if len(groups) < 2:
        return -1.0
    apart = np.sqrt(_squares(points, points))
    member = (labels[:, None] == groups[None, :]).astype(float) * weights[:, None]
    mass = member.sum(axis=0)
    own = np.searchsorted(groups, labels)
    rows = np.arange(len(points))
    total = apart @ member
    others = mass[own] - weights
    within = np.divide(total[rows, own], others, out=np.zeros(len(points)), where=others > 0)
    means = total / mass
    means[rows, own] = np.inf
    nearest = means.min(axis=1)
    widest = np.maximum(within, nearest)
    score = np.divide(nearest - within, widest, out=np.zeros(len(points)), where=widest > 0)
    score[others <= 0] = 0.0
    return float(np.average(score, weights=weights))


def _largest_first(labels: Labels) -> Labels:
    sizes = np.bincount(labels)
    order = sorted(range(len(sizes)), key=lambda each: (-sizes[each], each))
    renamed: Labels = np.argsort(np.array(order))[labels]
    return renamed
