"""`kairan sample …`"""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from wiki.sample import service


@click.group("sample", help="The sample collection: five reports and a discussion, marked 見本.")
def sample() -> None:
    pass


@sample.command("load", help="Load what of the sample is not there yet; may be run again.")
@with_appcontext
def load() -> None:
    click.echo(f"{service.load()} pages loaded")


@sample.command("help", help="Load the help pages alone, for a site without the sample; may be run again.")
@with_appcontext
def load_help() -> None:
    click.echo(f"{service.load_help()} pages loaded")
