"""Staff bring files in as pages, from the browser.

GET  /desk/import              choose files (field `file`, several)
POST /desk/import              read and check them: what would become of each, and how it would look; nothing is written
POST /desk/import/done         bring them in; field `ticket` names what was checked
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Flask, current_app, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import files, limits
from wiki.core.limits import limiter
from wiki.core.web import require
from wiki.exchange import bring, documents, export_views, sources
from wiki.exchange.service import Became, Outcome
from wiki.exchange.sources import Refused, Sent, Source
from wiki.pages import policy

bp = Blueprint("exchange", __name__, url_prefix="/desk/import")

MOST_DOCUMENTS = 100
_MOST_PREVIEWS = 20
_MEGABYTE = 1024 * 1024


@bp.url_value_preprocessor
def allow_large_requests(endpoint: str | None, values: dict[str, object] | None) -> None:
    """As much as one file that staff may put in; said before anything reads the form."""
    if request.method == "POST" and "_user_id" in session:
        request.max_content_length = (current_app.config["UPLOAD_MEGABYTES"] + 1) * _MEGABYTE


@bp.before_request
def staff_only() -> None:
    """Every address of this room, without exception."""
    _staff()


@bp.get("")
def choose() -> ResponseReturnValue:
    """The files to be brought in."""
    return render_template("exchange/choose.html", error=None)


@bp.post("")
@limiter.limit(limits.POSTING)
def check() -> ResponseReturnValue:
    """What would become of each file. The bytes wait in the store for a day; nothing is written yet."""
    sent = [(_name(one.filename or ""), one.read()) for one in request.files.getlist("file") if one.filename]
    if not sent:
        return _choose_again(_("ファイルを選んでください。"))
    if twice := sorted(name for name, count in Counter(name for name, _data in sent).items() if count > 1):
        words = _(
            "同じ名前のファイルが二つあります：%(names)s。どちらかの名前を変えてください。", names="、".join(twice)
        )
        return _choose_again(words)
    try:
        with _opened(sent) as source:
            outcomes = list(bring.each(source, dry=True, who=_staff))
    except Refused as why:
        return _choose_again(str(why.words))
    kept = [(name, files.store().put(data)) for name, data in sent]
    ticket = _tickets().dumps([_staff().id, kept])
    return render_template("exchange/report.html", ticket=ticket, previews=_MOST_PREVIEWS, **_told(outcomes))


@bp.post("/done")
@limiter.limit(limits.POSTING)
def done() -> ResponseReturnValue:
    """Bring in what was checked; each file by itself, so that a refused one holds up no other."""
    try:
        seconds = int(current_app.config["FORM_HOURS"] * 3600)
        person_id, kept = _tickets().loads(request.form.get("ticket", ""), max_age=seconds)
        if person_id != _staff().id:
            return _choose_again(_("ほかの人が確かめたファイルです。もう一度選んでください。"))
        sent = [(name, _bytes(stored)) for name, stored in kept]
    except (BadSignature, FileNotFoundError):
        return _choose_again(_("時間がたったため、もう一度ファイルを選んでください。"))
    try:
        with _opened(sent) as source:
            outcomes = list(bring.each(source, dry=False, who=_staff))
    except Refused as why:
        return _choose_again(str(why.words))
    return render_template("exchange/report.html", ticket=None, previews=0, **_told(outcomes))


@contextmanager
def _opened(sent: list[tuple[str, bytes]]) -> Iterator[Source]:
    """One ZIP archive, or the files themselves. Raises Refused."""
    if len(sent) == 1 and PurePosixPath(sent[0][0]).suffix.lower() == ".zip":
        with sources.unpacked(sent[0][1]) as archive:
            _refuse_many(archive)
            yield archive
    else:
        source = Sent(dict(sent))
        _refuse_many(source)
        yield source


def _refuse_many(source: Source) -> None:
    count = sum(documents.is_document(name) for name in source.names())
    if count > MOST_DOCUMENTS:
        words = _("一度に取り込めるのは%(most)s件までです（いまは%(count)s件）。", most=MOST_DOCUMENTS, count=count)
        raise Refused(f"{count} documents", words)


def _told(outcomes: list[Outcome]) -> dict[str, Any]:
    refused = sum(one.became is Became.REFUSED for one in outcomes)
    return {"outcomes": outcomes, "refused": refused, "taken": len(outcomes) - refused}


def _choose_again(error: str) -> ResponseReturnValue:
    return make_response(render_template("exchange/choose.html", error=error), 422)


def _name(filename: str) -> str:
    """A file's own name; browsers may send the folders before it."""
    return PurePosixPath(filename.replace("\\", "/")).name.replace("\0", "")


def _bytes(stored: str) -> bytes:
    with files.store().open(stored) as file:
        return file.read()


def init_app(app: Flask) -> None:
    """Bringing in and taking out."""
    app.register_blueprint(bp)
    app.register_blueprint(export_views.bp)


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="exchange.import")


def _staff() -> Person:
    person = current_person()
    require(policy.may_write(person))
    assert person is not None
    return person
