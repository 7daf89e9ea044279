"""Language, theme, and how times and numbers are written.

The words in the code are the Japanese ones; `wiki/translations/en` holds the English. The content of pages and
comments stays as it was written.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, current_app, request
from flask_babel import Babel, format_date, format_datetime, format_timedelta, get_locale, get_translations

from wiki.core import clock
from wiki.core.visitor import said, said_by

babel = Babel()
_catalogues: dict[str, Any] = {}


def language() -> str:
    """The language of this answer: `ja` or `en`."""
    return said_by(request).language


def _locale() -> str:
    return language() if request else "ja"


def when(moment: datetime) -> str:
    """A date and time for people, in Japan's time: 2026年11月23日 14:05."""
    return str(format_datetime(moment, "y年M月d日 H:mm" if _is_japanese() else "d MMM y, HH:mm"))


def day(moment: datetime | date) -> str:
    """A date for people: 2026年11月23日."""
    pattern = "y年M月d日" if _is_japanese() else "d MMM y"
    return str(format_datetime(moment, pattern) if isinstance(moment, datetime) else format_date(moment, pattern))


def hour(moment: datetime) -> str:
    """The time of day, in Japan's time: 14:05."""
    return str(format_datetime(moment, "H:mm"))


def ago(moment: datetime) -> str:
    """How long since `moment`: 3時間前. Not for pages that are kept: it grows old with them."""
    return str(format_timedelta(moment - clock.now(), add_direction=True))


def iso(moment: datetime) -> str:
    """A moment for machines (RFC 3339, UTC)."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def translated(words: str) -> str:
    """What templates say in the language of this answer; Flask-Babel's own goes through four proxies for every word."""
    locale = get_locale()
    name = locale.language if locale else "ja"
    if (catalogue := _catalogues.get(name)) is None:
        catalogue = _catalogues[name] = get_translations()
    found: str = catalogue.ugettext(words)
    return found


def _translated_number(one: str, many: str, number: int) -> str:
    found: str = get_translations().ungettext(one, many, number)
    return found


def _is_japanese() -> bool:
    return str(get_locale() or "ja") == "ja"


def _site() -> dict[str, Any]:
    config = current_app.config
    asked = said_by(request) if request else said("", "")
    return {
        "site": {"name": config["SITE_NAME"], "city": config["CITY_NAME"], "url": config["BASE_URL"]},
        "locale": asked.language,
        "theme": asked.theme,
    }


def init_app(app: Flask) -> None:
    """Choose the language of each request and give templates the filters `when`, `day`, `hour`, `ago` and `iso`."""
    app.config["BABEL_DEFAULT_LOCALE"] = "ja"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Tokyo"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=_locale)
    app.jinja_env.install_gettext_callables(translated, _translated_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
    app.context_processor(_site)
    for function in (when, day, hour, ago, iso):
        app.add_template_filter(function)
