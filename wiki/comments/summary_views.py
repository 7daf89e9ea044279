"""Staff pin a summary on top of a page's discussion.

GET, POST /reports/<slug>/summary       staff: body, voices (numbers or addresses of comments); empty: taken away
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.policy import is_on_duty
from wiki.accounts.signin import current_person
from wiki.comments import summaries
from wiki.comments.forms import SummaryForm
from wiki.core.database import transaction
from wiki.core.forms import TOO_COMPLEX
from wiki.core.web import answer_invalid, require
from wiki.pages import queries as pages
from wiki.text.markdown import TooComplex

bp = Blueprint("comment_summaries", __name__)


@bp.route("/reports/<slug>/summary", methods=["GET", "POST"])
def summary(slug: str) -> ResponseReturnValue:
    """Write it, or take it away."""
    page, form = pages.page_or_404(slug, current_person()), SummaryForm()
    _staff()
    if request.method == "GET":
        if found := summaries.pinned(page):
            form.body.data = found.summary.body
            form.voices.data = "、".join(map(str, found.summary.comment_ids))
        return render_template("comments/summary.html", form=form, page=page)
    if not form.validate():
        return answer_invalid("comments/summary.html", form=form, page=page)
    numbers = summaries.numbers_in(form.voices.data or "")
    known = {comment.id for comment in summaries.named(page, numbers)}
    if missing := [number for number in numbers if number not in known]:
        told = "、".join(map(str, missing))
        form.voices.errors = [_("このレポートに、この番号の声はありません：%(numbers)s", numbers=told)]
        return answer_invalid("comments/summary.html", form=form, page=page)
    try:
        html = summaries.render(form.body.data or "")
    except TooComplex:
        form.body.errors = [TOO_COMPLEX]
        return answer_invalid("comments/summary.html", form=form, page=page)
    with transaction():
        page = pages.page_or_404(slug, current_person())
        summaries.pin(_staff(), page, form.body.data or "", html, numbers)
    flash(_("まとめを保存しました。") if form.body.data else _("まとめを外しました。"), "success")
    return redirect(f"/reports/{slug}#voices", 303)


def _staff() -> Person:
    person = current_person()
    require(is_on_duty(person))
    assert person is not None
    return person
