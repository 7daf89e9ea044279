"""Jobs: part of the change that wants them, run at least once, given up only after ten tries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from wiki.core import clock, jobs
from wiki.core.database import db, transaction
from wiki.core.jobs import MOST_TRIES, Job

Travel = Callable[..., None]


@pytest.fixture(autouse=True)
def only_our_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers of the rooms stay out of the way."""
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_every", {})


@pytest.fixture
def inside(site: Flask) -> Iterator[Flask]:
    with site.app_context():
        yield site


def put(kind: str, *, delay: timedelta = timedelta(0), **payload: object) -> None:
    with transaction():
        jobs.enqueue(kind, delay, **payload)


def only_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def left() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id))) or 0


def test_a_job_exists_only_if_its_change_was_committed(inside: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("test.note")
        db.session.flush()
        raise ZeroDivisionError
    assert left() == 0
    put("test.note")
    assert left() == 1


def test_a_job_is_run_with_what_it_carries_and_leaves_nothing(inside: Flask) -> None:
    done = []
    jobs.handler("test.note")(lambda **payload: done.append(payload))
    put("test.note", name="見本A", number=3, parts=["一", "二"])
    assert jobs.run_due() == 1
    assert done == [{"name": "見本A", "number": 3, "parts": ["一", "二"]}]
    assert left() == 0
    assert jobs.run_due() == 0


def test_jobs_run_in_the_order_in_which_they_fall_due_and_not_before(inside: Flask, travel: Travel) -> None:
    done: list[int] = []
    jobs.handler("test.note")(lambda number: done.append(number))
    put("test.note", delay=timedelta(minutes=10), number=3)
    put("test.note", delay=timedelta(minutes=5), number=2)
    put("test.note", number=1)
    assert jobs.run_due() == 1
    travel(minutes=11)
    assert jobs.run_due() == 2
    assert done == [1, 2, 3]


def test_a_job_may_change_the_database_and_put_further_jobs(inside: Flask) -> None:
    def pass_on(number: int) -> None:
        with transaction():
            jobs.enqueue("test.last" if number == 2 else "test.note", number=number + 1)

    done: list[int] = []
    jobs.handler("test.note")(pass_on)
    jobs.handler("test.last")(lambda number: done.append(number))
    put("test.note", number=1)
    assert jobs.run_due() == 3
    assert done == [3]


def test_a_failing_job_waits_longer_each_time_and_rests_after_ten_tries(inside: Flask, travel: Travel) -> None:
    def fail() -> None:
        raise ValueError("no such street")

    jobs.handler("test.fails")(fail)
    put("test.fails")
    waits = []
    for number in range(1, MOST_TRIES + 1):
        assert jobs.run_due() == 1
        job = only_job()
        assert (job.tries, job.error) == (number, "ValueError('no such street')")
        waits.append((job.run_at - clock.now()).total_seconds())
        assert jobs.run_due() == 0
        travel(seconds=sum(waits) + 60 * number)
    assert waits == sorted(waits)
    assert waits[0] < 60
    assert waits[-1] <= 3600
    travel(days=30)
    assert jobs.run_due() == 0
    assert jobs.waiting() == (0, 1, 0.0)


def test_what_a_failing_job_changed_is_undone(inside: Flask) -> None:
    def fail() -> None:
        with transaction():
            jobs.enqueue("test.other")
            db.session.flush()
            raise ValueError

    jobs.handler("test.fails")(fail)
    put("test.fails")
    jobs.run_due()
    assert only_job().kind == "test.fails"


def test_a_failed_job_keeps_no_others_waiting_and_succeeds_later(inside: Flask, travel: Travel) -> None:
    done: list[str] = []

    def fail_once() -> None:
        done.append("try")
        if len(done) == 1:
            raise ConnectionRefusedError

    jobs.handler("test.fails")(fail_once)
    jobs.handler("test.note")(lambda: done.append("note"))
    put("test.fails")
    put("test.note")
    assert jobs.run_due() == 2
    travel(minutes=1)
    assert jobs.run_due() == 1
    assert done == ["try", "note", "try"]
    assert left() == 0


def test_a_job_of_an_unknown_kind_waits_for_a_version_that_knows_it(inside: Flask, travel: Travel) -> None:
    put("test.of_tomorrow")
    assert jobs.run_due() == 1
    assert "test.of_tomorrow" in (only_job().error or "")
    done: list[int] = []
    jobs.handler("test.of_tomorrow")(lambda: done.append(1))
    travel(minutes=1)
    jobs.run_due()
    assert done == [1]


def test_the_job_of_a_runner_that_died_is_run_by_another(inside: Flask, travel: Travel) -> None:
    done: list[int] = []
    jobs.handler("test.note")(lambda: done.append(1))
    put("test.note")
    assert jobs._claim() is not None  # and the process is gone
    assert jobs.run_due() == 0
    travel(minutes=3)
    assert jobs.run_due() == 1
    assert done == [1]


def test_a_job_that_was_done_but_not_taken_off_is_done_again(inside: Flask, travel: Travel) -> None:
    done: set[int] = set()
    jobs.handler("test.note")(lambda number: done.add(number))
    put("test.note", number=4)
    claimed = jobs._claim()
    assert claimed is not None
    jobs._handlers["test.note"](**claimed[2])
    travel(minutes=3)
    assert jobs.run_due() == 1
    jobs._run(*claimed)  # the first runner comes back to life
    assert done == {4}
    assert left() == 0


def run_in_threads(app: Flask, number: int, work: Callable[[], object]) -> None:
    """Run `work` in so many threads at once, each with a context of its own; an exception in one fails the test."""
    start, raised = threading.Barrier(number), []

    def run() -> None:
        with app.app_context():
            start.wait(20)
            try:
                work()
            except Exception as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []


def test_several_runners_never_run_one_job_twice_at_once(inside: Flask) -> None:
    guard, runs = threading.Lock(), []

    def note(number: int) -> None:
        with guard:
            runs.append(number)
        time.sleep(0.002)

    jobs.handler("test.note")(note)
    with transaction():
        for number in range(120):
            jobs.enqueue("test.note", number=number)

    def run() -> None:
        while left():
            jobs.run_due()

    run_in_threads(inside, 4, run)
    assert sorted(runs) == list(range(120))


def test_a_runner_passes_over_the_job_that_another_is_taking(inside: Flask) -> None:
    url = db.engine.url
    if url.get_backend_name() != "postgresql":
        return  # SQLite has one writer: nobody can be in the middle of taking a job
    done: list[int] = []
    jobs.handler("test.note")(lambda number: done.append(number))
    put("test.note", number=1)
    put("test.note", number=2)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as other:
        other.execute("SELECT id FROM job ORDER BY id LIMIT 1 FOR UPDATE")
        assert jobs.run_due() == 1
    assert done == [2]


def test_a_regular_job_runs_by_itself_again_and_again(inside: Flask, travel: Travel) -> None:
    done: list[int] = []
    jobs.handler("test.regular", every=timedelta(minutes=10))(lambda: done.append(1))
    for minute in (0, 11, 22):
        travel(minutes=minute)
        jobs.start_regular()
        assert jobs.run_due() == 1
        assert jobs.run_due() == 0
        assert left() == 1
    assert len(done) == 3


def test_a_regular_job_is_not_given_up_however_often_it_failed(inside: Flask, travel: Travel) -> None:
    ill, done = [True], []

    def seal() -> None:
        if ill:
            raise ConnectionRefusedError
        done.append(1)

    jobs.handler("test.regular", every=timedelta(minutes=10))(seal)
    jobs.start_regular()
    for hour in range(2 * MOST_TRIES):
        travel(hours=2 * hour)
        assert jobs.run_due() == 1
    ill.clear()
    travel(hours=4 * MOST_TRIES)
    jobs.run_due()
    assert done == [1]
    assert (only_job().tries, only_job().error) == (0, None)


def test_runners_that_start_together_put_each_regular_job_once(inside: Flask) -> None:
    for kind in ("test.a", "test.b"):
        jobs.handler(kind, every=timedelta(minutes=10))(lambda: None)
    for _turn in range(5):
        run_in_threads(inside, 4, jobs.start_regular)
        assert left() == 2
        with transaction():
            for job in db.session.scalars(select(Job)):
                db.session.delete(job)


def test_the_loop_runs_what_is_due_until_it_is_told_to_stop(inside: Flask) -> None:
    stop, done = threading.Event(), []

    def note() -> None:
        done.append(1)
        stop.set()

    jobs.handler("test.note")(note)
    put("test.note")
    jobs.run_until(stop, poll_seconds=0.01)
    assert done == [1]
