"""What search does later: reading titles aloud, and indexing a site that had no index."""

from __future__ import annotations

from datetime import timedelta

from wiki.core import jobs
from wiki.core.database import db, renew_statistics, transaction
from wiki.search import readings, reindex
from wiki.search.models import Document, Found


@jobs.handler("search.read")
def read(document_id: int) -> None:
    """Note how the words of a page or a proposal are read."""
    document = db.session.get(Document, document_id)
    if document is None:
        return
    words = readings.words_of(document.title, document.text)
    readings.forget_dictionary()
    with transaction():
        if db.session.get(Document, document_id) is not None:
            readings.write({document_id: words})


@jobs.handler("search.reindex")
def index_again(what: str = Found.PAGE.value, after: int = 0) -> None:
    """One batch of the whole index, and a job for the next."""
    done_with = Found(what)
    last, _looked_at = reindex.batch(done_with, after)
    readings.forget_dictionary()
    rest = reindex.ORDER[reindex.ORDER.index(done_with) + 1 :]
    with transaction():
        if last is not None:
            jobs.enqueue("search.reindex", what=what, after=last)
        elif rest:
            jobs.enqueue("search.reindex", what=rest[0].value)
    if last is None and not rest:
        reindex.forget_strays()


@jobs.handler("search.statistics", every=timedelta(hours=12))
def look_at_tables() -> None:
    """Where autovacuum is off, a plan made for an empty table would look through a large one row by row."""
    renew_statistics()
