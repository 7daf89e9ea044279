"""Search in the browser.

GET /search            ?q=&kind=page|proposal|comment&stage=&collection=<slug>&from=&to=&cursor=
GET /search/suggest    ?q=: a JSON list of words and titles that begin so, for the box while one types
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from wiki.collections import queries as collections
from wiki.core import limits
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.proposals.models import Stage
from wiki.search import queries
from wiki.search.engines import Wanted
from wiki.search.forms import Filters
from wiki.search.models import Found
from wiki.search.query import LONGEST, MOST_WORDS, BadQuery, Flaw, Query, parse
from wiki.text import japanese

bp = Blueprint("search", __name__)

_FEW = 3
_ASKED_BY = frozenset({"q", "kind", "stage", "collection", "from", "to", "cursor"})
_LABELS = {Found.PAGE: _l("レポート"), Found.PROPOSAL: _l("提案"), Found.COMMENT: _l("コメント")}
_ADVICE: dict[Flaw, Any] = {
    Flaw.TOO_LONG: _l("探す言葉が長すぎます。%(most)s字までにしてください。", most=LONGEST),
    Flaw.TOO_MANY: _l("言葉が多すぎます。%(most)s個までにしてください。", most=MOST_WORDS),
    Flaw.ONLY_EXCLUDED: _l("除く言葉（-）だけでは探せません。含まれている言葉も書いてください。"),
}


@bp.get("/search")
@cached(lambda: "site", varies_by=_ASKED_BY, is_guest=True)
def index() -> ResponseReturnValue:
    """What was found, or the form with advice."""
    typed, filters = request.args.get("q", ""), Filters.read(request.args)
    words: dict[str, Any] = {"typed": typed[: 2 * LONGEST], "filters": filters}
    try:
        query = parse(typed)
    except BadQuery as refusal:
        # blanks and lone signs ask for nothing: no fault, only the form again
        return _show(200 if refusal.flaw is Flaw.EMPTY else 422, advice=_ADVICE.get(refusal.flaw), **words)
    if filters.errors:
        return _show(422, **words)
    cursor = request.args.get("cursor", "")
    answer, meant = _look_up(query, filters, cursor)
    more = _address(typed, filters, answer.next_cursor) if answer.next_cursor else None
    first = _address(typed, filters) if cursor else None
    return _show(200, answer=answer, meant=meant, more=more, first=first, **words)


@bp.get("/search/suggest")
@cached(lambda: "site", varies_by=_ASKED_BY, is_guest=True)
@limiter.limit(limits.SUGGESTING)
def suggest() -> ResponseReturnValue:
    """Words by their reading, then titles; an empty list for what cannot be looked for."""
    try:
        query = parse(request.args.get("q", ""))
    except BadQuery:
        return jsonify([])
    return jsonify(_suggestions(query))


def _look_up(query: Query, filters: Filters, cursor: str) -> tuple[queries.Answer, list[str]]:
    wanted = Wanted(query, kind=filters.kind, stage=filters.stage, **filters.bounds())
    if filters.collection is not None:
        wanted = Wanted(**(vars(wanted) | {"page_ids": collections.page_ids_of(filters.collection)}))
    answer = queries.find(wanted, cursor)
    is_scarce = answer.total is not None and answer.total <= _FEW
    return answer, queries.meant(query) if is_scarce else []


def _suggestions(query: Query) -> list[str]:
    last = query.words[-1]
    read = queries.words_read_as(last) if japanese.is_kana(last) else []
    return list(dict.fromkeys([*read, *queries.titles_like(query)]))[: queries.MOST_SUGGESTED]


def _show(status: int, **words: Any) -> ResponseReturnValue:
    choices = collections.choices()
    page = render_template(
        "search/index.html", kinds=_LABELS, stages=list(Stage), collections=choices, address=_address, **words
    )
    return make_response(page, status)


def _address(typed: str, filters: Filters, cursor: str | None = None) -> str:
    said = {"q": typed, **filters.typed} | ({"cursor": cursor} if cursor else {})
    return "/search?" + urlencode(said)
