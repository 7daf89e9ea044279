"""Rate limits: by person or address, shared between machines by Redis, never a reason to fail."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from flask import Flask

from tests.conftest import REDIS_URL
from tests.core.processes import context, limited_app, send, send_from_new_process, send_while_redis_goes
from tests.factories import make_person, sign_in
from wiki import create_app
from wiki.core.limits import limiter


@pytest.fixture
def settings(build_on_sqlite: Callable[..., Flask], tmp_path: Path) -> dict[str, Any]:
    """The settings of a site with limits."""
    app = build_on_sqlite()
    names = ("INSTANCE_PATH", "DATABASE_URL", "SECRET_KEY", "BASE_URL", "SMTP_URL", "TESTING", "WTF_CSRF_ENABLED")
    return {name: app.config[name] for name in names} | {"RATE_LIMITS": True, "REDIS_URL": ""}


@pytest.fixture
def address() -> str:
    """An address that no other test sends from."""
    return f"test-{uuid4().hex}"


def test_too_many_posts_are_told_when_to_come_back_and_keep_their_text(settings: dict[str, Any], address: str) -> None:
    app = limited_app(settings)
    assert send(app, address, 3) == [200, 200, 200]
    refused = app.test_client().post("/limited", data={"body": "書いたもの"}, environ_base={"REMOTE_ADDR": address})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "書いたもの" in refused.text


def test_others_are_not_hindered(settings: dict[str, Any], address: str) -> None:
    app = limited_app(settings)
    assert send(app, address, 4)[-1] == 429
    assert send(app, address + "-neighbour", 1) == [200]


def test_people_behind_one_address_are_counted_each_by_themselves(settings: dict[str, Any], address: str) -> None:
    app = limited_app(settings)
    statuses = []
    for name in ("見本A", "見本B"):
        client = app.test_client()
        with app.app_context():
            sign_in(client, make_person(name))
        statuses += [client.post("/limited", environ_base={"REMOTE_ADDR": address}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429] * 2


def test_limits_can_be_turned_off(settings: dict[str, Any], address: str) -> None:
    assert send(limited_app(settings | {"RATE_LIMITS": False}), address, 9) == [200] * 9


def test_reading_is_not_limited(settings: dict[str, Any], address: str) -> None:
    client = create_app(settings).test_client()
    environ = {"REMOTE_ADDR": address}
    assert {client.get("/healthz", environ_base=environ).status_code for _ in range(50)} == {200}


def from_new_process(settings: dict[str, Any], address: str, times: int) -> list[int]:
    answers = context.Queue()
    process = context.Process(target=send_from_new_process, args=(settings, address, times, answers))
    process.start()
    found: list[int] = answers.get(timeout=60)
    process.join(10)
    return found


def test_two_processes_count_together_in_redis(settings: dict[str, Any], address: str) -> None:
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        pytest.skip(f"no Redis at {REDIS_URL}: {error}")
    shared = settings | {"REDIS_URL": REDIS_URL}
    assert from_new_process(shared, address, 2) == [200, 200]
    assert from_new_process(shared, address, 2) == [200, 429]


@contextmanager
def own_redis(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The URL of a Redis of our own, and what ends it."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)

    def end() -> None:
        server.terminate()
        server.wait(10)

    url = f"redis://127.0.0.1:{port}/0"
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                redis.Redis.from_url(url).ping()
                break
            except redis.RedisError:
                time.sleep(0.05)
        yield url, end
    finally:
        end()


def test_when_redis_goes_away_each_process_counts_for_itself(
    settings: dict[str, Any], address: str, tmp_path: Path
) -> None:
    ours, theirs = context.Pipe()
    with own_redis(tmp_path) as (url, end):
        process = context.Process(target=send_while_redis_goes, args=(settings | {"REDIS_URL": url}, address, theirs))
        process.start()
        assert ours.poll(60)
        assert ours.recv() == [200, 200]
        end()
        ours.send("gone")
        assert ours.poll(60)
        assert ours.recv() == [200, 200, 200, 429, 429]
        process.join(10)


def test_the_limiter_is_as_the_settings_say(settings: dict[str, Any]) -> None:
    create_app(settings)
    assert limiter.enabled
