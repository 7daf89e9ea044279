"""Where each sentence of a revision comes from: WikiWho's matching (Flöck and Acosta, WWW 2014), by sentences.

A sentence is first sought whole in the revision before, wherever it stands there; then by its digest among all that
ever stood on the page, so that text brought back has its first origin again. Only what is left is compared by likeness
with what went. The work depends on the two revisions alone, never on how many there are. Equal sentences of one page
have the same origins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from wiki.text.matching import Effort, matches
from wiki.text.sentences import Sentence, digest

Origins = tuple[int, ...]
"""Numbers of revisions, ascending: the one that wrote a sentence, then those that changed it into what it is."""

Known = Callable[[Collection[int]], Mapping[int, Origins]]
"""The origins of those of these digests that once stood on the page."""

LONG_CHAIN = 12
"""From this length on a chain keeps only what has something to tell."""

_NEAR, _FAR = 0.5, 0.75
_LEAST_SHARED = 4
_COMMON = 24


@dataclass(frozen=True, slots=True)
class Traced:
    """A sentence and the revisions that made it."""

    sentence: Sentence
    origins: Origins


def trace(number: int, new: Sequence[Sentence], old: Sequence[Traced], known: Known) -> list[Traced]:
    """The sentences of revision `number`, each with its origins; `old` is the revision before, traced.

    A changed sentence keeps the origins of what it was made of and gains `number`. `known` is asked once at most,
    for no more digests than there are new sentences.
    """
    told = {_spaced(each.sentence.text): each.origins for each in old}
    texts = [_spaced(each.text) for each in new]
    missing = {text: digest(text) for text in texts if text not in told}
    past = known(set(missing.values())) if missing else {}
    told |= {text: past[key] for text, key in missing.items() if key in past}
    made: dict[str, set[int]] = {}
    for text, parents in _changed([_spaced(each.sentence.text) for each in old], texts, told.keys()):
        made.setdefault(text, {number}).update(origin for parent in parents for origin in old[parent].origins)
    told |= {text: tuple(sorted(numbers)) for text, numbers in made.items()}
    return [Traced(sentence, told[text]) for sentence, text in zip(new, texts, strict=True)]


def shortened(origins: Origins, telling: Collection[int]) -> Origins:
    """A long chain without the middle ones that are not `telling`: first and last always stay."""
    if len(origins) <= LONG_CHAIN:
        return origins
    return tuple(each for each in origins if each in (origins[0], origins[-1]) or each in telling)


def likeness(one: str, other: str) -> float:
    """How much of the shorter text is in the other, by pairs of characters: 0 to 1."""
    left, right = _grams(one), _grams(other)
    return len(left & right) / min(len(left), len(right))


def _changed(old: list[str], new: list[str], known: Collection[str]) -> Iterator[tuple[str, list[int]]]:
    """Each sentence of `new` that is not `known`, with the places in `old` of what it was made of.

    That is nothing, one sentence, or several that were merged; those that went from its own place come first.
    """
    come = [at for at, text in enumerate(new) if text not in known]
    staying = set(new)
    grams_of = {at: _grams(text) for at, text in enumerate(old) if text not in staying} if come else {}
    places: dict[str, list[int]] = defaultdict(list)
    for at, grams in grams_of.items():
        for gram in grams:
            places[gram].append(at)
    common = {gram for gram, ats in places.items() if len(ats) > _COMMON}
    grams_of = {at: grams - common for at, grams in grams_of.items()}
    old_runs, new_runs = _runs(old, new) if come else ([], [])
    for at in come:
        grams = _grams(new[at]) - common if places else set()
        shared = Counter(place for gram in grams for place in places.get(gram, ()) if gram not in common)
        least = {place: _NEAR if old_runs[place] == new_runs[at] else _FAR for place in shared}
        likely = [place for place in shared if shared[place] >= least[place] * min(len(grams), len(grams_of[place]))]
        parents: list[int] = []
        for place in sorted(likely, key=lambda place: (least[place], -shared[place], place)):
            if _is_made_of(grams, grams_of[place], least[place], whole=bool(parents)):
                parents.append(place)
                grams -= grams_of[place]
        yield new[at], parents


def _is_made_of(new: set[str], old: set[str], least: float, *, whole: bool) -> bool:
    """Whether enough of the shorter one is in the other: a part was taken out, or something put in.

    Of the old one, where it is to be `whole`, and of the longer one where what is shared is little.
    """
    shared = len(new & old)
    if whole:
        return shared >= max(1, least * len(old))
    size = min(len(new), len(old)) if shared >= _LEAST_SHARED else max(len(new), len(old))
    return shared >= max(1, least * size)


def _runs(old: Sequence[str], new: Sequence[str]) -> tuple[list[int], list[int]]:
    """For each place how many sentences stayed in order before it: alike on both sides of one changed run."""
    kept = matches(old, new, Effort())
    return (
        _counted(len(old), [(left, size) for left, _right, size in kept]),
        _counted(len(new), [(right, size) for _left, right, size in kept]),
    )


def _counted(length: int, kept: Sequence[tuple[int, int]]) -> list[int]:
    stays = {at for start, size in kept for at in range(start, start + size)}
    return list(accumulate((at - 1 in stays for at in range(length)), initial=0))[1:]


def _grams(text: str) -> set[str]:
    return {left + right for left, right in pairwise(text)} or {text}


def _spaced(text: str) -> str:
    return " ".join(text.split())
