"""Rate limits: by sign-in where there is one, else by address.

Kept in the memory of each process, or in Redis when several machines serve one site. Loose enough for a school or a
city hall behind one address; failures to sign in are counted elsewhere, in the database.
"""

from __future__ import annotations

from flask import Flask, current_app, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address


def _who() -> str:
    """The sign-in that the signed cookie names, without asking the database; else the address."""
    return session.get("_user_id") or f"address:{get_remote_address()}"


limiter = Limiter(key_func=_who)

POSTING = "30 per minute; 300 per hour"
KEEPING = "20 per minute; 100 per hour"
VOTING = "60 per minute"
FLAGGING = "20 per hour"
SIGN_UP = "60 per minute; 300 per hour"
MAILING = "10 per minute; 60 per hour"
DRAFTING = "60 per minute"
PREVIEW = "120 per minute"
ARRANGING = "120 per minute; 1200 per hour"
SUGGESTING = "240 per minute"
TAKING_OUT = "10 per minute; 100 per hour"
RECEIPTS = "20 per minute; 200 per hour"


def most_a_day(setting: str) -> int | None:
    """How much one person may write within a day; None while limits are off."""
    return int(current_app.config[setting]) if current_app.config["RATE_LIMITS"] else None


def init_app(app: Flask) -> None:
    """Keep the counters where the settings say."""
    app.config["RATELIMIT_ENABLED"] = app.config["RATE_LIMITS"]
    app.config["RATELIMIT_STORAGE_URI"] = app.config["REDIS_URL"] or "memory://"
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(app.config["REDIS_URL"])
    limiter.init_app(app)
