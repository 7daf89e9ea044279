"""The upward seam: what rooms above add to pages, without pages knowing them.

A room above appends its functions here when it is imported; `pages/views.py` calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.accounts.models import Person
from wiki.pages.models import Page, Revision

Link = tuple[str, str]
"""Words and address."""
Choice = tuple[str, str]
"""A key and its words."""


@dataclass(frozen=True)
class Voice:
    """Something that somebody said and a revision reflects, and what was answered, ready to be shown.

    `kind`, `channel` (nothing for the web) and `stage` are words in the reader's language; `html` and `answer_html`
    are sanitized. Without an answer yet, `answer_html` is empty.
    """

    kind: str
    title: str
    href: str
    author: str
    channel: str
    at: datetime
    html: str
    stage: str
    stage_kind: str
    answer_html: str
    answer_by: str
    answer_href: str
    answer_at: datetime | None


#: What a revision of this page may say that it reflects: (key, words) for each choice in the editor. A room knows its
#: own keys by their form: a number is a proposal, `c5` a comment, `a5` all voices of an answer. The second argument
#: are keys that somebody named already; what there is too much of to be listed whole is offered only then.
reflectable: list[Callable[[Page, Sequence[str]], list[Choice]]] = []

#: Told, within the transaction, that a revision reflects what these keys name. When a form is sent twice it is told
#: twice, about the same revision: what is already noted stays as it is.
after_revision: list[Callable[[Person, Revision, Sequence[str]], None]] = []

#: What these revisions (by their ids) reflect: links by revision id; one call a list, in constant queries.
reflected: list[Callable[[Sequence[int]], dict[int, list[Link]]]] = []

#: The public voices that the page's revisions reflect, by revision number; in constant queries.
voiced: list[Callable[[Page], dict[int, list[Voice]]]] = []

#: The numbers of the revisions of the page with this id that reflect anything, hidden voices included; 1 query.
reflects_anything: list[Callable[[int], set[int]]] = []

#: Told that the page's current revision was rendered anew: its id, the text layer as it was and as it is.
relaid: list[Callable[[int, Sequence[str], Sequence[str]], None]] = []

#: What a page is part of, first what leads to it (its collection): one query.
standing: list[Callable[[Page], list[Link]]] = []


def choices(page: Page, named: Sequence[str] = ()) -> list[Choice]:
    """All that a revision of the page may name."""
    return [choice for offer in reflectable for choice in offer(page, named)]


def tell(author: Person, revision: Revision, chosen: Sequence[str]) -> None:
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


def voices(page: Page) -> dict[int, list[Voice]]:
    """What everybody may know of the voices that each revision of a page reflects, by its number."""
    found: dict[int, list[Voice]] = {}
    for ask in voiced:
        for number, more in ask(page).items():
            found.setdefault(number, []).extend(more)
    return found


def reflecting(page_id: int) -> set[int]:
    """The numbers of the page's revisions that reflect anything."""
    return {number for ask in reflects_anything for number in ask(page_id)}


def stands_in(page: Page) -> list[Link]:
    """What the page is part of, by words and address."""
    return [link for ask in standing for link in ask(page)]
