"""What the tests of pages in the browser share."""

from __future__ import annotations

from bs4 import BeautifulSoup
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from wiki.core.database import db
from wiki.pages.models import Revision

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> [押す](java\tscript:alert(1))"


def fields(**other: str) -> dict[str, str]:
    """What the editor sends."""
    usual = {
        "title": "試しのレポート",
        "slug": "r1",
        "body": "新しい文",
        "summary": "直しました",
        "base_revision": "1",
    }
    return usual | other


def soup(response: TestResponse) -> BeautifulSoup:
    """The page of an answer."""
    return BeautifulSoup(response.text, "html.parser")


def revisions() -> int:
    """How many revisions there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count(Revision.id))) or 0


def typed(page: BeautifulSoup, form_id: str) -> dict[str, str]:
    """What a browser would send for the form as it stands."""
    form = page.find("form", id=form_id)
    sent = {tag["name"]: tag.get("value", "") for tag in form.select("input[name]") if tag.get("type") != "radio"}
    sent |= {tag["name"]: tag["value"] for tag in form.select("input[type=radio][checked]")}
    sent |= {tag["name"]: tag.text.lstrip("\r\n") for tag in form.select("textarea[name]")}
    return {name: value for name, value in sent.items() if name != "csrf_token"}
