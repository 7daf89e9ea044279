"""The upward seam: what rooms above add to pages, without pages knowing them.

A room above appends its functions here when it is imported; `pages/views.py` calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wiki.accounts.models import Person
from wiki.pages.models import Page, Revision

Link = tuple[str, str]
"""Words and address."""

#: What a revision of this page may say that it reflects: (id, words) for each choice in the editor.
reflectable: list[Callable[[Page], list[tuple[int, str]]]] = []

#: Told, within the transaction, that a revision reflects the chosen ids. When a form is sent twice it is told
#: twice, about the same revision: what is already noted stays as it is.
after_revision: list[Callable[[Person, Revision, list[int]], None]] = []

#: What these revisions (by their ids) reflect: links by revision id; one call a list, in constant queries.
reflected: list[Callable[[Sequence[int]], dict[int, list[Link]]]] = []


def choices(page: Page) -> list[tuple[int, str]]:
    """All that a revision of the page may name."""
    return [choice for offer in reflectable for choice in offer(page)]


def tell(author: Person, revision: Revision, chosen: list[int]) -> None:
    """Pass on what the author says that the revision reflects."""
    if chosen:
        for listener in after_revision:
            listener(author, revision, chosen)


def links(revisions: Sequence[Revision]) -> dict[int, list[Link]]:
    """What each revision reflects, by its id."""
    ids = [revision.id for revision in revisions]
    found: dict[int, list[Link]] = {}
    for ask in reflected:
        for revision_id, more in ask(ids).items():
            found.setdefault(revision_id, []).extend(more)
    return found
