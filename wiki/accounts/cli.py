"""`kairan user …`"""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from wiki.accounts import links, passwords, service
from wiki.accounts.addresses import BadAddress, normalize_email
from wiki.accounts.models import Purpose, Role
from wiki.accounts.service import AddressTaken, NameTaken, Registration
from wiki.core import clock
from wiki.core.database import transaction
from wiki.text import names


@click.group("user", help="People and their accounts.")
def user() -> None:
    pass


@user.command("create", help="Make an account; without --password-stdin, print a link that sets its password.")
@click.argument("name")
@click.option("--email", required=True, help="The address with which the person signs in.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.RESIDENT.value, show_default=True
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
def create(name: str, email: str, role: str, password_stdin: bool) -> None:
    """Make an account whose address needs no confirming."""
    try:
        name, email = names.normalize_name(name), normalize_email(email)
        password_hash = _password_hash() if password_stdin else None
    except names.BadName as refusal:
        raise click.ClickException(f"the name cannot be used: {refusal.code}") from None
    except BadAddress:
        raise click.ClickException(f"{email!r} is not an e-mail address") from None
    except passwords.BadPassword as refusal:
        raise click.ClickException(f"the password is refused: {refusal.code} (10 to 200 characters)") from None
    wish = Registration(name, email, password_hash, role=Role(role), confirmed_at=clock.now())
    try:
        with transaction():
            person = service.create(None, wish)
            link = None if password_hash else links.make(person, Purpose.INVITE)
    except NameTaken:
        raise click.ClickException(f"the name {name} is taken, or looks like one that is") from None
    except AddressTaken:
        raise click.ClickException(f"{email} has an account already") from None
    click.echo(f"Set the password here, once, within seven days: {link}" if link else f"{name} can sign in as {email}")


def _password_hash() -> str:
    """The hash of the first line on standard input. Raises passwords.BadPassword."""
    password = sys.stdin.readline().rstrip("\r\n")
    passwords.check(password)
    return passwords.hash_of(password)


commands = user
