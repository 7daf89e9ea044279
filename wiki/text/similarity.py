"""How alike two short texts are: the pairs of characters that they share (Sørensen–Dice), folded for Japanese.

Made for a hint, never for a decision: a person says whether two voices say the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from wiki.text.japanese import fold

Key = TypeVar("Key", bound=Hashable)

#: Texts at least this alike are worth a hint (the threshold that participation systems use for duplicates).
ALIKE = 0.25

_CUT = re.compile(r"[\W_]+")


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of its words; a word of one character is a pair by itself."""
    found: set[str] = set()
    for word in _CUT.split(fold(text)):
        found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)) if word)
    return frozenset(found)


class Index(Generic[Key]):
    """Texts by their pairs: asks only those that share one, so that many texts can be compared with each other."""

    def __init__(self, texts: Iterable[tuple[Key, str]]) -> None:
        self._pairs: dict[Key, frozenset[str]] = {key: pairs(text) for key, text in texts}
        self._having: dict[str, list[Key]] = defaultdict(list)
        for key, having in self._pairs.items():
            for pair in having:
                self._having[pair].append(key)

    def like(self, key: Key, at_least: float = ALIKE) -> list[tuple[Key, float]]:
        """The others at least so alike to the text of `key`, the most alike first."""
        here = self._pairs[key]
        shared: dict[Key, int] = defaultdict(int)
        for pair in here:
            for other in self._having[pair]:
                shared[other] += 1
        shared.pop(key, None)
        found = ((other, 2 * common / (len(here) + len(self._pairs[other]))) for other, common in shared.items())
        return sorted((each for each in found if each[1] >= at_least), key=lambda each: -each[1])


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """The same for pairs that were found before."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
