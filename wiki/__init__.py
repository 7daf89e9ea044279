"""Kairan（回覧板）: a wiki in which a municipality's reports meet its residents."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from wiki import config
from wiki.core import assets, csrf, database, files, gate, health, i18n, limits, security, sessions, web
from wiki.text import sanitize
from wiki.text.excerpt import excerpt

#: The rooms from the ground up. Of each, `views.bp` is registered, `listeners` and `jobs` are imported, and the
#: commands in `cli` are added under their own names.
ROOMS = (
    "ledger",
    "accounts",
    "pages",
    "attachments",
    "collections",
    "proposals",
    "suggestions",
    "comments",
    "intake",
    "answers",
    "moderation",
    "search",
    "notices",
    "consultations",
    "insight",
    "front",
    "desk",
    "exchange",
    "sample",
)
_CORE = (database, files, gate, web, security, sessions, csrf, limits, i18n, assets, health)
_SECONDS_PER_DAY = 86_400
_LARGEST_REQUEST_BYTES = 8 * 1024 * 1024


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application, with the settings of this machine; `overrides` win over all of them (tests).

    Raises config.SettingError when a setting cannot be understood.
    """
    values = config.load() | dict(overrides or {})
    instance = Path(values["INSTANCE_PATH"])
    instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "wiki",
        instance_path=str(instance),
        root_path=str(Path(__file__).parent),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.config.from_mapping(values)
    _set_flask_up(app, values, instance)
    for part in _CORE:
        part.init_app(app)
    app.add_template_filter(sanitize.trusted, "rendered")
    app.add_template_filter(excerpt, "excerpt")
    for room in ROOMS:
        _open(app, room)
    return app


def _set_flask_up(app: Flask, values: Mapping[str, Any], instance: Path) -> None:
    app.config["SECRET_KEY"] = values["SECRET_KEY"] or config.secret_key(instance)
    app.config["TRUSTED_HOSTS"] = config.trusted_hosts(values)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_REQUEST_BYTES
    app.config["SESSION_COOKIE_NAME"] = "kairan_session"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_SECURE"] = values["BASE_URL"].startswith("https://")
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.config["PERMANENT_SESSION_LIFETIME"] = values["SESSION_DAYS"] * _SECONDS_PER_DAY
    if hops := values["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _open(app: Flask, room: str) -> None:
    package = f"wiki.{room}"
    for name in ("listeners", "jobs"):
        if find_spec(f"{package}.{name}"):
            import_module(f"{package}.{name}")
    if find_spec(f"{package}.views"):
        views = import_module(f"{package}.views")
        views.init_app(app) if hasattr(views, "init_app") else app.register_blueprint(views.bp)
    if find_spec(f"{package}.cli"):
        commands = import_module(f"{package}.cli")
        app.cli.add_command(getattr(commands, room if hasattr(commands, room) else "commands"))
