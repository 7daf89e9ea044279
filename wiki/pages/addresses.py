"""Where pages are read, and the way there from the front page."""

from __future__ import annotations

from urllib.parse import quote

from flask_babel import gettext as _

from wiki.pages import hooks, links
from wiki.pages.hooks import Link
from wiki.pages.models import Page, PageKind, Submission


def address_of(page: Page) -> str:
    """Where a page is read."""
    return links.address_of(page.slug, page.kind)


def address_of_submission(found: Submission) -> str:
    """Where a version that is not public yet is read."""
    return f"/reports/{quote(found.page.slug)}/submissions/{found.id}"


def way_to(page: Page) -> list[Link]:
    """What stands between the front page and whatever is below this page: its collection or list, and itself."""
    if page.kind is PageKind.HELP:
        above = [(str(_("使いかた")), "/help/")] if page.slug != "help" else []
    else:
        above = hooks.stands_in(page)[:1] or [(str(_("レポート")), "/reports/")]
    return [*above, (page.title, address_of(page))]
