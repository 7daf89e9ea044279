"""The geometry of column charts: stacked columns in the coordinates of an SVG, from plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 28


@dataclass(frozen=True)
class Part:
    """One part of a column: which series, where its top is and how high it is."""

    series: int
    y: float
    height: float


@dataclass(frozen=True)
class Column:
    """One column with its label under it (empty where there is no room)."""

    x: float
    width: float
    label: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Chart:
    """All of a chart: columns, and lines of the scale as (y, number)."""

    columns: Sequence[Column]
    scale: Sequence[tuple[float, int]]


def stacked(labels: Sequence[str], series: Sequence[Sequence[int]]) -> Chart:
    """Columns of `series` on top of each other, one for each label; the scale ends at a round number."""
    totals = [sum(values) for values in zip(*series, strict=True)]
    top = _round_up(max(totals, default=0))
    high, wide = HEIGHT - _TOP - _BOTTOM, (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    every = max(1, -(-len(labels) // 8))
    columns = []
    for at, label in enumerate(labels):
        parts, y = [], float(HEIGHT - _BOTTOM)
        for number, values in enumerate(series):
            height = round(values[at] / top * high, 1)
            y = round(y - height, 1)
            parts.append(Part(number, y, height))
        shown = label if (len(labels) - 1 - at) % every == 0 else ""
        columns.append(Column(round(_LEFT + at * wide + wide * 0.14, 1), round(wide * 0.72, 1), shown, parts))
    scale = [(round(HEIGHT - _BOTTOM - high * step, 1), round(top * step)) for step in (0, 0.5, 1)]
    return Chart(columns, scale)


def _round_up(number: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 … so that its half is whole."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if number <= step * size:
                return step * size
        size *= 10
