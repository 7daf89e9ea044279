"""One old edit taken back: what the page says now, without what that revision changed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from wiki.core.web import NotThere, Problem
from wiki.pages import queries
from wiki.pages.compare import Text
from wiki.pages.models import Page
from wiki.text.merge import three_way


class CannotUndo(Problem):
    """Later edits touch what this one changed."""

    status = 409
    title = _l("この変更だけを取り消すことはできません")
    advice = _l("そのあとの編集が、同じところを変えています。いまの文章を編集して直してください。")


class NothingToUndo(Problem):
    """What the edit changed is no longer in the page."""

    status = 409
    title = _l("この変更は、もう残っていません")
    advice = _l("取り消すところがありません。いまの文章は、この変更の前と同じか、あとから書きかえられています。")


def undone(page: Page, number: int) -> Text:
    """Title and body of the page without the change that revision `number` made: 3 queries.

    A three-way merge backwards: from that revision one side goes back to the one before, the other on to the newest.
    Raises NotThere, CannotUndo where both touch one place, NothingToUndo.
    """
    if number < 2:
        raise NotThere
    edit, before = queries.revision_or_404(page, number), queries.revision_or_404(page, number - 1)
    now = queries.current_revision(page)
    merge = three_way(edit.body, before.body, now.body)
    if not merge.is_clean or (edit.title != before.title and now.title not in {edit.title, before.title}):
        raise CannotUndo
    title = before.title if now.title == edit.title else now.title
    if (title, merge.text) == (now.title, now.body):
        raise NothingToUndo
    return Text(title, merge.text)
