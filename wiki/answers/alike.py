"""Which voices seem to say the same: a suggestion by their words, for a person to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.comments.models import Comment
from wiki.proposals.models import Proposal
from wiki.text.excerpt import plain
from wiki.text.similarity import ALIKE, Index

Voice = Comment | Proposal

_READ = 600


@dataclass(frozen=True)
class Cluster:
    """Voices that seem to say the same; one alone is like no other."""

    voices: Sequence[Voice]

    @property
    def is_alone(self) -> bool:
        return len(self.voices) == 1


def text_of(voice: Voice) -> str:
    """What a voice says, as far as it is compared."""
    title = f"{voice.title}\n" if isinstance(voice, Proposal) else ""
    return (title + plain(voice.html))[:_READ]


def clusters(voices: Sequence[Voice]) -> list[Cluster]:
    """The voices in groups around those with the most like ones, the largest group first; each stands in one group."""
    index = Index(enumerate(text_of(voice) for voice in voices))
    like = {at: [other for other, _alike in index.like(at)] for at in range(len(voices))}
    taken: set[int] = set()
    found = []
    for at in sorted(like, key=lambda each: (-len(like[each]), each)):
        if at in taken:
            continue
        group = [at, *(other for other in like[at] if other not in taken)]
        taken.update(group)
        found.append(Cluster([voices[each] for each in group]))
    return sorted(found, key=lambda cluster: -len(cluster.voices))


def like_those(chosen: Sequence[Voice], others: Sequence[Voice], limit: int = 20) -> list[Voice]:
    """Of `others`, those like any of the chosen, the most alike first."""
    texts = [text_of(voice) for voice in (*chosen, *others)]
    index, first = Index(enumerate(texts)), len(chosen)
    best: dict[int, float] = {}
    for at in range(first):
        for other, alike in index.like(at, ALIKE):
            if other >= first:
                best[other] = max(best.get(other, 0.0), alike)
    order = sorted(best, key=lambda each: -best[each])[:limit]
    return [others[each - first] for each in order]
