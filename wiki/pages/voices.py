"""声の来歴: a page's text as passages of one provenance, with the voices that they reflect; and marks for readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only

from wiki.core.database import db
from wiki.pages import hooks, provenance
from wiki.pages.hooks import Voice
from wiki.pages.models import Page, Revision
from wiki.text.diff import Row, diff
from wiki.text.marks import Mark, mark
from wiki.text.provenance import Traced, likeness
from wiki.text.within import Segments

PASSAGES = 100
_MOST_COMPARED = 20
_LEAST_ALIKE = 0.5
_AROUND = 40


@dataclass(frozen=True)
class Passage:
    """Neighbouring sentences that the same revisions made: numbers from 1 with their texts, by block.

    `revisions` are their origins, the first and the last with their facts in `wrote` and `changed`; `voices` what
    these reflect; `change` what the newest of these did to the passage, where it can be shown in a few words.
    """

    first: int
    blocks: Sequence[Sequence[tuple[int, str]]]
    wrote: Revision
    changed: Revision
    voices: Sequence[Voice]
    reflected: Revision | None
    change: Segments = ()


@dataclass(frozen=True)
class Provenance:
    """What the screen shows: how many sentences there are and reflect voices, and some passages.

    None of it is there while the page waits to be traced (`is_ready` false). `only_voiced`: passages without voices
    are left out. `more` is where the next passages begin.
    """

    is_ready: bool
    only_voiced: bool = False
    sentences: int = 0
    voiced: int = 0
    passages: Sequence[Passage] = ()
    more: int | None = None


@dataclass(frozen=True)
class _Run:
    """A passage before anything is loaded: its place, its sentences, its origins, those that reflect voices."""

    first: int
    traced: Sequence[Traced]
    voiced: tuple[int, ...]

    @property
    def origins(self) -> list[int]:
        return sorted({number for each in self.traced for number in each.origins})

    @property
    def text(self) -> str:
        return "".join(each.sentence.text for each in self.traced)


def shown(page: Page, revision: Revision, start: int = 0, *, with_all: bool = False) -> Provenance:
    """The passages of a revision from the `start`-th on; those with voices, where there are any, unless `with_all`.

    At most 9 queries, however many revisions and voices there are.
    """
    traced = provenance.of(revision)
    if traced is None:
        return Provenance(is_ready=False)
    voices = hooks.voices(page)
    runs = list(_runs(traced, voices.keys()))
    only_voiced = not with_all and any(run.voiced for run in runs)
    wanted = [run for run in runs if run.voiced or not only_voiced]
    here = wanted[start : start + PASSAGES]
    return Provenance(
        is_ready=True,
        only_voiced=only_voiced,
        sentences=len(traced),
        voiced=sum(len(run.traced) for run in runs if run.voiced),
        passages=list(_passages(page, here, voices)),
        more=start + PASSAGES if start + PASSAGES < len(wanted) else None,
    )


def marked(page: Page, revision: Revision, reflecting: Collection[int]) -> str:
    """The revision's HTML, each passage that one of the `reflecting` revisions made with its mark: 1 query or none."""
    traced = provenance.of(revision) if reflecting else None
    runs = [run for run in _runs(traced or (), reflecting) if run.voiced]
    if not runs:
        return revision.html
    label, name = _("反映"), _("反映：この文を変えた声を見る")
    address = url_for("pages.voices", slug=page.slug)
    return _marked(
        revision.html,
        tuple(
            Mark(
                run.traced[0].sentence.block,
                run.traced[0].sentence.start,
                run.traced[-1].sentence.end,
                (("class", "voiced"),),
                (
                    ("class", "seal"),
                    ("href", f"{address}#s{run.first}"),
                    ("aria-label", name),
                    ("data-label", label),
                    ("data-seal", f"s{run.first}"),
                ),
            )
            for run in runs
        ),
    )


@lru_cache(maxsize=64)
def _marked(html: str, marks: tuple[Mark, ...]) -> str:
    """Once for each text, language and set of voices: the same page is asked for by many."""
    return mark(html, marks)


def _runs(traced: Sequence[Traced], reflecting: Collection[int]) -> Iterator[_Run]:
    """Neighbours together: with voices, those of one block and the same voices; without, of the same origins."""

    def key(entry: tuple[int, Traced]) -> object:
        origins = entry[1].origins
        voiced = tuple(number for number in origins if number in reflecting)
        return (voiced, entry[1].sentence.block) if voiced else (voiced, origins)

    for _key, entries in groupby(enumerate(traced, 1), key):
        run = list(entries)
        voiced = {number for _number, each in run for number in each.origins if number in reflecting}
        yield _Run(run[0][0], [each for _number, each in run], tuple(sorted(voiced)))


def _passages(page: Page, runs: Sequence[_Run], voices: Mapping[int, list[Voice]]) -> Iterator[Passage]:
    facts = _facts(page, {number for run in runs for number in (*run.voiced, run.origins[0], run.origins[-1])})
    layers = _layers(page, sorted({run.voiced[-1] for run in runs if run.voiced})[-_MOST_COMPARED:])
    for run in runs:
        numbered = enumerate(run.traced, run.first)
        blocks = groupby(((number, each.sentence) for number, each in numbered), lambda entry: entry[1].block)
        last = run.voiced[-1] if run.voiced else 0
        yield Passage(
            first=run.first,
            blocks=[[(number, sentence.text) for number, sentence in entries] for _block, entries in blocks],
            wrote=facts[run.origins[0]],
            changed=facts[run.origins[-1]],
            voices=list(dict.fromkeys(voice for number in reversed(run.voiced) for voice in voices[number])),
            reflected=facts.get(last),
            change=_change(layers.get(last - 1), layers.get(last), run) if last else (),
        )


def _facts(page: Page, numbers: Collection[int]) -> dict[int, Revision]:
    """These revisions by number, with their authors and without their texts: 1 query."""
    wanted = select(Revision).where(Revision.page_id == page.id, Revision.number.in_(numbers))
    facts = (Revision.page_id, Revision.number, Revision.summary, Revision.author_id, Revision.created_at)
    rows = db.session.scalars(wanted.options(load_only(*facts), joinedload(Revision.author)))
    return {row.number: row for row in rows}


def _layers(page: Page, numbers: Iterable[int]) -> dict[int, str]:
    """The text layers of these revisions and of those before them, a block a line: 1 query."""
    both = {near for number in numbers for near in (number - 1, number) if near}
    if not both:
        return {}
    wanted = select(Revision.number, Revision.blocks).where(Revision.page_id == page.id, Revision.number.in_(both))
    return {row.number: "\n".join(row.blocks) for row in db.session.execute(wanted)}


def _change(old: str | None, new: str | None, run: _Run) -> Segments:
    """What happened to the passage from one text layer to the other; nothing where it is not found again."""
    if old is None or new is None:
        return ()
    rows = [row for row in _compared(old, new) if row.kind in ("changed", "added")]
    alike = {at: likeness(_new_text(row), run.text) for at, row in enumerate(rows)}
    best = max(alike, key=lambda at: alike[at], default=None)
    return _cropped(rows[best].segments) if best is not None and alike[best] >= _LEAST_ALIKE else ()


@lru_cache(maxsize=64)
def _compared(old: str, new: str) -> tuple[Row, ...]:
    return diff(old, new, 0)


def _new_text(row: Row) -> str:
    return "".join(text for op, text in row.segments if op != "del")


def _cropped(segments: Segments) -> Segments:
    """The segments without what stays far from any change."""
    out = []
    for at, (op, text) in enumerate(segments):
        before = text[:_AROUND] if at else ""
        after = text[-_AROUND:] if at < len(segments) - 1 else ""
        cut = op == "same" and len(segments) > 1 and len(text) > len(before) + len(after) + 1
        out.append((op, f"{before}…{after}" if cut else text))
    return tuple(out)
