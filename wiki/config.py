"""Every setting, documented once.

A value comes from the defaults below, then from `instance/config.py` (the same names, upper case), then from the
environment with `KAIRAN_` in front. docs/settings.md lists them; a test holds the two together.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "KAIRAN_"


class SettingError(Exception):
    """A setting that cannot be understood; its message is one line for the person at the terminal."""


@dataclass(frozen=True)
class Setting:
    """A setting's name, default and meaning; the default's type is the setting's type."""

    name: str
    default: str | int | float | bool
    meaning: str


BASE_URL = Setting("BASE_URL", "http://127.0.0.1:8000", "The address under which people reach the site; used in mail.")
SETTINGS = (
    Setting("INSTANCE_PATH", "", "Folder of this installation's database, key and mail; `instance/` when empty."),
    Setting("DATABASE_URL", "", "SQLAlchemy URL; empty means SQLite at `kairan.sqlite` in the instance folder."),
    Setting("SECRET_KEY", "", "Signs cookies and links; made and kept in the instance folder when empty."),
    BASE_URL,
    Setting("TRUSTED_HOSTS", "", "Further host names that may be asked for, separated by commas."),
    Setting("PROXY_HOPS", 0, "How many reverse proxies stand in front and set X-Forwarded-*."),
    Setting("SITE_NAME", "回覧板", "The site's name in the masthead and in mail."),
    Setting("CITY_NAME", "見本市", "The municipality's name."),
    Setting(
        "SMTP_URL",
        "",
        "smtp://, smtp+starttls:// or smtps://user:password@host:port; empty keeps mail as files.",
    ),
    Setting("MAIL_FROM", "", "Sender of mail; `noreply@` and the host of BASE_URL when empty."),
    Setting("FILES_URL", "", "file:///FOLDER for uploaded files; empty keeps them in `files` in the instance folder."),
    Setting("UPLOAD_MEGABYTES", 20, "The largest file that staff may put in."),
    Setting("FILES_TOTAL_MEGABYTES", 10_000, "Room for all uploaded files together; 0 means no limit."),
    Setting("REDIS_URL", "", "Shares rate limits between machines; empty keeps them in each process."),
    Setting("WORKERS", 2, "Processes that answer requests."),
    Setting("WRITE_LOCK_SECONDS", 10.0, "How long a write waits for its turn before the answer is 503 (SQLite)."),
    Setting(
        "SQLITE_SYNCHRONOUS",
        "FULL",
        "SQLite's `synchronous`; FULL keeps what was acknowledged on power loss.",
    ),
    Setting("CACHE_MEGABYTES", 48, "Memory for ready pages, in each worker; 0 turns the cache off."),
    Setting("RATE_LIMITS", True, "Whether posts, sign-ups and mail are limited by person and address."),
    Setting("SESSION_DAYS", 14, "How long a sign-in lasts on a device."),
    Setting("FORM_HOURS", 8, "How long an opened form can be sent; later it asks once more and keeps the text."),
    Setting("COMMENT_EDIT_SECONDS", 900, "How long the author may edit a comment."),
    Setting(
        "PROPOSAL_ARCHIVE_DAYS", 365, "Open proposals in which nothing happened for so long are archived; 0: never."
    ),
    Setting("COMMENTS_PER_DAY", 100, "How many comments a resident may write within a day, while RATE_LIMITS is on."),
    Setting("PROPOSALS_PER_DAY", 20, "How many proposals a resident may make within a day, while RATE_LIMITS is on."),
    Setting("CONSULTATION_DAYS", 30, "The shortest period of a public comment that needs no reason."),
    Setting("SAMPLE", True, "Whether an empty database gets the sample collection; else the help pages alone."),
    Setting("THREADS_PER_PAGE", 20, "Threads of a discussion shown at once."),
    Setting("JOB_POLL_SECONDS", 0.5, "How often waiting jobs are looked for."),
)


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The site's settings under their names without prefix.

    Raises SettingError for a value that cannot be understood, and for an unknown name in `instance/config.py`.
    """
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    instance = Path(environ.get(PREFIX + "INSTANCE_PATH") or ROOT / "instance").resolve()
    values |= _from_file(instance / "config.py")
    for setting in SETTINGS:
        if (text := environ.get(PREFIX + setting.name)) is not None:
            values[setting.name] = _convert(setting, text)
    values["INSTANCE_PATH"] = str(instance)
    values["DATABASE_URL"] = values["DATABASE_URL"] or f"sqlite:///{instance / 'kairan.sqlite'}"
    _check_database(values["DATABASE_URL"])
    _check_files(values["FILES_URL"])
    values["MAIL_FROM"] = values["MAIL_FROM"] or f"noreply@{urlsplit(values['BASE_URL']).hostname}"
    return values


def _convert(setting: Setting, text: str) -> str | int | float | bool:
    kind = type(setting.default)
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
            raise SettingError(f"{PREFIX}{setting.name} must be true or false, not {text!r}")
        return text.lower() in {"1", "true", "yes", "on"}
    try:
        return kind(text)
    except ValueError:
        raise SettingError(f"{PREFIX}{setting.name} must be a number, not {text!r}") from None


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    names: dict[str, Any] = {}
    try:
        exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
    except Exception as error:
        raise SettingError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    found = {name: value for name, value in names.items() if name.isupper()}
    unknown = sorted(found.keys() - {setting.name for setting in SETTINGS})
    if unknown:
        raise SettingError(f"{path} sets {', '.join(unknown)}, which Kairan does not know")
    for setting in SETTINGS:
        kind = type(setting.default)
        if not isinstance(found.get(setting.name, setting.default), (int, float) if kind is float else kind):
            raise SettingError(f"{path}: {setting.name} must be {kind.__name__}, not {found[setting.name]!r}")
    return found


def _check_database(url: str) -> None:
    try:
        make_url(url).get_dialect()
    except (ArgumentError, ImportError):  # the address is not repeated: it may hold a password
        raise SettingError(f"{PREFIX}DATABASE_URL must be sqlite:///FILE or postgresql+psycopg://…") from None


def _check_files(url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme != "file" or parts.netloc or not parts.path.startswith("/")):
        raise SettingError(f"{PREFIX}FILES_URL must be file:///FOLDER, not {url!r}")


def secret_key(instance: Path) -> str:
    """The key kept in the instance folder, made at the first call; readable by the owner alone."""
    path = instance / "secret_key"
    if not path.exists():
        descriptor, made = tempfile.mkstemp(dir=instance)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.link(made, path)  # whole from its first moment on
        os.unlink(made)
    key = path.read_text("ascii").strip()
    if not key:
        raise SettingError(f"{path} is empty; delete it, and a new key is made")
    return key


def trusted_hosts(values: Mapping[str, Any]) -> list[str]:
    """The host names under which the site answers."""
    named = [host.strip() for host in values["TRUSTED_HOSTS"].split(",") if host.strip()]
    own = urlsplit(values["BASE_URL"]).hostname or "localhost"
    return sorted({own, "localhost", "127.0.0.1", "[::1]", *named})
