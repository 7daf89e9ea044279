"""What a comment's form accepts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from wiki.comments.service import CommentDraft
from wiki.core.forms import Form, cleaned
from wiki.text import normalize
from wiki.text.markdown import TooComplex

LONGEST_COMMENT = 20_000
_HIGHEST_ID = 2**31 - 1


class CommentForm(Form):
    """A comment or a reply. `draft()` is what was read, rendered."""

    body = TextAreaField(_l("コメント"), [cleaned(normalize.clean_body, LONGEST_COMMENT)])
    parent_id = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(1, _HIGHEST_ID)])
    request_key = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        try:
            self._draft = CommentDraft.of(self.body.data or "", self.parent_id.data, (self.request_key.data or "")[:64])
        except TooComplex:
            self.body.errors = [
                _l("引用や記号の重なりが多すぎて、表示できません。文章を分けるか、簡単な形にしてください。")
            ]
            return False
        return True

    def draft(self) -> CommentDraft:
        """The comment as it will be written; only after `validate()`."""
        return self._draft
