"""The upward seam: what rooms above add to comments, without comments knowing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from wiki.comments.models import Comment


@dataclass(frozen=True)
class Answered:
    """The official answer to a comment, ready to be shown: its address and what it says (`html` is sanitized).

    `category` is words in the reader's language, `kind` the badge they stand in; `voices` is how many public voices
    the same answer is given to, `by` the department.
    """

    href: str
    category: str
    kind: str
    html: str
    by: str
    at: datetime
    voices: int


#: Told of each new comment, in its transaction: the row as it was written, outside any session, for reading alone.
posted: list[Callable[[Comment], None]] = []

#: The official answers to these comments (by their ids): by comment id; one call a list, in constant queries.
answers: list[Callable[[Sequence[int]], dict[int, Answered]]] = []

#: Queries for the ids of comments with an official answer, to be asked for inside another query.
answered_ids: list[Callable[[], Select[Any]]] = []


def answers_to(comment_ids: Sequence[int]) -> dict[int, Answered]:
    """The official answer to each of these comments that has one."""
    return {number: answer for ask in answers for number, answer in ask(comment_ids).items()}
