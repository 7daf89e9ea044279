"""The gate on PostgreSQL."""

from __future__ import annotations

import threading

import psycopg
from sqlalchemy import URL

from wiki.core.gate import STATEMENT, Seen, Unreachable


class PostgresGate:
    """The gate on the PostgreSQL primary; a replica may lag and must not be asked."""

    def __init__(self, url: URL) -> None:
        self._dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._local = threading.local()
        self._sql = STATEMENT.format(p="%s")

    def look(self, scope: str, signin_key: str | None) -> Seen:
        try:
            return self._ask(scope, signin_key)
        except psycopg.OperationalError:  # the server was restarted: one new connection, then give up
            self._local.connection = None
        try:
            return self._ask(scope, signin_key)
        except psycopg.Error as error:
            raise Unreachable from error

    def _ask(self, scope: str, signin_key: str | None) -> Seen:
        connection: psycopg.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = psycopg.connect(self._dsn, autocommit=True)
            self._local.connection = connection
        row = connection.execute(self._sql, (scope, signin_key), prepare=True).fetchone()
        assert row is not None
        return Seen(*row)
