"""`make bench`: the site under load beside a bare Flask hello, in one run on one machine.

R is the hello's requests a second under gunicorn with two sync workers, measured anew before every figure, because
absolute figures drift; each line is the median of three rounds in turn. Needs wrk.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import session
from flask_wtf.csrf import generate_csrf

from tests.bench import saving

ROUNDS = 3
SECONDS = 5
COMMENTS = 50
COMMENT = (
    "窓口で**同じ住所**を四回書きました。転入のときは、どの課でも同じことを聞かれます。"
    "一度書けばすむようにしてください。夜にも開いていると、仕事のあとに寄れます。"
)

HELLO = """
from flask import Flask
app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello, World!"
"""

POST_SCRIPT = """
local thread_number = 0
function setup(thread) thread:set("number", thread_number); thread_number = thread_number + 1 end
function init(args) count = 0 end
function request()
  count = count + 1
  local key = number .. "-" .. count .. "-%(run)s"
  local body = "csrf_token=%(token)s&request_key=" .. key .. "&body=%(body)s" .. key
  return wrk.format("POST", "%(path)s", {["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "%(cookie)s"}, body)
end
function response(status) if status ~= 303 then io.stderr:write("status " .. status .. "\\n") end end
"""


@dataclass(frozen=True)
class Load:
    """What wrk said: requests a second, and the 99th percentile of latency in milliseconds."""

    rate: float
    p99: float


@dataclass(frozen=True)
class Site:
    """The site being measured: its address, one page of it, and a signed-in person's cookie and form token."""

    url: str
    path: str
    cookie: str
    token: str
    pid: int
    start_seconds: float


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk; on Debian: apt install wrk")
    with tempfile.TemporaryDirectory() as folder, hello(Path(folder)) as base, site(Path(folder)) as measured:
        page = measured.url + measured.path
        etag = etag_of(page)
        signed_in = ("-H", f"Cookie: {measured.cookie}")
        rows = [
            ("anonymous report page", 4.0, compare(base, lambda: wrk(page))),
            ("the same, 304", 5.0, compare(base, lambda: wrk(page, "-H", f"If-None-Match: {etag}"))),
            ("signed-in report page", 0.8, compare(base, lambda: wrk(page, *signed_in))),
            ("posting a comment", 0.15, compare(base, lambda: post(measured, Path(folder)))),
        ]
        machine = f"Python {sys.version.split()[0]}, {os.cpu_count()} cores"
        print(f"\n{machine}, wrk -t2 -c16 -d{SECONDS}s, median of {ROUNDS}\n")
        print("| what | requests/s | × R | wanted | p99 ms |\n|---|---|---|---|---|")
        for what, wanted, (ratio, load) in rows:
            print(f"| {what} | {load.rate:,.0f} | **{ratio:.2f}** | {wanted} | {load.p99:.1f} |")
        print(f"\nsecond start {measured.start_seconds:.1f} s; memory of the workers {memory(measured.pid)}")
        short = [what for what, wanted, (ratio, _load) in rows if ratio < wanted]
    with tempfile.TemporaryDirectory() as folder:
        short += [] if saving.main(Path(folder)) else ["saving a large page"]
    if short:
        sys.exit("below what is wanted: " + ", ".join(short))


def compare(base: str, measure: Callable[[], Load]) -> tuple[float, Load]:
    """The median ratio to the hello, each measured beside its own R, and the load of the median round."""
    rounds = []
    for _ in range(ROUNDS):
        reference = wrk(base)
        load = measure()
        rounds.append((load.rate / reference.rate, load))
    middle = statistics.median_low([ratio for ratio, _load in rounds])
    return next(found for found in rounds if found[0] == middle)


def wrk(url: str, *options: str) -> Load:
    """One run of wrk. Raises when an answer was an error."""
    command = ["wrk", "-t2", "-c16", f"-d{SECONDS}s", "--latency", *options, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout or "status" in done.stderr or "Socket errors" in done.stdout:
        raise RuntimeError(f"errors under load: {done.stdout[-300:]} {done.stderr[-200:]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    latency = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    assert rate is not None and latency is not None
    return Load(float(rate[1]), float(latency[1]) * {"us": 0.001, "ms": 1, "s": 1000}[latency[2]])


def post(site: Site, folder: Path) -> Load:
    """Comments by one person, each different, with session, CSRF and Markdown."""
    script = folder / "post.lua"
    body = urllib.request.quote(COMMENT)  # type: ignore[attr-defined]
    values = {
        "token": site.token,
        "run": secrets.token_hex(4),
        "body": body,
        "path": site.path + "/comments",
        "cookie": site.cookie,
    }
    text = POST_SCRIPT
    for name, value in values.items():
        text = text.replace(f"%({name})s", value)
    script.write_text(text)
    return wrk(site.url, "-s", str(script))


@contextlib.contextmanager
def hello(folder: Path) -> Iterator[str]:
    """R: a bare Flask hello under gunicorn with two sync workers."""
    (folder / "hello.py").write_text(HELLO)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "gunicorn"),
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "hello:app",
    ]
    with running(command, folder, dict(os.environ)):
        url = f"http://127.0.0.1:{port}/"
        wait_for(url)
        yield url


@contextlib.contextmanager
def site(folder: Path) -> Iterator[Site]:
    """The site as `make serve` runs it, started a second time, with one page of fifty comments."""
    instance, port = folder / "instance", free_port()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "KAIRAN_INSTANCE_PATH": str(instance),
        "KAIRAN_BASE_URL": url,
        "KAIRAN_RATE_LIMITS": "0",
    }
    kairan = str(Path(sys.executable).parent / "kairan")
    subprocess.run([kairan, "db", "upgrade"], env=env, check=True)
    subprocess.run([kairan, "bench", "fill", "--pages", "1", "--comments", str(COMMENTS)], env=env, check=True)
    path, cookie, token = sign_somebody_in(env)
    started = time.monotonic()
    with running([kairan, "serve", "--port", str(port)], Path.cwd(), env) as process:
        wait_for(url + "/healthz")
        yield Site(url, path, cookie, token, process.pid, time.monotonic() - started)


def sign_somebody_in(env: dict[str, str]) -> tuple[str, str, str]:
    """The page's path, and the cookie and form token of one of the people, made as signing in makes them."""
    os.environ.update(env)
    from sqlalchemy import select

    from wiki import create_app
    from wiki.accounts.models import Person, Signin
    from wiki.core.database import db, transaction
    from wiki.pages.models import Page

    app = create_app()
    with app.test_request_context():
        path = "/reports/" + (db.session.scalar(select(Page.slug).limit(1)) or "")
        person_id = db.session.scalar(select(Person.id).limit(1))
        with transaction():
            db.session.add(Signin(key="bench", person_id=person_id, device="bench"))
        session["_user_id"] = "bench"
        session["_fresh"] = True
        session.permanent = True
        token = generate_csrf()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(dict(session))}"
        db.session.remove()
        db.engine.dispose()
    return path, cookie, token


@contextlib.contextmanager
def running(command: list[str], folder: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") if folder != Path.cwd() else open(os.devnull, "ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def wait_for(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")


def etag_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as reply:
        reply.read()
        return str(reply.headers["ETag"])


def memory(pid: int) -> str:
    """Resident megabytes of the server's Python processes."""
    group = subprocess.run(["ps", "-o", "rss=", "-g", str(pid)], capture_output=True, text=True, check=False)
    return ", ".join(f"{int(line) / 1024:.0f} MB" for line in group.stdout.split())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
