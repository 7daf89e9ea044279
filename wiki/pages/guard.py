"""What may stand between a writer and a page's text; asked in the transaction, with the page's row held."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from wiki.accounts.models import Person
from wiki.core.web import Problem
from wiki.pages import policy
from wiki.pages.models import Page, PageState


class NotWritable(Problem):
    """The page takes no new text from this person, or not now. Nothing was changed."""

    status = 409


class PageDeleted(NotWritable):
    """The page was deleted."""

    title = _l("このページは削除されています")
    advice = _l("何も保存していません。ページを元に戻すと、また編集できます。")


class PageWithdrawn(NotWritable):
    """The page was taken out of public sight while somebody wrote."""

    title = _l("このページは、公開をやめています")
    advice = _l("何も保存していません。下書きに残すか、確かめたうえで、もう一度公開してください。")


class PageLocked(NotWritable):
    """Only administrators edit the page."""

    status = 403
    title = _l("このページは保護されています")
    advice = _l("編集できるのは管理者だけです。直したいところがあるときは、管理者にご相談ください。")


class ReviewNeeded(NotWritable):
    """The page is published only after somebody else has looked at it."""

    title = _l("このページの公開には、別の職員の確認が必要です")
    advice = _l("まだ公開していません。「確認を頼む」を押すと、ほかの職員の机に並びます。")


def check_editable(actor: Person | None, page: Page) -> None:
    """Raise PageDeleted or PageLocked where they hold. No actor: the house itself, which no lock keeps out."""
    if page.deleted_at is not None:
        raise PageDeleted
    if actor is not None and not policy.may_edit(actor, page):
        raise PageLocked


def check_publishable(actor: Person | None, page: Page, *, reviewed: bool, shows_again: bool) -> None:
    """As `check_editable`; and PageWithdrawn unless `shows_again`, ReviewNeeded unless `reviewed`."""
    check_editable(actor, page)
    if page.state is PageState.WITHDRAWN and not shows_again:
        raise PageWithdrawn
    if page.needs_review and actor is not None and not reviewed:
        raise ReviewNeeded
