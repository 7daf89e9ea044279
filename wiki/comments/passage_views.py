"""Comments on passages in the browser.

GET  /reports/<slug>/passages     all passages that are talked about; sentences to choose: ?from=<n>&to=<n>

A comment on a passage is posted like any other (views.py), with `anchor_quote`, `anchor_prefix`, `anchor_suffix` and
`revision`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from wiki.accounts.signin import current_person
from wiki.comments import passages, policy
from wiki.core.http_cache import cached
from wiki.pages import queries as pages
from wiki.pages.models import Revision
from wiki.text.anchors import CONTEXT, Text

bp = Blueprint("passages", __name__)
_MOST_SENTENCES = 20


@dataclass(frozen=True)
class Chosen:
    """The sentences that somebody chose, from `first` to `last` (numbers from 1), as a comment's form sends them."""

    first: int
    last: int
    words: str
    fields: dict[str, str]


@bp.get("/reports/<slug>/passages")
@cached(lambda slug: pages.scope_of(slug), varies_by=frozenset({"from", "to"}))
def of_page(slug: str) -> ResponseReturnValue:
    """What is said about which words; and every sentence, to say something about."""
    page, person = pages.page_or_404(slug), current_person()
    revision = pages.current_revision(page)
    text = Text(revision.blocks)
    talks = passages.of_page(page)
    words: dict[str, Any] = {
        "page": page,
        "talks": [talk for talk in talks if talk.anchor.span],
        "gone": [talk for talk in talks if not talk.anchor.span],
        "blocks": _blocks(text),
        "chosen": _chosen(text, revision),
        "may_comment": policy.may_comment(person, page),
    }
    return render_template("comments/passages.html", **words)


def _blocks(text: Text) -> list[list[tuple[int, str]]]:
    """The sentences with their numbers, block by block."""
    numbered = [(number, text.pieces(span)[0].block, text.words(span)) for number, span in enumerate(text.sentences, 1)]
    return [
        [(number, words) for number, _block, words in group] for _key, group in groupby(numbered, lambda one: one[1])
    ]


def _chosen(text: Text, revision: Revision) -> Chosen | None:
    first = request.args.get("from", 0, type=int)
    last = request.args.get("to", first, type=int)
    if not 1 <= first <= last <= len(text.sentences):
        return None
    last = min(last, first + _MOST_SENTENCES - 1)
    span = (text.sentences[first - 1][0], text.sentences[last - 1][1])
    prefix, suffix = text.around(span)
    fields = {
        "anchor_quote": text.words(span)[: passages.LONGEST_QUOTE],
        "anchor_prefix": prefix[-CONTEXT:],
        "anchor_suffix": suffix[:CONTEXT],
        "revision": str(revision.number),
    }
    return Chosen(first, last, fields["anchor_quote"], fields)
