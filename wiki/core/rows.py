"""Rows that repeat within a form: entries of a collection, people of a report. Without a script they are added,
moved and taken out by buttons that send the whole form, so that nothing typed is lost.

Of a group `entry`, each row sends the fields `entry_<name>` once; `entry_place` is the number of its place, typed or
changed by a script. The buttons are `entry_up`, `entry_down` and `entry_remove`; their value is the row's place as it
was shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

_PLACE = "place"
_MOVES = ("up", "down", "remove")
_LONGEST_PLACE = 6


@dataclass
class Row:
    """What was typed into one row, and what is wrong with it, by the names of its fields."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass
class Rows:
    """The rows of one group in their order; `moved` says that a button only rearranged them."""

    group: str
    rows: list[Row]
    moved: bool = False

    @classmethod
    def of(cls, group: str, rows: Iterable[Mapping[str, str]]) -> Rows:
        """Rows as they are kept."""
        return cls(group, [Row(dict(values)) for values in rows])

    @classmethod
    def read(cls, group: str, names: Sequence[str], form: MultiDict[str, str], most: int) -> Rows:
        """The rows that a form sent, at most `most`, in the order of their places, with the pressed button done."""
        columns = {name: form.getlist(f"{group}_{name}") for name in names}
        count = min(most, max(map(len, columns.values()), default=0))
        places = form.getlist(f"{group}_{_PLACE}")
        rows = [
            Row({name: values[index] if index < len(values) else "" for name, values in columns.items()})
            for index in range(count)
        ]
        move, index = _pressed(group, form)
        order = in_places(places, count)
        if index in order:
            _do(move, order, index)
        return cls(group, [rows[at] for at in order], moved=move is not None)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with any row."""
        return not any(row.errors for row in self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def in_places(places: Sequence[str], count: int) -> list[int]:
    """The order in which `count` rows stand once each goes to the place typed for it (from 1).

    A row sent to a place where another stands goes before it when it moves up, after it when it moves down.
    """
    keys = []
    for index in range(count):
        place = _number(places[index]) if index < len(places) else None
        place = index + 1 if place is None else place
        keys.append((place, (place > index + 1) - (place < index + 1), index))
    return [index for _place, _side, index in sorted(keys)]


def _do(move: str | None, order: list[int], index: int) -> None:
    """Carry out a button: it names its row by the place at which that was shown."""
    at = order.index(index)
    if move == "remove":
        del order[at]
    elif move == "up" and at > 0:
        order[at - 1], order[at] = order[at], order[at - 1]
    elif move == "down" and at + 1 < len(order):
        order[at], order[at + 1] = order[at + 1], order[at]


def _pressed(group: str, form: MultiDict[str, str]) -> tuple[str | None, int]:
    """The button that was pressed, if any, and the index of its row (−1: of none)."""
    for move in _MOVES:
        if f"{group}_{move}" in form:
            return move, (_number(form[f"{group}_{move}"]) or 0) - 1
    return None, -1


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PLACE else None
