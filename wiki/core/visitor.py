"""Who asks, as far as headers tell: language, theme, and the sign-in that the signed cookie names.

Read once in front of Flask (`http_cache`) and once inside it (`i18n`), by the same rules, so that a ready page and a
fresh one are chosen alike.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.wrappers import Request

LANGUAGES = ("ja", "en")
THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE = "kairan_language"
THEME_COOKIE = "kairan_theme"
SESSION_COOKIE = "kairan_session"

_REMEMBERED = 4096
_REMEMBER_SECONDS = 300
_LONGEST_REMEMBERED = 2_000  # characters of headers; who sends more is read anew, so that nobody fills the memory
_QUIET_KEYS = {"_user_id", "_fresh", "_id", "_permanent", "csrf_token"}


class Reader(Protocol):
    """Reads the signed session cookie; an empty mapping when it is absent, forged or expired."""

    def __call__(self, value: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """What of a request's headers a page depends on.

    `signin_key` is claimed by a correctly signed cookie and still has to be looked up. `is_plain` is false when the
    session holds something that changes the page, such as a message to be shown once.
    """

    language: str
    theme: str
    session: str
    signin_key: str | None
    is_plain: bool


class Said(NamedTuple):
    """What the headers alone say: `session` is the value of the session's cookie, not yet checked."""

    language: str
    theme: str
    session: str


def language_of(cookies: dict[str, str], accept_language: str) -> str:
    """The reader's choice, else what the browser asks for, else Japanese."""
    if cookies.get(LANGUAGE_COOKIE) in LANGUAGES:
        return cookies[LANGUAGE_COOKIE]
    if not accept_language:
        return LANGUAGES[0]
    wanted = parse_accept_header(accept_language, LanguageAccept)
    return wanted.best_match(LANGUAGES, default=LANGUAGES[0]) or LANGUAGES[0]


def theme_of(cookies: dict[str, str]) -> str:
    """Light, dark, or as the device is set."""
    theme = cookies.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def said(cookie: str, accept_language: str) -> Said:
    """What these two headers say. Read once for each pair, since most requests repeat one of a few."""
    is_short = len(cookie) + len(accept_language) <= _LONGEST_REMEMBERED
    return (_remembered if is_short else _read)(cookie, accept_language)


def said_by(request: Request) -> Said:
    """What a request's headers say."""
    return said(request.environ.get("HTTP_COOKIE", ""), request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def _read(cookie: str, accept_language: str) -> Said:
    cookies = dict(parse_cookie(cookie)) if cookie else {}
    return Said(language_of(cookies, accept_language), theme_of(cookies), cookies.get(SESSION_COOKIE, ""))


_remembered = lru_cache(maxsize=_REMEMBERED)(_read)


class Visitors:
    """Remembers who header pairs meant, for five minutes."""

    def __init__(self, read_session: Reader) -> None:
        self._read = read_session
        self._known: OrderedDict[tuple[str, str], tuple[float, Visitor]] = OrderedDict()

    def of(self, cookie: str, accept_language: str) -> Visitor:
        """The visitor whose `Cookie` and `Accept-Language` headers these are."""
        key = (cookie, accept_language)
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        visitor = self._decode(cookie, accept_language)
        if len(cookie) + len(accept_language) > _LONGEST_REMEMBERED:
            return visitor
        self._known[key] = (time.monotonic() + _REMEMBER_SECONDS, visitor)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return visitor

    def _decode(self, cookie: str, accept_language: str) -> Visitor:
        by_headers = said(cookie, accept_language)
        session = self._read(by_headers.session) if by_headers.session else {}
        return Visitor(
            language=by_headers.language,
            theme=by_headers.theme,
            session=by_headers.session if session.get("_user_id") else "",
            signin_key=session.get("_user_id"),
            is_plain=session.keys() <= _QUIET_KEYS,
        )
