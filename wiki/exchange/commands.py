"""`kairan export` and `kairan import`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from wiki.core.database import renew_statistics
from wiki.exchange import bring, sources
from wiki.exchange.export import write
from wiki.exchange.service import Became, Outcome
from wiki.exchange.sources import Refused


@click.command("export", help="Write every page, file and collection into a folder, as Markdown with front matter.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty")
    try:
        pages, files = write(folder)
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}") from None
    click.echo(f"{folder}: {pages} pages, {files} files")


@click.command("import", help="Bring in Markdown, HTML, Word (.docx), or a folder or ZIP archive of them.")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@with_appcontext
def import_(paths: tuple[Path, ...], dry_run: bool) -> None:
    refused = 0
    with current_app.test_request_context():  # the words of what is refused are in the site's language
        for path in paths:
            for outcome in _bring_in(path, dry_run):
                refused += outcome.became is Became.REFUSED
                line = f"{outcome.became:<10}{outcome.path}"
                click.echo(f"{line}: {outcome.about}" if outcome.about else line, err=outcome.became is Became.REFUSED)
                for left_out in outcome.left_out:
                    click.echo(f"          without {left_out}", err=True)
    if dry_run:
        click.echo("nothing was written (--dry-run)")
    else:
        renew_statistics()
    if refused:
        raise click.ClickException(f"{refused} of the files were not brought in")


def _bring_in(path: Path, dry: bool) -> Iterator[Outcome]:
    try:
        with sources.opened(path) as source:
            yield from bring.each(source, dry=dry)
    except Refused as why:
        yield Outcome.refused(str(path), why)
