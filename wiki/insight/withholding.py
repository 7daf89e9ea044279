"""No number below five: which counts may leave the house (docs/decisions/0026). Pure; all of insight/ asks here."""

from __future__ import annotations

from collections.abc import Mapping

#: No count of people below this is told.
SMALLEST = 5
#: Results of an opinion map are told from so many people on.
ENOUGH_PEOPLE = 10


def withheld(counts: Mapping[str, int], *, nought_tells: bool = False) -> dict[str, int | None]:
    """The counts with None for what must not be told: 1 to 4, and a second one where one alone could be worked out.

    `nought_tells`: that nobody did would tell what each of the others did, so 0 is not told either.
    """
    least = 0 if nought_tells else 1
    told: dict[str, int | None] = {name: None if least <= n < SMALLEST else n for name, n in counts.items()}
    if list(told.values()).count(None) == 1:
        others = [(n, name) for name, n in counts.items() if told[name] is not None and n]
        if others:
            told[min(others)[1]] = None
    return told
