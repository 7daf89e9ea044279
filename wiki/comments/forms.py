"""What a comment's form accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from wiki.comments.models import Stance
from wiki.comments.passages import LONGEST_CONTEXT, LONGEST_QUOTE, PassageDraft
from wiki.comments.service import CommentDraft
from wiki.core.forms import TOO_COMPLEX, Form, cleaned, cleaned_or_empty
from wiki.text import normalize
from wiki.text.markdown import TooComplex

LONGEST_COMMENT = 20_000
LONGEST_SUMMARY = 3_000
_STANCES = {stance.value: stance for stance in Stance}


class CommentForm(Form):
    """A comment or a reply. `draft()` is what was read, rendered.

    What stands beside the text is read as it is, without fields: nobody types it, and what it cannot be is left out.
    """

    body = TextAreaField(_l("コメント"), [cleaned(normalize.clean_body, LONGEST_COMMENT)])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        sent = request.form
        self.parent_id = _parent_in(sent)
        self.request_key = sent.get("request_key", "")[:64]
        self.stance = _STANCES.get(sent.get("stance", ""))
        self.passage = _passage_in(sent)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        try:
            self._draft = CommentDraft.of(
                self.body.data or "",
                self.parent_id,
                self.request_key,
                self.stance,
                self.passage,
            )
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
            return False
        return True

    def forget_passage(self) -> None:
        """Speak of the whole page instead."""
        self.passage = None

    def told(self) -> dict[str, Any]:
        """What stands in the form beside its text, to be kept with it for a visitor: strings and an id."""
        told: dict[str, Any] = {"parent_id": self.parent_id}
        if self.stance:
            told["stance"] = self.stance.value
        if passage := self.passage:
            told |= {"anchor_quote": passage.quote, "anchor_prefix": passage.prefix, "anchor_suffix": passage.suffix}
            told["revision"] = str(passage.revision_number)
        return {name: value for name, value in told.items() if value}

    def draft(self) -> CommentDraft:
        """The comment as it will be written; only after `validate()`."""
        return self._draft


def _parent_in(sent: Mapping[str, str]) -> int | None:
    """The comment that is replied to; what is no number is a comment that there is not."""
    said = sent.get("parent_id", "").strip()
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _passage_in(sent: Mapping[str, str]) -> PassageDraft | None:
    """The passage spoken of; words longer than a passage may be are found by their beginning."""
    quote, number = sent.get("anchor_quote", "").strip(), sent.get("revision", "")
    if not quote:
        return None
    return PassageDraft(
        quote[:LONGEST_QUOTE],
        sent.get("anchor_prefix", "")[-LONGEST_CONTEXT:],
        sent.get("anchor_suffix", "")[:LONGEST_CONTEXT],
        int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0,
    )


class SummaryForm(Form):
    """The summary and the voices that it rests on."""

    body = TextAreaField(_l("まとめ"), [cleaned_or_empty(normalize.clean_body, LONGEST_SUMMARY)])
    voices = TextAreaField(_l("もとにした声"), [cleaned_or_empty(normalize.clean_body, LONGEST_SUMMARY)])
