"""A page's settings, and whether it is there, in the browser; all of it for staff.

GET, POST /reports/<slug>/settings    protection, review, open or closed, kind; what was set before
POST /reports/<slug>/withdraw         out of public sight; `confirm`
POST /reports/<slug>/show             in public sight again
POST /reports/<slug>/delete           `confirm`
POST /reports/<slug>/undelete         back as it was
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core.database import db, transaction
from wiki.core.web import NotAllowed, Problem
from wiki.ledger import Event, Kind
from wiki.pages import policy, queries, settings
from wiki.pages.addresses import address_of
from wiki.pages.blueprint import bp, writer
from wiki.pages.guard import NotWritable
from wiki.pages.models import Page, Protection
from wiki.pages.publishing_forms import ConfirmForm, SettingsForm

Change = Callable[[Person, Page], None]

_SAID: dict[Kind, Any] = {
    Kind.PAGE_WITHDRAWN: _l("公開をやめました。"),
    Kind.PAGE_SHOWN_AGAIN: _l("もう一度公開しました。"),
    Kind.PAGE_DELETED: _l("削除しました。"),
    Kind.PAGE_UNDELETED: _l("元に戻しました。"),
}
_CHANGED: dict[tuple[str, Any], Any] = {
    ("protection", "open"): _l("職員が直し、住民は修正を提案できるようにしました。"),
    ("protection", "staff"): _l("職員だけが直せるようにしました。"),
    ("protection", "locked"): _l("管理者だけが直せるようにしました。"),
    ("needs_review", True): _l("公開の前に、別の職員が確認することにしました。"),
    ("needs_review", False): _l("公開の前の確認を、なしにしました。"),
    ("is_open", True): _l("意見の募集を始めました。"),
    ("is_open", False): _l("意見の募集を終えました。"),
    ("page_kind", "report"): _l("ページの種類を「レポート」にしました。"),
    ("page_kind", "article"): _l("ページの種類を「記事」にしました。"),
    ("page_kind", "help"): _l("ページの種類を「使いかた」にしました。"),
}


@bp.route("/reports/<slug>/settings", methods=["GET", "POST"])
def show_settings(slug: str) -> ResponseReturnValue:
    """What staff can set about a page, and what was set before."""
    page = queries.page_or_404(slug, writer())
    form = SettingsForm()
    if request.method == "GET":
        form.show(page)
        return _show(page, form)
    if not form.validate():
        return _show(page, form, status=422)
    try:
        with transaction():
            actor = writer()
            page = queries.page_or_404(slug, actor)
            settings.change(actor, page, form.wanted())
    except (NotAllowed, NotWritable) as refusal:
        db.session.rollback()
        return _show(queries.page_or_404(slug, writer()), form, status=refusal.status, refusal=refusal)
    flash(_("設定を保存しました。"), "success")
    return redirect(url_for("pages.show_settings", slug=slug), 303)


@bp.post("/reports/<slug>/withdraw")
def withdraw(slug: str) -> ResponseReturnValue:
    """Take a page out of public sight."""
    return _confirmed(slug, "withdraw", settings.withdraw, _("公開をやめました。職員だけが読めます。"))


@bp.post("/reports/<slug>/delete")
def delete(slug: str) -> ResponseReturnValue:
    """Delete a page, so that it can be brought back."""
    return _confirmed(slug, "delete", settings.delete, _("削除しました。いつでも元に戻せます。"))


@bp.post("/reports/<slug>/show")
def show_again(slug: str) -> ResponseReturnValue:
    """Show a withdrawn page to everybody again."""
    return _change(slug, settings.show_again, _("もう一度公開しました。"))


@bp.post("/reports/<slug>/undelete")
def undelete(slug: str) -> ResponseReturnValue:
    """Bring a deleted page back."""
    return _change(slug, settings.undelete, _("元に戻しました。"))


def _confirmed(slug: str, what: str, change: Change, said: str) -> ResponseReturnValue:
    confirm = ConfirmForm()
    if not confirm.validate():
        page, form = queries.page_or_404(slug, writer()), SettingsForm(formdata=None)
        form.show(page)
        return _show(page, form, status=422, unconfirmed={what: confirm})
    return _change(slug, change, said)


def _change(slug: str, change: Change, said: str) -> ResponseReturnValue:
    with transaction():
        actor = writer()
        page = queries.page_or_404(slug, actor)
        change(actor, page)
        address = address_of(page)
    flash(said, "success")
    return redirect(address, 303)


def _show(
    page: Page,
    form: SettingsForm,
    *,
    status: int = 200,
    refusal: Problem | None = None,
    unconfirmed: dict[str, ConfirmForm] | None = None,
) -> ResponseReturnValue:
    person, forms = writer(), unconfirmed or {}
    html = render_template(
        "pages/settings.html",
        page=page,
        form=form,
        refusal=refusal,
        may_edit=policy.may_edit(person, page),
        may_lock=policy.may_protect(person, page, Protection.LOCKED),
        may_waive=policy.may_waive_review(person),
        withdrawing=forms.get("withdraw") or ConfirmForm(formdata=None),
        deleting=forms.get("delete") or ConfirmForm(formdata=None),
        history=settings.history(page),
    )
    return make_response(html, status)


def words_of(event: Event) -> str:
    """What an event about a page's settings did, in words."""
    if event.kind in _SAID:
        return str(_SAID[event.kind])
    return " ".join(str(_CHANGED[change]) for change in event.facts.items() if change in _CHANGED)


def init_app(app: Flask) -> None:
    """Give templates the words of the history, and whether the reader may edit a page."""
    app.add_template_global(words_of, "setting_words")

    @app.template_global()
    def may_edit_page(page: Page) -> bool:
        return policy.may_edit(current_person(), page)
