"""Feeds, for those who follow the site with a reader of their own.

GET /feeds/reports.atom           new and revised reports
GET /feeds/reports/<slug>.atom    what happens on one report: its revisions and comments
GET /feeds/proposals.atom         new proposals, and each step with what the municipality says
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.core.http_cache import cached
from wiki.core.i18n import language
from wiki.core.web import NotThere
from wiki.notices import atom, entries, queries
from wiki.notices.atom import Entry, Feed
from wiki.pages import queries as pages

bp = Blueprint("notices", __name__)

_REPORTS = 30
_ENTRIES = 50


@bp.get("/feeds/reports.atom")
@cached(lambda: "site")
def reports_feed() -> ResponseReturnValue:
    """New and revised reports."""
    found = map(entries.of_revision, queries.newest_revisions(_REPORTS))
    return _answer("/feeds/reports.atom", "/reports/", _("レポートの更新"), atom.newest(found, _REPORTS))


@bp.get("/feeds/reports/<slug>.atom")
@cached(lambda slug: pages.scope_of(slug))
def report_feed(slug: str) -> ResponseReturnValue:
    """What happens on one report. Its id, unlike its address, stays when the report is renamed."""
    page = pages.page_or_404(slug)
    if page.kind not in pages.READ:
        raise NotThere
    found = [
        *map(entries.of_revision, queries.newest_revisions_of(page, _ENTRIES)),
        *(entries.of_comment(comment, page) for comment in queries.newest_comments_on(page, _ENTRIES)),
    ]
    path, title = f"/reports/{slug}", _("「%(title)s」の更新とコメント", title=page.title)
    return _answer(
        f"/feeds{path}.atom", path, title, atom.newest(found, _ENTRIES), f"/feeds/reports.atom#page-{page.id}"
    )


@bp.get("/feeds/proposals.atom")
@cached(lambda: "site")
def proposals_feed() -> ResponseReturnValue:
    """New proposals, and what became of them."""
    found = [
        *map(entries.of_proposal, queries.newest_proposals(_ENTRIES)),
        *(entries.of_step(step, proposal) for step, proposal in queries.newest_steps(_ENTRIES)),
    ]
    return _answer("/feeds/proposals.atom", "/proposals/", _("提案と市の考え方"), atom.newest(found, _ENTRIES))


def _answer(path: str, follows: str, title: str, found: Iterable[Entry], id_path: str = "") -> Response:
    feed = Feed(
        id=entries.absolute(id_path or path),
        address=entries.absolute(path),
        link=entries.absolute(follows),
        title=f"{title} — {current_app.config['SITE_NAME']}",
        author=entries.city(),
        language=language(),
    )
    return Response(atom.write(feed, found), content_type=atom.CONTENT_TYPE)
