"""Opinion numbers as staff type them: 1, 3-5、8. Pure."""

from __future__ import annotations

import re

_MOST = 100_000
_PART = re.compile(r"(\d{1,6})(?:\s*[-~〜～－–—]\s*(\d{1,6}))?")


class BadNumbers(ValueError):
    """What stands there is no list of numbers; its message is the part that could not be read."""


def read(typed: str) -> list[int]:
    """The numbers, sorted, each once. Raises BadNumbers."""
    found: set[int] = set()
    for part in re.split(r"[,、，\s]+", typed.strip()):
        if not part:
            continue
        match = _PART.fullmatch(part)
        if match is None:
            raise BadNumbers(part)
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 < first <= last <= _MOST:
            raise BadNumbers(part)
        found.update(range(first, last + 1))
    return sorted(found)


def written(numbers: list[int]) -> str:
    """The numbers as they are read again: 1、3〜5、8."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}〜{run[-1]}" for run in runs)
