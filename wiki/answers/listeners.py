"""What answers add to comments, which show the official answer given to them, and to the editing of pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.answers import queries
from wiki.answers.words import CATEGORIES, CATEGORY_BADGES
from wiki.comments import hooks, reflections
from wiki.comments.hooks import Answered
from wiki.pages import hooks as page_hooks
from wiki.pages.models import Page, Revision

_KEY = re.compile(r"a([0-9]{1,18})")


def _shown(comment_ids: Sequence[int]) -> dict[int, Answered]:
    return {number: as_shown(found) for number, found in queries.to_comments(comment_ids).items()}


def as_shown(found: queries.Published) -> Answered:
    """A published answer as it stands at a voice, in the reader's language."""
    published = found.publication
    return Answered(
        href=f"/answers/{published.answer_id}",
        category=str(CATEGORIES[published.category]),
        kind=CATEGORY_BADGES.get(published.category, ""),
        html=published.html,
        by=published.department or "",
        at=published.at,
        voices=found.voices,
    )


def _choices(page: Page, named: Sequence[str]) -> list[page_hooks.Choice]:
    """For the page's editor: the answers that promise a change, with how many comments each was given to."""
    return [
        (
            f"a{answer_id}",
            _(
                "市の考え方「%(summary)s」（%(category)s・コメント%(count)s件）",
                summary=summary,
                category=CATEGORIES[category],
                count=count,
            ),
        )
        for answer_id, summary, category, count in queries.to_reflect(page)
    ]


def _reflect_named(actor: Person, revision: Revision, keys: Sequence[str]) -> None:
    """A revision reflects all comments to which these answers were given."""
    named = [int(match[1]) for key in keys if (match := _KEY.fullmatch(key))]
    if named:
        reflections.reflect(actor, revision, queries.comments_of(revision.page_id, named))


page_hooks.reflectable.append(_choices)
page_hooks.after_revision.append(_reflect_named)
hooks.answers.append(_shown)
hooks.answered_ids.append(queries.answered_comments)
