"""Drafts of pages in the browser: saved while somebody types, offered when the editor is opened again.

POST /reports/<slug>/draft      the editor's fields; JSON: the words to show, and who else is editing
POST /drafts                    the same for a report still to be made
POST /drafts/<key>/discard      forget a draft

The editor itself (views.py) calls `open_editor`, `keep`, `beside` and `finish`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from wiki.accounts.models import Person
from wiki.core import csrf, limits
from wiki.core.database import db, transaction
from wiki.core.i18n import hour
from wiki.core.limits import limiter
from wiki.core.sqlite_lock import WriterBusy
from wiki.core.web import Problem, on_problem
from wiki.pages import drafts, presence, queries
from wiki.pages.blueprint import writer
from wiki.pages.drafts import DraftMoved, Written
from wiki.pages.forms import PageForm
from wiki.pages.models import Draft, Page

bp = Blueprint("drafts", __name__)

_LONGEST_VERSION = 10


@bp.post("/reports/<slug>/draft")
@limiter.limit(limits.DRAFTING)
def save(slug: str) -> ResponseReturnValue:
    """Keep what is typed, or, with `look`, only say who else is here; with `leaving`, that nobody is any longer."""
    with transaction():
        person = writer()
        page = queries.page_or_404(slug, person)
        if "leaving" in request.form:
            presence.leave(page, person)
        else:
            presence.touch(page, person)
        draft = None if "look" in request.form else _save(PageForm(page, offers_voices=False), page, person)
        told = _told(draft, "look" not in request.form)
    return told | _around(page, person)


@bp.post("/drafts")
@limiter.limit(limits.DRAFTING)
def save_new() -> ResponseReturnValue:
    """Keep what is typed of a report still to be made."""
    with transaction():
        draft = _save(PageForm(None), None, writer())
        return _told(draft, True)


@bp.post("/drafts/<key>/discard")
@limiter.limit(limits.POSTING)
def discard(key: str) -> ResponseReturnValue:
    """Forget a draft, and back to where it was offered."""
    with transaction():
        draft = drafts.discard(writer(), key)
        page = draft.page if draft else None
        back = url_for("pages.edit", slug=page.slug) if page else url_for("pages.new")
    flash(_("下書きを捨てました。"), "success")
    return redirect("/accounts/me" if request.form.get("next") == "me" else back, 303)


@bp.errorhandler(Problem)
def _refused(problem: Problem) -> ResponseReturnValue:
    """Scripts ask here; they are told in words that they can show."""
    db.session.rollback()
    if request.endpoint == "drafts.discard":
        return on_problem(problem)
    told = {"said": f"{problem.title}。{problem.advice}"}
    if isinstance(problem, DraftMoved):
        told |= {
            "over": _("この画面の文章を下書きにする"),
            "href": _address(problem.draft),
            "link": _("保存してある下書きを開く"),
        }
    return told, problem.status


@csrf.for_visitors("drafts.save")
@csrf.for_visitors("drafts.save_new")
def _signed_out() -> ResponseReturnValue:
    words = _("ログインが切れたので、まだ保存できていません。文章はこの端末に残しています。")
    return {"said": words, "href": "/accounts/login", "link": _("ログインする")}, 403


def open_editor(form: PageForm, page: Page | None) -> None:
    """Name this screen; note who opens it; with `?draft=`, put the draft into the form."""
    form.draft_screen.data = drafts.new_key()
    form.draft_key.data = drafts.key_of(page) if page else request.args.get("draft") or drafts.new_key()
    if page is not None:
        with suppress(WriterBusy), transaction():
            presence.touch(page, writer())
    draft = drafts.find(writer(), form.draft_key.data)
    if draft is not None and "draft" in request.args:
        form.title.data, form.slug.data, form.body.data = draft.title, draft.slug, draft.body
        form.summary.data = draft.summary
        form.choose(draft.reflects)
        form.base_revision.data, form.draft_version.data = str(draft.base_number or ""), str(draft.version)
        if "section" in form:
            form["section"].data = draft.section


def keep(form: PageForm, page: Page | None) -> ResponseReturnValue | int:
    """The button 下書きを保存: on to the draft (303), or the status with which the form has to be shown again."""
    try:
        with transaction():
            draft = _save(form, page, writer())
            said = _told(draft, True)["said"]
            address = _address(draft) if draft else None
    except Problem as problem:
        form.form_errors.append(f"{problem.title}。{problem.advice}")
        return problem.status
    flash(said, "success")
    return redirect(address or request.path, 303)


def beside(form: PageForm, page: Page | None) -> dict[str, Any]:
    """What stands around the editor: others who edit, drafts that wait, and whether this one is behind: 3 queries."""
    person = writer()
    key = drafts.key_of(page) if page else str(form.draft_key.data or "")
    waiting = [found] if page and (found := drafts.find(person, key)) else []
    if page is None:
        waiting = [draft for draft in drafts.unfinished(person, new_only=True) if draft.key == key or not request.form]
    return {
        "others": presence.others(page, person) if page else [],
        "waiting": [draft for draft in waiting if not _is_in(form, draft)],
        "is_behind": page is not None and 0 < form.base_number < page.current_number,
        "draft_url": url_for("drafts.save", slug=page.slug) if page else url_for("drafts.save_new"),
        "draft_owner": person.id,
    }


def finish(form: PageForm, page: Page | None, person: Person) -> None:
    """Forget the draft of what is being published, within its transaction."""
    key = drafts.key_of(page) if page else str(form.draft_key.data or "")
    drafts.finish(person, key, str(form.draft_screen.data or ""), _seen(form))
    if page is not None:
        presence.leave(page, person)


def _save(form: PageForm, page: Page | None, person: Person) -> Draft | None:
    typed_key = str(form.draft_key.data or "")
    if not drafts.NEW_KEY.fullmatch(typed_key):
        typed_key = drafts.new_key()  # also for the text of a page that is gone, which becomes a new report's
    key = drafts.key_of(page) if page else typed_key
    written = Written(
        title=form.title.data or "",
        slug=form.slug.data or "",
        body=form.body.data or "",
        summary=form.summary.data or "",
        base_number=form.base_number,
        screen=str(form.draft_screen.data or ""),
        section=request.form.get("section", ""),
        reflects=form.reflects.data or [],
    )
    draft = drafts.save(person, page, key, written, _seen(form), over=request.form.get("draft") == "over")
    db.session.flush()
    return draft


def _told(draft: Draft | None, was_asked: bool) -> dict[str, Any]:
    """What the script shows, and what the form must carry from now on."""
    told: dict[str, Any] = {"csrf_token": generate_csrf()}
    if draft is not None:
        told |= {"said": _("保存しました %(time)s", time=hour(draft.saved_at)), "version": str(draft.version)}
        told["href"] = _address(draft)
    elif was_asked:
        told["said"] = _("公開中の文章と同じです")
    return told


def _around(page: Page, person: Person) -> dict[str, Any]:
    """Who else is here, and whether the page has moved on from the revision on which the writer works."""
    told: dict[str, Any] = {
        "others": [
            _("%(name)sさんが %(time)s から編集中です。", name=other.name, time=hour(other.since))
            for other in presence.others(page, person)
        ]
    }
    base = request.form.get("base_revision", type=int) or 0
    if 0 < base < page.current_number:
        told["newer"] = {
            "said": _newer_words(page),
            "href": f"{url_for('pages.diff', slug=page.slug)}?from={base}&to={page.current_number}",
            "link": _("変更を見る"),
        }
    return told


def _newer_words(page: Page) -> str:
    author, number = queries.current_revision(page).author, page.current_number
    if author is None:
        return str(
            _("第%(number)s版が公開されました。公開するときに、両方の変更をまとめてお見せします。", number=number)
        )
    words = _(
        "%(name)sさんが第%(number)s版を公開しました。公開するときに、両方の変更をまとめてお見せします。",
        name=author.name,
        number=number,
    )
    return str(words)


def _is_in(form: PageForm, draft: Draft) -> bool:
    """Whether the form is this draft, as far as it goes."""
    if draft.page_id is None and draft.key != str(form.draft_key.data or ""):
        return False
    return draft.screen == str(form.draft_screen.data or "") or draft.version == _seen(form)


def _seen(form: PageForm) -> int:
    text = str(form.draft_version.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION else 0


def _address(draft: Draft) -> str:
    page = draft.page
    return url_for("pages.edit", slug=page.slug, draft=1) if page else url_for("pages.new", draft=draft.key)
