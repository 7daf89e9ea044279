"""What is told about a page beside its text: heading, digest, cover, people, source, questions. Staff write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import versions
from wiki.core.state import require_unchanged
from wiki.ledger import Kind
from wiki.pages import queries
from wiki.pages.models import Page, PagePerson

SOURCE = ("title", "medium", "date", "url")
"""The parts of a source that staff write; others that an import left there stay."""


@dataclass(frozen=True)
class Facts:
    """All facts of a page; people as (name, office), a source without any part is None."""

    heading: str | None
    digest: str | None
    cover: str | None
    cover_alt: str | None
    people: tuple[tuple[str, str], ...]
    source: dict[str, str] | None
    disclaimer: str | None
    questions: tuple[str, ...]

    @classmethod
    def of(cls, page: Page) -> Facts:
        """The facts of a page as they are: its people by 1 query where they are not loaded."""
        source = {name: text for name, text in (page.source or {}).items() if name in SOURCE and text}
        return cls(
            heading=page.heading,
            digest=page.digest,
            cover=page.cover,
            cover_alt=page.cover_alt,
            people=tuple((person.name, person.office) for person in page.people),
            source=source or None,
            disclaimer=page.disclaimer,
            questions=tuple(map(str, page.questions)),
        )


def state_of(page: Page) -> Any:
    """The facts for their mark (core/state.py)."""
    return vars(Facts.of(page))


def change(actor: Person, page: Page, facts: Facts, mark: str | None) -> list[str]:
    """Bring the page's facts to these; gives the names of those that changed. `mark` is of what the actor saw.

    Raises ChangedMeanwhile.
    """
    page = queries.locked(page)
    before = Facts.of(page)
    require_unchanged(state_of(page), mark)
    changed = [name for name, value in vars(facts).items() if value != getattr(before, name)]
    for name in changed:
        _set(page, name, facts)
    if changed:
        ledger.record(Kind.PAGE_FACTS_CHANGED, actor.id, page_id=page.id, slug=page.slug, changed=changed)
        versions.touch(versions.EVERYTHING, queries.row_scope(page.slug))
    return changed


def _set(page: Page, name: str, facts: Facts) -> None:
    if name == "people":
        page.people = [
            PagePerson(position=position, name=who, office=office)
            for position, (who, office) in enumerate(facts.people)
        ]
    elif name == "source":
        others = {part: text for part, text in (page.source or {}).items() if part not in SOURCE}
        page.source = {**others, **facts.source} if facts.source else None
    elif name == "questions":
        page.questions = list(facts.questions)
    else:
        setattr(page, name, getattr(facts, name))
