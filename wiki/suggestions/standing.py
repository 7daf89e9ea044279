"""Where a suggestion stands beside today's page: as it was made, brought up to date, or overlapping later edits."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.pages import compare
from wiki.pages.compare import Difference
from wiki.pages.models import Revision
from wiki.suggestions.models import Suggestion
from wiki.text.merge import Merge, three_way


@dataclass(frozen=True)
class Standing:
    """A suggestion held against the page's newest revision.

    `text` is the page as it would be, ready to be accepted; where later edits overlap, today's text, to be edited by
    hand. `difference` leads from today's page to it; when they overlap, from the suggestion's base to the suggestion.
    """

    is_outdated: bool
    overlaps: bool
    text: str
    difference: Difference

    @property
    def is_there_already(self) -> bool:
        """Whether today's page says what was suggested."""
        return not self.overlaps and self.difference.is_empty


def of(suggestion: Suggestion, base: Revision, current: Revision) -> Standing:
    """The standing of a suggestion made from `base` when the page is at `current`."""
    wanted = compare.Text(base.title, suggestion.body)
    merge = merged(suggestion.body, base, current)
    is_outdated = base.number != current.number
    if not merge.is_clean:
        return Standing(is_outdated, True, current.body, compare.between(base, wanted))
    now = compare.Text(current.title, merge.text)
    return Standing(is_outdated, False, merge.text, compare.between(current, now))


def merged(body: str, base: Revision, current: Revision) -> Merge:
    """The suggested text brought together with what has been published since its base."""
    return three_way(base.body, body, current.body)
