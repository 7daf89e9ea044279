"""E-mail addresses, made one form before they are kept or compared."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

_LONGEST = 254
GONE = "@invalid"
"""How the address of an account ends whose person left."""


class BadAddress(ValueError):
    """Text that is not an e-mail address which the site can write to."""


def normalize_email(text: str) -> str:
    """The address in lower case, full-width letters made plain, its domain in ASCII. Raises BadAddress."""
    if len(text) > 4 * _LONGEST:
        raise BadAddress("too long")
    try:
        found = validate_email(fold(text), check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError) as error:
        raise BadAddress(str(error)) from None
    return (found.ascii_email or found.normalized).lower()


def fold(text: str) -> str:
    """What was typed as an address, for looking it up: never refused."""
    return unicodedata.normalize("NFKC", text[: 4 * _LONGEST].strip()).lower()


def to_look_up(text: str) -> str:
    """The form under which an account with this address would be found; what was typed, if it is none."""
    try:
        return normalize_email(text)
    except BadAddress:
        return fold(text)
