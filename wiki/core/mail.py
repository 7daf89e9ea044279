"""Mail: written beside the change that causes it, sent by a job after the commit.

Without SMTP_URL a letter becomes a file in `instance/mail/`, so that a trial site needs no mail server.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app, render_template

from wiki.core import clock, jobs

_SEND = "mail.send"
_TIMEOUT_SECONDS = 20


def send(to: str, subject: str, template: str, **context: object) -> None:
    """Put a letter into the outbox, its text rendered now, in the reader's language.

    Whoever has no address (a voice on paper) has one under `.invalid`, where RFC 2606 lets nothing arrive: no letter.
    """
    if to.endswith(".invalid"):
        return
    text = render_template(f"{template}.txt", **context)
    jobs.enqueue(_SEND, to=to, subject=subject, text=text, message_id=make_msgid(domain=_domain()))


@jobs.handler(_SEND)
def deliver(to: str, subject: str, text: str, message_id: str) -> None:
    """Hand one letter to the mail server, or keep it as a file. The message id makes a second try recognisable."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = current_app.config["MAIL_FROM"]
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text, cte="base64")
    url = current_app.config["SMTP_URL"]
    if url:
        _deliver_by_smtp(letter, urlsplit(url))
    else:
        _keep_as_file(letter, message_id)


def _deliver_by_smtp(letter: EmailMessage, url: SplitResult) -> None:
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        tls = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=_TIMEOUT_SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=_TIMEOUT_SECONDS)
    with server:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(letter)


def _keep_as_file(letter: EmailMessage, message_id: str) -> None:
    folder = Path(current_app.config["INSTANCE_PATH"]) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9.]+", "-", message_id).strip("-")
    path = folder / f"{name}.eml"
    path.touch(0o600)  # before anything is in it: letters hold links that sign people in
    path.write_bytes(letter.as_bytes())


def _domain() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
