"""What somebody typed into the search box, understood: words, phrases, and words to leave out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from wiki.text import japanese, unseen

LONGEST = 100
MOST_WORDS = 8
_PART = re.compile(r'(-?)"([^"]*)(?:"|$)|(\S+)')


class Flaw(StrEnum):
    """Why nothing can be looked for."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    ONLY_EXCLUDED = "only_excluded"


class BadQuery(ValueError):
    """A query with which nothing can be looked for; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True)
class Query:
    """Folded words that must all stand there, and folded words that must not; a phrase is a word with blanks in it."""

    words: tuple[str, ...]
    excluded: tuple[str, ...] = ()


def parse(typed: str) -> Query:
    """Understand `typed`: words between blanks, "a phrase", -word. Raises BadQuery.

    Every other character, a hyphen within a word included, means itself. An open quotation mark closes at the end.
    """
    if len(typed) > LONGEST:
        raise BadQuery(Flaw.TOO_LONG)
    words: list[str] = []
    excluded: list[str] = []
    for minus, quoted, bare in _PART.findall(japanese.fold(unseen.SURROGATE.sub(" ", typed))):
        word, is_excluded = " ".join(quoted.split()), bool(minus)
        if bare:
            word, is_excluded = (bare.lstrip("-"), True) if bare.startswith("-") else (bare.replace('"', ""), False)
        kept = excluded if is_excluded else words
        if word and word not in kept:
            kept.append(word)
    if len(words) + len(excluded) > MOST_WORDS:
        raise BadQuery(Flaw.TOO_MANY)
    if not words:
        raise BadQuery(Flaw.ONLY_EXCLUDED if excluded else Flaw.EMPTY)
    return Query(tuple(words), tuple(excluded))
