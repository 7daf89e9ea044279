"""Taking out, from the browser.

GET  /reports/<slug>/export    a page and its files as a ZIP archive, for whoever may read it
GET  /desk/export              staff: everything
"""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

from flask import Blueprint, Response, current_app, send_file
from flask_babel import lazy_gettext as _l

from wiki.accounts.signin import current_person
from wiki.attachments import queries as attachments
from wiki.core import clock, limits
from wiki.core.limits import limiter
from wiki.core.web import NotThere, Problem, require
from wiki.exchange import export
from wiki.pages import policy
from wiki.pages import queries as pages
from wiki.pages.models import Page

bp = Blueprint("export", __name__)

_MEGABYTE = 1024 * 1024
_MOST_AT_ONCE = 500 * _MEGABYTE
_IN_MEMORY = 8 * _MEGABYTE


class TooMuch(Problem):
    """A site whose files are too large to be packed while somebody waits."""

    status = 413
    title = _l("大きすぎて、ここからは書き出せません")
    advice = _l("サーバーの管理者に、コマンド「kairan export」での書き出しを頼んでください。")


@bp.get("/reports/<slug>/export")
@limiter.limit(limits.TAKING_OUT)
def page(slug: str) -> Response:
    """The page as it is now, with the files that it shows, in a form that can be brought in again."""
    found = pages.page_or_404(slug, current_person())
    if not found.was_published:
        raise NotThere
    return _packed(found, found.slug)


@bp.get("/desk/export")
@limiter.limit(limits.TAKING_OUT)
def everything() -> Response:
    """All pages, files and collections."""
    require(policy.may_write(current_person()))
    if attachments.bytes_of_all() > _MOST_AT_ONCE:
        raise TooMuch
    return _packed(None, f"kairan-{clock.today():%Y%m%d}")


def _packed(found: Page | None, name: str) -> Response:
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=current_app.instance_path)  # noqa: SIM115 (sent, then closed)
    export.pack(cast(BinaryIO, file), found)
    file.seek(0)
    return send_file(cast(BinaryIO, file), "application/zip", as_attachment=True, download_name=f"{name}.zip")
