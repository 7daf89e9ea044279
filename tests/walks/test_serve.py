"""`kairan serve` as a process: from nothing to a site, and what becomes of it when parts of it die."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from bs4 import BeautifulSoup

from tests.conftest import POSTGRES_URL
from tests.walks.conftest import PASSWORD, Site, free_port, serving

pytestmark = pytest.mark.slow
REPORTS = ["thirst-for-change", "first-step", "my-number-card", "goal-of-dx", "residents-in-dx"]
PATIENCE_SECONDS = 30


class Browser:
    """Cookies, forms with their tokens, redirects; a fresh connection for each request."""

    def __init__(self, site: Site) -> None:
        self._url = site.url
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        address = path if path.startswith("http") else self._url + path
        with self._opener.open(address, timeout=20) as reply:
            return str(reply.read().decode())

    def submit(self, html: str, selector: str, **typed: str) -> str:
        """Send a page's form with what was typed; gives the page that follows."""
        form = BeautifulSoup(html, "html.parser").select_one(selector)
        assert form is not None, html
        fields = {str(f["name"]): str(f.get("value", "")) for f in form.select("input[type=hidden][name]")}
        action = str(form.get("action") or "")
        with self._opener.open(self._url + action, urlencode(fields | typed).encode(), timeout=20) as reply:
            return str(reply.read().decode())

    def sign_in(self, address: str) -> None:
        page = self.submit(
            self.get("/accounts/login"), "main form:has(input[name=password])", email=address, password=PASSWORD
        )
        assert "/accounts/me" in page


def fresh(site: Site, path: str) -> str:
    """A visitor's page over a connection of its own."""
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def processes_of(site: Site) -> dict[int, str]:
    """The site's processes, by the session they were started in, with their command lines."""
    found = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == site.process.pid and fields[0] != "Z":
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(folder.name)] = command.decode(errors="replace")
    return found


def workers_of(site: Site) -> list[int]:
    """The processes that answer requests: neither the main one, nor the jobs, nor Python's resource tracker."""
    others = ("jobs run", "resource_tracker")
    found = processes_of(site)
    return [pid for pid, line in found.items() if pid != site.process.pid and not any(o in line for o in others)]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold within a patient while."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if holds():
                return True
        time.sleep(0.1)
    return False


def env_for(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
    return kept | {"KAIRAN_INSTANCE_PATH": str(folder)}


def start(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail."""
    command = [sys.executable, "-m", "wiki", "serve", "--port", str(port)]
    return subprocess.run(command, env=env_for(folder), capture_output=True, text=True, timeout=60, check=False)


def refused_in_one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in lines[0]
    return lines[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site of its own for each test, from an empty instance, on each database."""
    if request.param == "sqlite":
        with serving(tmp_path) as started:
            yield started
        return
    request.getfixturevalue("postgres_url")  # skips where there is no server
    name = f"kairan_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        url = re.sub(r"/[^/]*$", f"/{name}", POSTGRES_URL).replace("postgresql://", "postgresql+psycopg://")
        try:
            with serving(tmp_path, KAIRAN_DATABASE_URL=url) as started:
                yield started
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_empty_instance_answers_with_the_sample_and_lets_the_first_administrator_in_once(
    site: Site, tmp_path: Path
) -> None:
    assert "市のレポートを、みんなで読んで、書きかえる。" in fresh(site, "/")
    for path in ("/collections/jichitai-dx-2023", *(f"/reports/{slug}" for slug in REPORTS)):
        assert "見本" in fresh(site, path)
    assert status(site.url + "/healthz") == 200
    log = (tmp_path / "serve.log").read_text("utf-8")
    assert f"{site.url}/" in log
    assert str(tmp_path / "mail") in log
    link = re.search(r"http://\S+/accounts/\S+", log)
    assert link is not None
    admin = Browser(site)
    form = admin.get(link[0])
    page = BeautifulSoup(form, "html.parser").select_one("main form[method=post]")
    assert page is not None
    after = admin.submit(form, "main form[method=post]", password=PASSWORD)
    assert 'href="/desk/"' in after or 'href="/desk/"' in admin.get("/")
    try:
        again = Browser(site).get(link[0])
    except urllib.error.HTTPError as error:
        again = error.read().decode()
    assert 'name="password"' not in again


def test_a_second_start_loads_nothing_again_and_keeps_what_was_written(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        address = first.create("二度目の人", "resident")
        browser = Browser(first)
        browser.sign_in(address)
        browser.submit(browser.get("/reports/first-step"), "form#compose", body="止まっても残ります。")
        count = fresh(first, "/reports/").count('class="card story"')
    with serving(tmp_path) as second:
        assert "止まっても残ります。" in fresh(second, "/reports/first-step")
        assert fresh(second, "/reports/").count('class="card story"') == count
        Browser(second).sign_in(address)


def test_after_the_death_of_a_worker_the_site_answers_and_every_worker_sees_what_changed(site: Site) -> None:
    address = site.create("夜の人", "resident")
    browser = Browser(site)
    browser.sign_in(address)
    before = workers_of(site)
    assert len(before) >= 2, processes_of(site)
    for _ in range(20):
        fresh(site, "/reports/goal-of-dx")  # every worker has it ready
    os.kill(before[0], signal.SIGKILL)
    said = "落ちても残る声です。"
    assert eventually(lambda: "goal-of-dx" in browser.get("/reports/goal-of-dx"))
    browser.submit(browser.get("/reports/goal-of-dx"), "form#compose", body=said)
    for _ in range(50):
        assert said in fresh(site, "/reports/goal-of-dx")
    assert eventually(lambda: len(workers_of(site)) == len(before) and before[0] not in workers_of(site))
    browser.submit(browser.get("/reports/goal-of-dx"), "form#compose", body="もう一つの声です。")
    for _ in range(50):
        assert "もう一つの声です。" in fresh(site, "/reports/goal-of-dx")


def test_one_signal_ends_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        assert eventually(lambda: any("jobs run" in line for line in processes_of(site).values()))
        assert len(workers_of(site)) >= 2
        os.kill(site.process.pid, signal.SIGTERM)
        site.process.wait(PATIENCE_SECONDS)
        assert eventually(lambda: processes_of(site) == {})


def test_the_jobs_end_when_the_server_was_killed(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        assert eventually(lambda: any("jobs run" in line for line in processes_of(site).values()))
        os.kill(site.process.pid, signal.SIGKILL)
        site.process.wait(PATIENCE_SECONDS)
        assert eventually(lambda: not any("jobs run" in line for line in processes_of(site).values()))
        for pid in processes_of(site):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    with serving(tmp_path) as site:
        port = site.url.rpartition(":")[2]
        assert port in refused_in_one_line(start(folder, int(port)))
        assert status(site.url + "/") == 200


@pytest.mark.parametrize("where", ["the folder", "a folder above it"])
def test_an_instance_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, where: str) -> None:
    file = tmp_path / "not-a-folder"
    file.write_text("a file stands here")
    folder = file if where == "the folder" else file / "instance"
    assert "not-a-folder" in refused_in_one_line(start(folder, free_port()))


def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    env = env_for(tmp_path) | {"KAIRAN_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/nowhere"}
    command = [sys.executable, "-m", "wiki", "serve", "--port", str(free_port())]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    refused_in_one_line(done)
