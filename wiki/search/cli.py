"""`kairan search …`"""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from wiki.core.database import db, renew_statistics
from wiki.search import readings
from wiki.search import reindex as reindexing


@click.group("search", help="The search index.")
def search() -> None:
    pass


@search.command("reindex", help="Build the index anew while the site runs; may be stopped and run again.")
@with_appcontext
def reindex() -> None:
    length = reindexing.total()
    db.session.rollback()
    done = 0
    with click.progressbar(length=length, label="reindex") as progress:
        for looked_at in reindexing.everything():
            done += looked_at
            progress.update(looked_at)
    readings.forget_dictionary()
    renew_statistics()
    click.echo(f"{done} pages, proposals and comments looked at; {reindexing.missing()} not indexed")
