"""Tags in the browser.

GET  /tags/                        all tags, the most used first
GET  /tags/<name>                  the pages under one; ?after=<page>
GET, POST /reports/<slug>/tags     staff: the tags of a page
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from wiki.collections import tagging
from wiki.collections.actor import arranger
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.forms import Form
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.state import ChangedMeanwhile, mark_of
from wiki.core.web import answer_invalid
from wiki.pages import queries as pages
from wiki.pages.addresses import address_of
from wiki.pages.forms import number_in
from wiki.pages.models import Page
from wiki.text import tags
from wiki.text.tags import BadText, ReservedMark

bp = Blueprint("tags", __name__)

_OFFERED = 30
_MOST_SENT = 200
_PER_PAGE = 50


class TagsForm(Form):
    """The tags of a page: ticked ones that are in use, and new ones that are typed."""

    chosen = SelectMultipleField(
        _l("使われているタグから選ぶ"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    new = TextAreaField(_l("新しいタグ"))
    seen = HiddenField()

    def offer(self, own: Sequence[str]) -> None:
        """Offer the page's own tags and those used most, and whatever was ticked."""
        names = [*own, *(found.name for found in tagging.all_tags(_OFFERED)), *(self.chosen.data or ())]
        self.chosen.choices = [(name, name) for name in dict.fromkeys(names)]

    @property
    def names(self) -> list[str]:
        """The clean names, each once; only after `validate()`."""
        return self._names

    def validate_chosen(self, field: Any) -> None:
        """What was ticked is a tag like one that was typed."""
        field.data = (field.data or [])[:_MOST_SENT]
        self._ticked = [_clean(name) for name in field.data]

    def validate_new(self, field: Any) -> None:
        """Each typed tag is sound, and there are not too many of them all."""
        typed = [_clean(part) for part in tags.split((field.data or "")[:10_000])]
        every = [*getattr(self, "_ticked", ()), *typed]
        self._names = list({tags.tag_key(name): name for name in reversed(every)}.values())[::-1]
        if len(self._names) > tags.MOST:
            raise StopValidation(_("一つのページに付けられるタグは%(most)s個までです。", most=tags.MOST))


@bp.get("/tags/")
@cached(lambda: "site")
def index() -> ResponseReturnValue:
    """All tags that lead somewhere."""
    return render_template("collections/tags.html", tags=tagging.all_tags())


@bp.get("/tags/<name>")
@cached(lambda name: "site", varies_by=frozenset({"after"}))
def show(name: str) -> ResponseReturnValue:
    """The pages under a tag, newest first; another way to write it leads on to its own name."""
    tag = tagging.tag_or_404(name)
    if tag.name != name:
        return redirect(f"/tags/{quote(tag.name)}", 301)
    found = tagging.tagged(tag, number_in(request.args.get("after")), _PER_PAGE + 1)
    older = found[_PER_PAGE - 1].id if len(found) > _PER_PAGE else None
    return render_template("collections/tag.html", tag=tag, pages=found[:_PER_PAGE], older=older)


@bp.route("/reports/<slug>/tags", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def edit(slug: str) -> ResponseReturnValue:
    """The tags under which a page stands."""
    page = pages.page_or_404(slug)
    arranger()
    form = TagsForm()
    own = tagging.tags_of(page)
    if request.method == "GET":
        form.chosen.data, form.seen.data = list(own), mark_of(own)
        return _editor(form, page, own)
    if not form.validate():
        return _editor(form, page, own, 422)
    try:
        with transaction():
            page = pages.page_or_404(slug)
            tagging.put_tags(arranger(), page, form.names, form.seen.data or "")
            address = address_of(page)
    except ChangedMeanwhile:
        db.session.rollback()
        page = pages.page_or_404(slug)
        own = tagging.tags_of(page)
        form.seen.data = mark_of(own)
        return _editor(form, page, own, 409)
    flash(_("タグを変更しました。"), "success")
    return redirect(address, 303)


def _editor(form: TagsForm, page: Page, own: Sequence[str], status: int = 200) -> ResponseReturnValue:
    form.offer(own)
    words = {"form": form, "page": page, "own": own, "changed": status == 409}
    if status == 200:
        return render_template("collections/page_tags.html", **words)
    return answer_invalid("collections/page_tags.html", status, **words)


def _clean(text: str) -> str:
    try:
        return tags.clean_tag(text)
    except ReservedMark:
        raise StopValidation(
            _(
                "「%(tag)s」には、タグに使えない記号が入っています。かっこ、引用符、スラッシュなどは使えません。",
                tag=text[:60],
            )
        ) from None
    except BadText as refusal:
        if refusal.code == "too_long":
            words = _(
                "「%(tag)s…」は長すぎます。タグは%(limit)s字までにしてください。", tag=text[:20], limit=tags.LONGEST
            )
        else:
            words = _("タグに使えない文字が入っています。見えない制御文字などを取り除いてください。")
        raise StopValidation(words) from None
