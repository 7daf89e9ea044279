"""The public screens.

GET  /                       home
GET  /collections/<slug>     a collection（特集）
GET  /reports/               the list of reports
GET  /reports/<slug>         a report with its comments and proposals; ?order=oldest|newest|active&after=&stance=
GET  /proposals/<id>         a proposal with its path and its comments
GET  /help/, /help/<slug>    how to take part, privacy, accessibility, rules
GET  /ledger/                the public record of decisions; ?before=<event>
GET, POST /display           language and theme
GET  /accounts/me            what became of my voices  (front/me.py)
GET  /changes, /reports/<slug>/activity, /people/<id>    (front/watching.py)
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from wiki.accounts import kept
from wiki.accounts.signin import current_person
from wiki.answers import queries as answers
from wiki.collections import queries as collections
from wiki.comments import policy as comment_policy
from wiki.comments import queries as comments
from wiki.comments.models import Stance
from wiki.core.forms import Form
from wiki.core.http_cache import cached
from wiki.core.visitor import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES
from wiki.core.web import NotThere, safe_next
from wiki.front import me, queries, record, watching
from wiki.insight import figures
from wiki.ledger import queries as ledger
from wiki.moderation import reasons
from wiki.pages import links, submissions
from wiki.pages import policy as page_policy
from wiki.pages import queries as pages
from wiki.pages.forms import number_in
from wiki.pages.models import PageKind
from wiki.proposals import life_queries as proposal_life
from wiki.proposals import policy as proposal_policy
from wiki.proposals import queries as proposals

bp = Blueprint("front", __name__)

_YEAR_SECONDS = 365 * 24 * 3600
_THREADS = frozenset({"order", "after", "stance"})


@bp.get("/")
@cached(lambda: "site")
def home() -> ResponseReturnValue:
    """What this is, what came of it, and what there is to read."""
    shown = collections.all_collections()
    entries = [entry for collection in shown for entry in collection.entries]
    page_ids = [entry.page_id for entry in entries]
    return render_template(
        "front/home.html",
        outcome=figures.outcome(timed=False),
        changes=record.recent_reflections(limit=4),
        collections=shown,
        page_counts=queries.page_counts(page_ids),
        episodes=collections.episodes_of(page_ids),
    )


@bp.get("/collections/<slug>")
@cached(lambda slug: "site")
def collection(slug: str) -> ResponseReturnValue:
    """An ordered set of pages with its lead."""
    found = collections.collection_or_404(slug)
    page_ids = [entry.page_id for entry in found.entries]
    return render_template(
        "front/collection.html",
        collection=found,
        page_counts=queries.page_counts(page_ids),
        episodes=collections.episodes_of(page_ids),
    )


@bp.get("/reports/")
@cached(lambda: "site")
def reports() -> ResponseReturnValue:
    """All reports, newest first."""
    found = pages.reports()
    page_ids = [page.id for page in found]
    return render_template(
        "front/reports.html",
        pages=found,
        page_counts=queries.page_counts(page_ids),
        episodes=collections.episodes_of(page_ids),
        may_write=page_policy.may_write(current_person()),
    )


@bp.get("/reports/<slug>")
@cached(lambda slug: pages.scope_of(slug), varies_by=_THREADS)
def report(slug: str) -> ResponseReturnValue:
    """A report, and what people say about it."""
    person = current_person()
    page = pages.page_or_404(slug, person)
    if page.kind is PageKind.HELP:
        return redirect(url_for("front.help_page", slug=slug), 301)
    if not page.was_published:
        return redirect(url_for("pages.pending", slug=slug), 303)
    order, cursor = _order(), number_in(request.args.get("after"))
    limit, stance = current_app.config["THREADS_PER_PAGE"], _stance()
    shown = queries.report(page, person, order, cursor, limit, stance)
    return render_template(
        "front/report.html",
        report=shown,
        page=page,
        order=order,
        cursor=cursor,
        stance=stance,
        kept_voice=kept.text_for(person, request.path) if person else None,
        may_comment=comment_policy.may_comment(person, page),
        may_edit=page_policy.may_edit(person, page),
        pending=submissions.open_of(page) if page_policy.may_write(person) else None,
    )


@bp.get("/proposals/<int:proposal_id>")
@cached(lambda proposal_id: f"proposal:{proposal_id}", varies_by=_THREADS)
def proposal(proposal_id: int) -> ResponseReturnValue:
    """A proposal: its idea, its path so far, the votes, what is said about it."""
    person = current_person()
    found = proposals.proposal_or_404(proposal_id)
    if not proposal_policy.may_see(person, found):
        raise NotThere
    order, cursor = _order(), number_in(request.args.get("after"))
    limit = current_app.config["THREADS_PER_PAGE"]
    return render_template(
        "front/proposal.html",
        proposal=found,
        page=found.page,
        steps=proposals.steps_of(found),
        reflections=proposals.reflections_of(found),
        answer=answers.to_proposals([found.id]).get(found.id),
        own_vote=proposals.vote_of(person, found) if person else None,
        cosigners=proposal_life.cosigners_of(found),
        merged=proposal_life.merged_into(found),
        mergeable=proposal_life.to_merge_with(found) if proposal_policy.may_merge(person, found) else (),
        may_edit=proposal_policy.may_edit(person, found),
        may_cosign=proposal_policy.may_cosign(person, found),
        may_reopen=proposal_policy.may_reopen(person, found),
        may_vote=proposal_policy.may_vote(person, found),
        may_decide=proposal_policy.may_decide(person, found),
        may_comment=comment_policy.may_comment(person, found.page),
        discussion_found=comments.discussion(
            found.page, found, order=order, cursor=cursor, limit=limit, stance=_stance()
        ),
        stance=_stance(),
        kept_voice=kept.text_for(person, request.path) if person else None,
        order=order,
        cursor=cursor,
    )


@bp.get("/help/", defaults={"slug": "help"})
@bp.get("/help/<slug>")
@cached(lambda slug: pages.scope_of(slug))
def help_page(slug: str) -> ResponseReturnValue:
    """A page of help; staff edit it like any other."""
    person = current_person()
    page = pages.help_page_or_404(slug, person)
    if not page.was_published:
        return redirect(url_for("pages.pending", slug=slug), 303)
    return render_template(
        "front/help.html",
        page=page,
        html=links.shown(pages.current_revision(page).html, page_policy.may_write(person)),
        others=pages.help_pages(),
        may_edit=page_policy.may_edit(person, page),
        pending=submissions.open_of(page) if page_policy.may_write(person) else None,
    )


@bp.get("/ledger/")
@cached(lambda: "site", varies_by=frozenset({"before"}))
def show_ledger() -> ResponseReturnValue:
    """Decisions, one line each, without personal data."""
    events = ledger.public_before(number_in(request.args.get("before")), limit=record.PAGE + 1)
    shown = events[: record.PAGE]
    older = shown[-1].id if len(events) > record.PAGE else None
    return render_template("front/ledger.html", entries=record.entries(shown), older=older)


@bp.route("/display", methods=["GET", "POST"])
def display() -> ResponseReturnValue:
    """Language and theme, kept in two cookies on the device."""
    if request.method == "GET":
        back = safe_next(request.args.get("next"))
        return render_template("front/display.html", form=Form(), back=back)
    response: Response = redirect(safe_next(request.form.get("next")), 303)  # type: ignore[assignment]
    for cookie, field, allowed in ((LANGUAGE_COOKIE, "language", LANGUAGES), (THEME_COOKIE, "theme", THEMES)):
        if (value := request.form.get(field, "")) in allowed:
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie(cookie, value, _YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return response


@bp.get("/accounts/me")
def my_page() -> ResponseReturnValue:
    """What became of my voices."""
    return me.show()


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """For browsers that ask for it unasked."""
    return current_app.send_static_file("img/favicon.ico")


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Reading is for everybody; accounts, the desk and searching are not for crawlers."""
    lines = (
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /desk/",
        "Disallow: /display",
        "Disallow: /search",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


def _order() -> str:
    order = request.args.get("order", comments.OLDEST)
    return order if order in comments.ORDERS else comments.OLDEST


def _stance() -> str:
    stance = request.args.get("stance", "")
    return stance if stance in {*Stance, comments.ANSWERED} else ""


def init_app(app: Flask) -> None:
    """Register the room, and tell every page whether it stands beside a sample."""
    app.register_blueprint(bp)
    app.register_blueprint(watching.bp)
    app.add_template_global(queries.has_sample, "has_sample")
    app.add_template_global(reasons.label, "reason_label")
