"""For the machine room: up, ready, and how long the queues are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from wiki.core import clock, jobs
from wiki.core.database import db, transaction
from wiki.core.jobs import MOST_TRIES, Job


def put(*, ago: timedelta, tries: int = 0) -> None:
    with transaction():
        db.session.add(Job(kind="test.note", payload={}, run_at=clock.now() - ago, tries=tries))


def test_a_process_that_is_up_says_so_without_the_database(build_on_sqlite: Callable[..., Flask]) -> None:
    away = build_on_sqlite(DATABASE_URL="postgresql+psycopg://127.0.0.1:1/nowhere").test_client()
    answer = away.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_site_is_ready_when_its_database_and_queue_answer(site: Flask) -> None:
    with site.app_context():
        put(ago=timedelta(seconds=90))
        put(ago=timedelta(seconds=10))
        put(ago=timedelta(seconds=-600))
        put(ago=timedelta(days=1), tries=MOST_TRIES)
    answer = site.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.text.startswith("ok jobs=2 failed=1 overdue=9")


@pytest.mark.parametrize("url", ["postgresql+psycopg://127.0.0.1:1/nowhere", "sqlite"])
def test_a_site_without_its_database_is_not_ready(
    build_on_sqlite: Callable[..., Flask], url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if url == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'without-tables.sqlite'}"
    answer = build_on_sqlite(DATABASE_URL=url).test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database unreachable\n")
    assert answer.headers["Retry-After"] == "5"


def test_the_figures_are_for_this_machine_alone(site: Flask) -> None:
    with site.app_context():
        put(ago=timedelta(seconds=90))
    client = site.test_client()
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "kairan_jobs_due 1.0" in answer.text
    assert "kairan_jobs_failed 0.0" in answer.text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 404


def test_waiting_jobs_are_counted_without_loading_them(app: Flask, count_queries: Callable[[], object]) -> None:
    for _turn in range(5):
        put(ago=timedelta(seconds=5))
    with count_queries() as queries:  # type: ignore[attr-defined]
        due, failed, overdue_seconds = jobs.waiting()
    assert (due, failed) == (5, 0)
    assert overdue_seconds >= 5
    assert queries.count == 2
