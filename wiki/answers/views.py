"""What the city thinks of the voices, for everybody.

GET /answers/                 all that was published; ?page=<slug>&category=&before=
GET /answers/<id>             one: what it says, to which voices, what was published before; ?after=
GET, POST /desk/answers …     staff write, approve and publish     (answers/desk_views.py)
"""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue

from wiki.accounts.signin import current_person
from wiki.answers import desk_views, policy, queries
from wiki.answers.listeners import as_shown
from wiki.answers.models import Category
from wiki.answers.words import CATEGORIES, CATEGORY_BADGES, STATE_BADGES, STATES
from wiki.core.http_cache import cached
from wiki.pages import queries as pages
from wiki.pages.forms import number_in

bp = Blueprint("answers", __name__)


@bp.get("/answers/")
@cached(lambda: "site", varies_by=frozenset({"page", "category", "before"}))
def index() -> ResponseReturnValue:
    """Every published answer, the newest first."""
    page = pages.page_or_404(request.args["page"]) if request.args.get("page") else None
    said = request.args.get("category", "")
    category = Category(said) if said in set(Category) else None
    found, older = queries.listed(page, category, number_in(request.args.get("before")))
    return render_template("answers/index.html", found=found, older=older, page=page, category=category)


@bp.get("/answers/<int:answer_id>")
@cached(lambda answer_id: "site", varies_by=frozenset({"after"}))
def show(answer_id: int) -> ResponseReturnValue:
    """One answer and the voices that it is given to."""
    found = queries.published_or_404(answer_id)
    voices, more = queries.public_voices(found.answer, number_in(request.args.get("after")))
    return render_template(
        "answers/show.html",
        found=found,
        voices=voices,
        more=more,
        earlier=queries.earlier(found.answer) if found.is_revised else (),
        may_answer=policy.may_answer(current_person()),
    )


def init_app(app: Flask) -> None:
    """Register the room, and give templates what answers are shown by."""
    app.register_blueprint(bp)
    app.register_blueprint(desk_views.bp)
    app.jinja_env.globals.update(
        answer_categories=CATEGORIES,
        answer_category_badges=CATEGORY_BADGES,
        answer_states=STATES,
        answer_state_badges=STATE_BADGES,
        answer_as_shown=as_shown,
        may_answer_voices=lambda: policy.may_answer(current_person()),
    )
