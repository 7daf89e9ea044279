"""Two edits of one page that started from the same revision, brought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wiki.pages import queries
from wiki.pages.compare import Text
from wiki.pages.models import Page, Revision
from wiki.text.diff import Row, diff
from wiki.text.merge import Merge, Own, Part, Side, three_way

MOST_PLACES = 40
"""More choices than this are nobody's to make one by one: neighbours become one place."""

_AROUND = 60
_SIDES: dict[str, Side] = {"mine": "mine", "theirs": "theirs", "both": "both"}


@dataclass(frozen=True)
class Place:
    """A place that both sides changed, with a little of what stands before and after it."""

    number: int
    part: Part
    before: str
    after: str
    choice: str = ""
    own: str = ""

    @property
    def base(self) -> str:
        return self.part.base.removeprefix("\n")

    @property
    def mine(self) -> Sequence[Row]:
        return self._from_base(self.part.mine)

    @property
    def theirs(self) -> Sequence[Row]:
        return self._from_base(self.part.theirs)

    def _from_base(self, side: str) -> Sequence[Row]:
        return diff(self.base, side.removeprefix("\n"), None)

    @property
    def chosen(self) -> Side | Own | None:
        """What becomes of it; None when nobody has chosen yet."""
        return Own(self.own) if self.choice == "own" else _SIDES.get(self.choice)


@dataclass(frozen=True)
class Meeting:
    """What somebody wrote from `base`, and what was published meanwhile. `base` is None where the form tells none."""

    page: Page
    base: Revision | None
    newer: Revision
    mine: Text
    merge: Merge
    choices: Mapping[str, str]

    @property
    def title(self) -> str | None:
        """The title of both; None when both sides changed it and nobody has chosen yet."""
        base = self.base.title if self.base else None
        if self.mine.title in (base, self.newer.title):
            return self.newer.title
        if self.newer.title == base:
            return self.mine.title
        choice = self.choices.get("choice-title") or self.choices.get("rest", "")
        return {"mine": self.mine.title, "theirs": self.newer.title}.get(choice)

    @property
    def asks_for_title(self) -> bool:
        """Whether both sides changed the title."""
        base = self.base.title if self.base else None
        return self.newer.title not in (base, self.mine.title) and self.mine.title != base

    @cached_property
    def places(self) -> Sequence[Place]:
        """Where somebody has to choose, with what was chosen so far."""
        parts = self.merge.parts
        at = [index for index, part in enumerate(parts) if part.kind == "conflict"]
        return [self._place(number, index) for number, index in enumerate(at)]

    def _place(self, number: int, index: int) -> Place:
        parts = self.merge.parts
        before = parts[index - 1].text or "" if index else ""
        after = parts[index + 1].text or "" if index + 1 < len(parts) else ""
        return Place(
            number,
            parts[index],
            before.rstrip("\n").rpartition("\n")[2][-_AROUND:],
            after.lstrip("\n").partition("\n")[0][:_AROUND],
            self.choices.get(f"choice-{number}", "") or self.choices.get("rest", ""),
            self.choices.get(f"own-{number}", parts[index].mine.removeprefix("\n")).replace("\r\n", "\n"),
        )

    @property
    def text(self) -> Text | None:
        """What both sides and the choices make; None while something is left to choose."""
        chosen = [place.chosen for place in self.places]
        decided = [choice for choice in chosen if choice is not None]
        if self.title is None or len(decided) < len(chosen):
            return None
        return Text(self.title, self.merge.resolved(decided))


def meet(page: Page, base_number: int, mine: Text, choices: Mapping[str, str]) -> Meeting:
    """Bring `mine`, made from revision `base_number`, together with the page's newest: 2 queries.

    Where the form does not tell a base, everything in which the two texts differ is a place to choose.
    """
    newer = queries.current_revision(page)
    base = queries.revision_of(page, base_number)
    merge = three_way(base.body if base else "", mine.body, newer.body).with_at_most(MOST_PLACES)
    return Meeting(page, base, newer, mine, merge, choices)
