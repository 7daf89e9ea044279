"""Failures to sign in: counted in the database, by account and by address, and slowed.

Somebody elsewhere who tries an account's passwords slows themselves soon, its owner only after many failures: an
account waits after five from one address, after fifty from all together.

A try is written down as a failure before its password is looked at, and taken back when it succeeds: many
tries sent at once count like many sent one after the other.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, func, select

from wiki.accounts.models import FailedSignin
from wiki.core import clock
from wiki.core.database import db

WINDOW = timedelta(minutes=15)
_FREE_BY_ACCOUNT_AND_ADDRESS = 5
_FREE_BY_ACCOUNT = 50
_FREE_BY_ADDRESS = 50
_FIRST_WAIT_SECONDS = 30
_LONGEST_WAIT_SECONDS = 900


def begin(email: str, address: str) -> int:
    """Write a try down within the running transaction; when it comes too soon, give the seconds to wait.

    3 queries.
    """
    account, place = _account_hash(email), _network(address)
    of_account, of_place = FailedSignin.account_hash == account, FailedSignin.address == place
    wait = max(
        _wait_seconds(and_(of_account, of_place), _FREE_BY_ACCOUNT_AND_ADDRESS),
        _wait_seconds(of_account, _FREE_BY_ACCOUNT),
        _wait_seconds(of_place, _FREE_BY_ADDRESS),
    )
    if wait == 0:
        db.session.add(FailedSignin(account_hash=account, address=place, at=clock.now()))
    return wait


def clear(email: str) -> None:
    """Forget an account's failures, after it was signed in to."""
    db.session.execute(delete(FailedSignin).where(FailedSignin.account_hash == _account_hash(email)))


def drop_before(moment: datetime) -> None:
    """Forget failures that no longer count."""
    db.session.execute(delete(FailedSignin).where(FailedSignin.at < moment))


def _wait_seconds(of: ColumnElement[bool], free: int) -> int:
    """Seconds until the next try: none for the first `free` failures, then 30, doubling up to 900."""
    now = clock.now()
    failures, last = db.session.execute(
        select(func.count(), func.max(FailedSignin.at)).where(of, FailedSignin.at > now - WINDOW)
    ).one()
    if failures < free:
        return 0
    wait = min(_FIRST_WAIT_SECONDS * 2 ** min(failures - free, 10), _LONGEST_WAIT_SECONDS)
    seconds: float = wait - (now - last).total_seconds()
    return max(0, math.ceil(seconds))


def _account_hash(email: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, email.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def _network(address: str) -> str:
    """The address; of IPv6 the /64 network, which is what one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
