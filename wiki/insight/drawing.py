"""The geometry of a map's picture: points and groups in the coordinates of an SVG, from a chart's plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, _EDGE = 640, 420, 44

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A group as it is drawn: its letter, how many, its outline (SVG points), where its letter stands."""

    letter: str
    size: int
    outline: str
    at: Point


@dataclass(frozen=True)
class Drawing:
    """Everything of the picture; `here` is the reader's own place."""

    shapes: Sequence[Shape]
    dots: Sequence[tuple[float, float, int]]
    here: Point | None


def letter(at: int) -> str:
    """The letter of a group: A, B, C …"""
    return chr(65 + at)


def draw(chart: Mapping[str, Any], here: Point | None) -> Drawing:
    """Fit the points of a chart into the picture, y upward, both axes alike: near means alike."""
    points = [(x, y) for x, y, _group in chart["points"]]
    fit = _fitting([*points, here] if here else points)
    placed = [(*fit((x, y)), group) for x, y, group in chart["points"]]
    shapes = []
    for at, group in enumerate(chart["groups"]):
        own = [(x, y) for x, y, label in placed if label == at]
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in hull(own))
        shapes.append(Shape(letter(at), group["size"], outline, fit((group["centre"][0], group["centre"][1]))))
    return Drawing(shapes, placed, fit(here) if here else None)


def _fitting(points: Sequence[Point]) -> Any:
    xs, ys = [x for x, _y in points] or [0.0], [y for _x, y in points] or [0.0]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    scale = min((WIDTH - 2 * _EDGE) / wide, (HEIGHT - 2 * _EDGE) / high)
    left, below = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def fit(point: Point) -> Point:
        x, y = point
        return round(left + (x - min(xs)) * scale, 1), round(HEIGHT - below - (y - min(ys)) * scale, 1)

    return fit


def hull(points: Sequence[Point]) -> list[Point]:
    """The convex hull, counter-clockwise (Andrew's monotone chain); of fewer than three points these themselves."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return [*_half(ordered)[:-1], *_half(ordered[::-1])[:-1]]


def _half(points: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for x, y in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain
