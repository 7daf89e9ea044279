"""`kairan ledger …`"""

from __future__ import annotations

import click

from wiki.ledger import chain


@click.group("ledger", help="The append-only record of what happened.")
def ledger() -> None:
    pass


@ledger.command("verify", help="Prove that no sealed event was changed, added or taken out.")
def verify() -> None:
    try:
        proved, loose = chain.verify()
    except chain.ChainBroken as broken:
        raise click.ClickException(str(broken)) from None
    click.echo(f"{proved} events proved, {loose} not yet sealed")
