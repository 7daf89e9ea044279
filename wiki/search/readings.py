"""How the words of titles and pages are read, by SudachiPy: only for jobs and commands, for the dictionary takes 45 MB.

The dictionary is loaded when it is first needed and given back by `forget_dictionary`. No web worker loads it: what
somebody typed in kana is compared with readings that stand in the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert

from wiki.core.database import db
from wiki.search.models import Reading
from wiki.text import japanese

#: How many words of a text are kept beside those of its title: the most frequent ones.
OF_A_TEXT = 30
_LONGEST_TEXT = 10_000
_SHORTEST, _LONGEST = 2, 20

Words = dict[str, str]


def words_of(title: str, text: str = "") -> Words:
    """The nouns of a title, and the most frequent ones of a text, each with its reading in hiragana."""
    found = dict(_nouns(title[:_LONGEST_TEXT]))
    counted = Counter(_nouns(text[:_LONGEST_TEXT]))
    for (word, reading), _count in counted.most_common(OF_A_TEXT):
        found.setdefault(word, reading)
    return found


def write(read: Mapping[int, Words]) -> None:
    """Put the words of documents (by id) in place of those that stood there: 2 queries."""
    db.session.execute(delete(Reading).where(Reading.document_id.in_(read)))
    rows = [
        {"document_id": document_id, "word": word, "key": japanese.sound_key(reading), "reading": reading}
        for document_id, words in read.items()
        for word, reading in words.items()
    ]
    if rows:
        db.session.execute(insert(Reading), rows)


def forget_dictionary() -> None:
    """Give the dictionary's memory back."""
    _tokenizer.cache_clear()


def _nouns(text: str) -> Iterator[tuple[str, str]]:
    """Single nouns, and the compounds that follow one another make: 申請, 申請書."""
    morphemes = ((m.surface(), m.reading_form(), _is_noun(m.part_of_speech())) for m in _tokenizer().tokenize(text))
    for is_noun, run in groupby(morphemes, key=lambda morpheme: morpheme[2]):
        if not is_noun:
            continue
        parts = [(surface, reading) for surface, reading, _noun in run]
        whole = ("".join(surface for surface, _ in parts), "".join(reading for _, reading in parts))
        for surface, reading in dict.fromkeys([whole, *parts]):
            folded = japanese.fold(reading)
            if _SHORTEST <= len(surface) <= _LONGEST and japanese.is_kana(folded):
                yield surface, folded


def _is_noun(parts: Any) -> bool:
    return parts[0] in {"名詞", "接頭辞"} or (parts[0] == "接尾辞" and parts[1] == "名詞的")


@cache
def _tokenizer() -> Any:
    from sudachipy import dictionary

    return dictionary.Dictionary(dict="small").tokenizer()
