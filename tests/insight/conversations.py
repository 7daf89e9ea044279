"""Made-up conversations whose groups are known."""

from __future__ import annotations

import numpy as np

from wiki.insight.projection import Floats


def conversation(
    sizes: list[int], statements: int = 30, seen: float = 0.6, noise: float = 0.15, seed: int = 1
) -> Floats:
    """Votes (people × statements) of groups of these sizes: each group has an opinion of its own on every statement.

    `seen` is the share of statements that somebody votes on, `noise` the share of votes against one's own group.
    """
    chance = np.random.default_rng(seed)
    opinions = np.where(chance.random((len(sizes), statements)) < 0.5, 1.0, -1.0)
    votes = np.repeat(opinions, sizes, axis=0)
    votes = np.where(chance.random(votes.shape) < noise, -votes, votes)
    votes = np.where(chance.random(votes.shape) < 0.1, 0.0, votes)
    return np.where(chance.random(votes.shape) < seen, votes, np.nan)


def truth(sizes: list[int]) -> list[int]:
    """The group of each person of such a conversation."""
    return [group for group, size in enumerate(sizes) for _person in range(size)]
