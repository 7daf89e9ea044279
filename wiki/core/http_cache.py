"""Ready pages, answered in front of Flask after one look at the gate.

A view that depends on one scope says so with `@cached(scope)`; its answer is then kept as bytes, for the public or
for one signed-in person, and served as long as the gate sees the same versions. Nothing is kept that sets a cookie.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from wiki.core import clock, versions
from wiki.core.gate import Gate, Seen, Unreachable
from wiki.core.sessions import RememberedSessions
from wiki.core.visitor import Visitor, Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

P = ParamSpec("P")
Headers = list[tuple[str, str]]

_OFFER = "kairan.offer"
_PERSONAL_SECONDS = 60
_PUBLIC_SECONDS = 3600
_GZIP_FROM_BYTES = 1024
_ENTRY_OVERHEAD_BYTES = 2048
_GUESTS_SHARE = 8
_REFUSES_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a view says of its answer: it may be kept under these versions until then, perhaps as a guest."""

    scope: str
    seen: Seen
    until: float
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A ready answer: bytes, their headers, and what must still hold for it to be given."""

    offer: Offer
    etag: str
    headers: Headers
    body: bytes
    zipped: bytes | None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.zipped or b"") + _ENTRY_OVERHEAD_BYTES


Key = tuple[str, ...]


class Shelf:
    """Entries up to so many bytes; what was not asked for longest makes room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()

    def get(self, key: Key) -> Entry | None:
        return self._entries.get(key)

    def asked_for(self, key: Key) -> None:
        self._entries.move_to_end(key)

    def put(self, key: Key, entry: Entry) -> None:
        if entry.size > self._limit:
            return
        self.drop(key)
        self._entries[key] = entry
        self._size += entry.size
        while self._size > self._limit:
            _, oldest = self._entries.popitem(last=False)
            self._size -= oldest.size

    def drop(self, key: Key) -> None:
        old = self._entries.pop(key, None)
        if old is not None:
            self._size -= old.size


def cached(
    scope: Callable[P, str], *, varies_by: frozenset[str] = frozenset(), is_guest: bool = False
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, Response]]:
    """Let the answer of a GET view be kept under `scope(**view arguments)`.

    The versions are read before the view's own queries. Query parameters outside `varies_by` keep an answer from
    being stored, so that invented ones cannot push real pages out. Where a parameter may say anything (search), the
    answer is a guest: guests have an eighth of the memory and push out each other alone.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
        @wraps(view)
        def read_version_then_view(*args: P.args, **kwargs: P.kwargs) -> Response:
            name = scope(*args, **kwargs)
            of_scope, of_everything = versions.read(name)
            person = current_user.version if current_user.is_authenticated else None
            response = make_response(view(*args, **kwargs))
            if set(request.args) <= varies_by:
                seconds = _PUBLIC_SECONDS if person is None else _PERSONAL_SECONDS
                seen = Seen(of_scope, of_everything, person)
                offer = Offer(name, seen, time.time() + seconds, is_guest)
                request.environ.setdefault(_OFFER, offer)
            return response

        return read_version_then_view

    return decorate


def keep_until(moment: datetime | None) -> None:
    """Say, before `@cached` does, that this answer changes by itself at `moment` (a deadline): it is not kept past."""
    if moment is not None and (moment - clock.now()).total_seconds() < _PUBLIC_SECONDS:
        request.environ[_OFFER] = None


def behind_cache(app: Flask) -> WSGIApplication:
    """The application with ready pages answered in front of it."""
    megabytes = app.config["CACHE_MEGABYTES"]
    if not megabytes:
        return app
    gate: Gate = app.extensions["gate"]
    sessions = cast("RememberedSessions", app.session_interface)
    return FrontCache(app, gate, Visitors(sessions.read), app.config["TRUSTED_HOSTS"], megabytes)


class FrontCache:
    """The WSGI application that stands in front of Flask."""

    def __init__(
        self, app: WSGIApplication, gate: Gate, visitors: Visitors, hosts: Iterable[str], megabytes: int
    ) -> None:
        self._app = app
        self._gate = gate
        self._visitors = visitors
        self._hosts = frozenset(hosts)
        size = megabytes * 1024 * 1024
        self._guests = Shelf(size // _GUESTS_SHARE)
        self._pages = Shelf(size - size // _GUESTS_SHARE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_readable(environ.get("HTTP_COOKIE", "")):
            del environ["HTTP_COOKIE"]
        if environ["REQUEST_METHOD"] != "GET" or environ.get("HTTP_HX_REQUEST"):
            return self._app(environ, start_response)
        visitor = self._visitors.of(environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
        if not visitor.is_plain or host not in self._hosts:
            return self._app(environ, start_response)
        key = (
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            visitor.language,
            visitor.theme,
            visitor.session,
        )
        for shelf in (self._pages, self._guests):
            if entry := shelf.get(key):
                if self._still_right(entry, visitor):
                    shelf.asked_for(key)
                    return _give(entry, environ, start_response)
                shelf.drop(key)
        return self._pass_on(key, visitor, environ, start_response)

    def _still_right(self, entry: Entry, visitor: Visitor) -> bool:
        offer = entry.offer
        try:
            seen = self._gate.look(offer.scope, visitor.signin_key)
        except Unreachable:
            return False  # Flask finds the same, and says so in a page
        return seen == offer.seen and time.time() < offer.until

    def _pass_on(
        self, key: Key, visitor: Visitor, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Ask Flask, and keep the answer where the view offered it."""
        answer: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            answer[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else lambda data: None

        chunks = self._app(environ, remember)
        status, headers = answer
        offer: Offer | None = environ.get(_OFFER)
        if offer is None or not status.startswith("200") or any(name == "Set-Cookie" for name, _ in headers):
            start_response(status, headers)
            return chunks
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        entry = _entry(offer, headers, body, personal=visitor.signin_key is not None)
        if (offer.seen.person is None) == (visitor.signin_key is None):
            (self._guests if offer.is_guest else self._pages).put(key, entry)
        return _give(entry, environ, start_response)


def _entry(offer: Offer, headers: Headers, body: bytes, personal: bool) -> Entry:
    etag = 'W/"' + hashlib.blake2b(body, digest_size=12).hexdigest() + '"'
    kept = [(name, value) for name, value in headers if name not in {"Content-Length", "Cache-Control", "ETag"}]
    if personal:
        kept.append(("Cache-Control", "private, no-store"))
        return Entry(offer, "", kept, body, None)
    kept += [("Cache-Control", "no-cache"), ("ETag", etag)]
    zipped = gzip.compress(body, 6, mtime=0) if len(body) >= _GZIP_FROM_BYTES else None
    return Entry(offer, etag, kept, body, zipped)


def _give(entry: Entry, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if entry.etag and entry.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 NOT MODIFIED", [h for h in entry.headers if h[0] != "Content-Type"])
        return []
    body, headers = entry.body, entry.headers
    if entry.zipped is not None and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body, headers = entry.zipped, [*headers, ("Content-Encoding", "gzip")]
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def _takes_gzip(accepted: str) -> bool:
    return "gzip" in accepted and not _REFUSES_GZIP.search(accepted)


def _is_readable(cookie: str) -> bool:
    """Whether the header is UTF-8, as Werkzeug takes for granted."""
    if cookie.isascii():
        return True
    try:
        cookie.encode("latin-1").decode()
    except UnicodeError:
        return False
    return True
