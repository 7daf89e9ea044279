"""The site as `kairan serve` runs it, a real mail server, and Chromium."""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse 電池 staple"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mailbox:
    """A real SMTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def text_to(self, address: str, containing: str = "", wait_seconds: float = 20) -> str:
        """The newest letter to `address` that contains these words."""
        until = time.monotonic() + wait_seconds
        while time.monotonic() < until:
            for letter in reversed(self.letters):
                body = letter.get_body(("plain",))
                text = body.get_content() if body else ""
                if address in str(letter["To"]) and containing in text:
                    return str(text)
            time.sleep(0.1)
        raise AssertionError(f"no letter to {address} with {containing!r}")

    def link_to(self, address: str, containing: str = "") -> str:
        """The first link of that letter."""
        found = re.search(r"https?://\S+", self.text_to(address, containing))
        assert found is not None
        return found[0]


@dataclass
class Site:
    """A running site."""

    url: str
    env: dict[str, str]
    mailbox: Mailbox
    process: subprocess.Popen[bytes]
    people: dict[str, str] = field(default_factory=dict)

    def kairan(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line on this site."""
        command = [sys.executable, "-m", "wiki", *arguments]
        return subprocess.run(command, env=self.env, input=text, capture_output=True, text=True, check=True)

    def create(self, name: str, role: str) -> str:
        """Make somebody by the command line; gives the address."""
        address = f"person{len(self.people)}-{role}@example.jp"
        self.kairan("user", "create", name, "--email", address, "--role", role, "--password-stdin", text=PASSWORD)
        self.people[name] = address
        return address


@contextlib.contextmanager
def serving(folder: Path, mailbox: Mailbox | None = None, **settings: str) -> Iterator[Site]:
    """`kairan serve` on a free port with an instance in `folder`, until it answers; ended with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
    env = kept | {"KAIRAN_INSTANCE_PATH": str(folder), "KAIRAN_BASE_URL": url} | settings
    command = [sys.executable, "-m", "wiki", "serve", "--port", str(port)]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_for(url + "/readyz", process, folder / "serve.log")
            yield Site(url, env, mailbox or Mailbox(), process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as reply:
            if reply.status == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the site did not start: {log.read_text('utf-8')[-2000:]}")


@pytest.fixture(scope="session")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with the sample collection, its mail going to a real server; shared by the walks."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        folder = tmp_path_factory.mktemp("site")
        with serving(folder, mailbox, KAIRAN_SMTP_URL=f"smtp://127.0.0.1:{controller.port}") as site:
            yield site
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium, the system's own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium; on Debian: apt install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def browsing(chromium: Browser, site: Site, **options: Any) -> Iterator[Page]:
    """A page in a context of its own; any request to another host, script error or CSP violation fails the test."""
    context: BrowserContext = chromium.new_context(locale="ja-JP", base_url=site.url, **options)
    wrong: list[str] = []
    page = context.new_page()
    page.on(
        "request",
        lambda request: None if request.url.startswith((site.url, "data:")) else wrong.append(request.url),
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None,
    )
    page.set_default_timeout(10_000)
    try:
        yield page
    finally:
        context.close()
    assert not wrong


def sign_in(page: Page, address: str) -> None:
    """Sign in through the form."""
    page.goto("/accounts/login")
    page.fill("input[name=email]", address)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
