"""Versions: new with every change, part of it, and never a cause of writers waiting for each other for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from wiki.core import versions
from wiki.core.database import db, transaction


def version(app: Flask, scope: str) -> int | None:
    with app.app_context():
        return versions.read(scope)[0]


def test_a_scope_has_no_version_until_it_is_touched(site: Flask) -> None:
    assert version(site, "report:a") is None


def test_touching_gives_each_scope_a_version_it_never_had(site: Flask) -> None:
    seen = []
    for _turn in range(20):
        with site.app_context(), transaction():
            versions.touch("report:b", "report:a", "report:b")
        seen += [version(site, "report:a"), version(site, "report:b")]
    assert len(set(seen)) == 40
    assert version(site, "report:c") is None


def test_touching_nothing_is_no_error(site: Flask) -> None:
    with site.app_context(), transaction():
        versions.touch()
    assert version(site, versions.SITE) is None


def test_reading_gives_the_scope_and_everything_and_costs_one_query(
    app: Flask, count_queries: Callable[[], object]
) -> None:
    with transaction():
        versions.touch("report:a", versions.EVERYTHING)
    with count_queries() as queries:  # type: ignore[attr-defined]
        of_scope, of_everything = versions.read("report:a")
    assert queries.count == 1
    assert of_scope != of_everything
    assert versions.read("report:b") == (None, of_everything)


def test_a_change_that_was_undone_leaves_the_version_and_the_next_one_does_not_inherit_it(
    site: Flask,
) -> None:
    with site.app_context(), transaction():
        versions.touch("report:a")
    before = version(site, "report:a")
    with site.app_context():
        with pytest.raises(ZeroDivisionError), transaction():
            versions.touch("report:a")
            raise ZeroDivisionError
        with transaction():
            versions.touch("report:b")
    assert version(site, "report:a") == before
    assert version(site, "report:b")


def in_threads(app: Flask, *works: Callable[[], None]) -> list[Exception]:
    raised: list[Exception] = []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            try:
                work()
            except Exception as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_two_writers_of_the_same_scopes_do_not_wait_for_each_other_for_ever(site: Flask) -> None:
    scopes = ["report:a", "report:b", "proposal:1", "site", "settings"]

    def write(order: list[str]) -> Callable[[], None]:
        def work() -> None:
            for _turn in range(60):
                with transaction():
                    versions.touch(*order)

        return work

    assert in_threads(site, write(scopes), write(scopes[::-1])) == []


def test_writers_that_touch_in_several_steps_in_opposite_order_do_not_either(site: Flask) -> None:
    both_began = threading.Barrier(2)

    def write(first: str, second: str) -> Callable[[], None]:
        def work() -> None:
            with transaction():
                versions.touch(first)
                if db.engine.dialect.name == "postgresql":  # SQLite lets one in after the other
                    both_began.wait(20)
                versions.touch(second)

        return work

    assert in_threads(site, write("report:a", "report:b"), write("report:b", "report:a")) == []
    assert version(site, "report:a")
    assert version(site, "report:b")
