"""The provenance of a page's sentences: written with each revision, read for the screens.

A revision's row holds `chains`, the different origins in it, and `sentences`, each [block, start, end, which chain].
What a page ever said stands in `page_sentence`, so that a save looks into no earlier revision than the last. Rows are
written in the order of revisions; for data from before there were any, `catch_up` does so later (pages/jobs.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from sqlalchemy import delete, exists, insert, select

from wiki.core.database import db
from wiki.pages import hooks
from wiki.pages.models import Page, PageSentence, Provenance, Revision
from wiki.text import sentences
from wiki.text.provenance import LONG_CHAIN, Origins, Traced, shortened, trace
from wiki.text.sentences import Sentence

_AT_ONCE = 1_000
_MOST_WITHIN_A_SAVE = 10


def follow(revision: Revision, found: Sequence[Sentence] | None = None) -> None:
    """Note where each sentence of a new revision comes from, within the transaction that adds it.

    `found` are its sentences, where they are known already. 3 to 6 statements, however many revisions there are.
    """
    before = _before(revision)
    if before is None:
        if catch_up(revision.page_id, revision.number, _MOST_WITHIN_A_SAVE) >= _MOST_WITHIN_A_SAVE:
            return  # many revisions wait; the job goes through them without keeping writers waiting
        before = _before(revision)
    if before is not None:
        _write(revision, before, found)


def catch_up(page_id: int, below: int | None = None, most: int = _MOST_WITHIN_A_SAVE) -> int:
    """Trace the first `most` revisions of a page that are not yet, only those before `below`; gives how many."""
    done = exists().where(Provenance.revision_id == Revision.id)
    wanted = select(Revision).where(Revision.page_id == page_id, ~done).order_by(Revision.number).limit(most)
    if below is not None:
        wanted = wanted.where(Revision.number < below)
    waiting = db.session.scalars(wanted).all()
    for revision in waiting:
        _write(revision, _before(revision) or [], None)
    return len(waiting)


def forget(revision: Revision) -> None:
    """Take out what is noted of a revision whose blocks are about to change: it waits to be traced anew."""
    traced = of(revision)
    if traced is None:
        return
    made = [sentences.digest(each.sentence.text) for each in traced if each.origins[-1] == revision.number]
    for at in range(0, len(made), _AT_ONCE):
        of_page = delete(PageSentence).where(PageSentence.page_id == revision.page_id)
        db.session.execute(of_page.where(PageSentence.digest.in_(made[at : at + _AT_ONCE])))
    db.session.delete(db.session.get_one(Provenance, revision.id))
    db.session.flush()


def behind(limit: int) -> Sequence[int]:
    """Ids of pages whose newest revision is not traced: 1 query."""
    done = exists().where(Provenance.revision_id == Revision.id)
    newest = (Revision.page_id == Page.id) & (Revision.number == Page.current_number)
    return db.session.scalars(select(Page.id).join(Revision, newest).where(~done).limit(limit)).all()


def of(revision: Revision) -> list[Traced] | None:
    """The revision's sentences with their origins, in order; None while it waits to be traced: 1 query."""
    row = db.session.get(Provenance, revision.id)
    return _read(revision, row) if row else None


def _before(revision: Revision) -> list[Traced] | None:
    """The revision before, traced; nothing before the first; None when it waits to be traced: 1 or 2 queries."""
    if revision.number == 1:
        return []
    wanted = select(Provenance).join(Revision, Revision.id == Provenance.revision_id)
    row = db.session.scalar(wanted.where(Revision.page_id == revision.page_id, Revision.number == revision.number - 1))
    return _read(db.session.get_one(Revision, row.revision_id), row) if row else None  # a saver has it at hand


def _read(revision: Revision, row: Provenance) -> list[Traced]:
    chains = [tuple(chain) for chain in row.chains]
    blocks = revision.blocks
    return [
        Traced(Sentence(block, start, end, blocks[block][start:end]), chains[which])
        for block, start, end, which in row.sentences
    ]


def _write(revision: Revision, before: Sequence[Traced], found: Sequence[Sentence] | None) -> None:
    new = sentences.split(revision.blocks) if found is None else found
    traced = trace(revision.number, new, before, partial(_known, revision.page_id))
    kept = _kept(revision, {each.origins for each in traced})
    chains: dict[Origins, int] = {}
    rows = [
        [
            each.sentence.block,
            each.sentence.start,
            each.sentence.end,
            chains.setdefault(kept[each.origins], len(chains)),
        ]
        for each in traced
    ]
    db.session.add(Provenance(revision_id=revision.id, chains=list(map(list, chains)), sentences=rows))
    made = {
        sentences.digest(each.sentence.text): list(kept[each.origins])
        for each in traced
        if each.origins[-1] == revision.number
    }
    if made:
        told = [{"page_id": revision.page_id, "digest": key, "origins": origins} for key, origins in made.items()]
        db.session.execute(insert(PageSentence), told)
    db.session.flush()


def _kept(revision: Revision, all_origins: Collection[Origins]) -> Mapping[Origins, Origins]:
    """What is kept of each chain: of long ones what reflects a voice, hidden ones included."""
    if all(len(origins) <= LONG_CHAIN for origins in all_origins):
        return {origins: origins for origins in all_origins}
    telling = hooks.reflecting(revision.page_id)
    return {origins: shortened(origins, telling) for origins in all_origins}


def _known(page_id: int, digests: Collection[int]) -> dict[int, Origins]:
    """The origins of those of these sentences that once stood on the page: 1 query a thousand."""
    wanted, found = list(digests), dict[int, Origins]()
    for at in range(0, len(wanted), _AT_ONCE):
        rows = select(PageSentence.digest, PageSentence.origins).where(
            PageSentence.page_id == page_id, PageSentence.digest.in_(wanted[at : at + _AT_ONCE])
        )
        found |= {row.digest: tuple(row.origins) for row in db.session.execute(rows)}
    return found
