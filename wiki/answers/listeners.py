"""What answers add to comments: each shows the official answer that was given to it."""

from __future__ import annotations

from collections.abc import Sequence

from wiki.answers import queries
from wiki.answers.words import CATEGORIES, CATEGORY_BADGES
from wiki.comments import hooks
from wiki.comments.hooks import Answered


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


hooks.answers.append(_shown)
hooks.answered_ids.append(queries.answered_comments)
