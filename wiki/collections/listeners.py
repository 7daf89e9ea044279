"""What collections add to the pages below them: the way to a page leads through its collection."""

from __future__ import annotations

from urllib.parse import quote

from flask_babel import gettext as _

from wiki.collections import queries
from wiki.pages import hooks
from wiki.pages.hooks import Link
from wiki.pages.models import Page


def collections_around(page: Page) -> list[Link]:
    """The collections in which the page stands, oldest first: 1 query."""
    return [
        (str(_("特集 %(title)s", title=found.title)), f"/collections/{quote(found.slug)}")
        for found in queries.collections_of(page)
    ]


hooks.standing.append(collections_around)
