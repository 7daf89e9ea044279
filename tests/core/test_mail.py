"""Letters: written with the change, handed to a real server, whole, and handed again when it was away."""

from __future__ import annotations

import email
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select

from wiki.core import jobs, mail
from wiki.core.database import db, transaction
from wiki.core.jobs import Job

SUBJECT = "【回覧板】ご提案「夜の窓口を開く」へのお返事です。長い件名でも、折り返しで文字が壊れないこと😀"
TEXT = (
    "見本Aさま\n\nお読みいただき、ありがとうございます。\n.\n髙﨑・𠮷野・ｶﾅ — 100%\n" + "とても長い一行。" * 300 + "\n"
)


class Mailbox:
    """A server's side of the conversation: keeps what arrives, after refusing it `refusals` times."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refused: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusals = 0

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        if self.refusals:
            self.refusals -= 1
            self.refused.append(letter)
            return "451 come back later"
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def text_of(letter: EmailMessage) -> str:
    """The text as the reader sees it; on the way, lines end with CR LF."""
    return str(letter.get_content()).replace("\r\n", "\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server_at(port: int, mailbox: Mailbox) -> Iterator[None]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def sender(build_on_sqlite: Callable[..., Flask], port: int) -> Iterator[Flask]:
    """A site whose mail server is said to listen at `port`."""
    app = build_on_sqlite(SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="回覧板 <noreply@city.example.jp>")
    app.jinja_loader = ChoiceLoader([DictLoader({"letter.txt": "{{ text }}"}), app.jinja_loader])  # type: ignore[assignment, list-item]
    with app.app_context():
        yield app


def write(text: str = TEXT) -> None:
    with transaction():
        mail.send("person@example.jp", SUBJECT, "letter", text=text)


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id))) or 0


def test_japanese_arrives_as_it_was_written(sender: Flask, port: int) -> None:
    mailbox = Mailbox()
    write()
    with server_at(port, mailbox):
        assert jobs.run_due() == 1
    (letter,) = mailbox.letters
    assert letter["Subject"] == SUBJECT
    assert text_of(letter) == TEXT
    assert letter["To"] == "person@example.jp"
    assert mailbox.recipients == ["person@example.jp"]
    assert letter["From"].addresses[0].display_name == "回覧板"
    assert letter["Date"].datetime is not None
    assert letter["Auto-Submitted"] == "auto-generated"
    assert waiting() == 0


def test_nothing_is_sent_when_the_change_is_undone(sender: Flask, port: int) -> None:
    mailbox = Mailbox()
    with server_at(port, mailbox):
        with pytest.raises(ZeroDivisionError), transaction():
            mail.send("person@example.jp", SUBJECT, "letter", text=TEXT)
            raise ZeroDivisionError
        assert jobs.run_due() == 0
    assert mailbox.letters == []


def test_a_letter_waits_while_the_server_is_down(sender: Flask, port: int, travel: Callable[..., None]) -> None:
    write()
    assert jobs.run_due() == 1
    assert waiting() == 1
    mailbox = Mailbox()
    with server_at(port, mailbox):
        assert jobs.run_due() == 0
        travel(minutes=1)
        assert jobs.run_due() == 1
    assert [letter["Subject"] for letter in mailbox.letters] == [SUBJECT]
    assert waiting() == 0


def test_a_letter_sent_again_is_recognised_by_its_id(sender: Flask, port: int, travel: Callable[..., None]) -> None:
    mailbox = Mailbox()
    mailbox.refusals = 1
    write()
    write()
    with server_at(port, mailbox):
        jobs.run_due()
        travel(minutes=1)
        jobs.run_due()
    ids = [letter["Message-ID"] for letter in mailbox.letters]
    assert mailbox.refused[0]["Message-ID"] in ids
    assert len(set(ids)) == 2
    assert all(name.endswith("@localhost>") for name in ids)


def test_a_subject_cannot_smuggle_in_another_header(sender: Flask, port: int) -> None:
    mailbox = Mailbox()
    with transaction():
        mail.send("person@example.jp", "件名\r\nBcc: other@example.jp", "letter", text=TEXT)
    with server_at(port, mailbox):
        jobs.run_due()
    assert mailbox.recipients == []


def test_without_a_server_a_letter_becomes_a_file_for_the_owner_alone(small_site: Flask, tmp_path: Path) -> None:
    with small_site.app_context():
        for _turn in range(2):  # a job may run twice: one letter, one file
            mail.deliver("person@example.jp", SUBJECT, TEXT, "<1.2.3@localhost>")
    (path,) = (tmp_path / "mail").glob("*.eml")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    letter = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(letter, EmailMessage)
    assert letter["Subject"] == SUBJECT
    assert text_of(letter) == TEXT
