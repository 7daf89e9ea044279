"""Validators that rooms share. Their messages say what to do, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.fields import Field
from wtforms.i18n import get_translations
from wtforms.validators import StopValidation

from wiki.core.i18n import language


class Form(FlaskForm):  # type: ignore[misc]
    """The form of every room. WTForms' own messages are loaded once a language, not once a form.

    It has no token field: `core/csrf.py` checks every POST, and `ui/_form.html` writes the token.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False

        def get_translations(self, form: object) -> object:
            return _own_messages(language())


@cache
def _own_messages(name: str) -> object:
    return get_translations([name])


#: Said of a text that text/markdown.py refuses to render (TooComplex).
TOO_COMPLEX = _l("引用や記号の重なりが多すぎて、表示できません。文章を分けるか、簡単な形にしてください。")

Validator = Callable[[Any, Field], None]


def cleaned(clean: Callable[[str, int], str], limit: int) -> Validator:
    """A validator that puts the field's text through `clean(text, limit)` and explains what that refuses.

    `clean` raises a ValueError with `code`: empty, too_long, control, surrogate, bidi or combining
    (text/normalize.py). What was typed stays in the form.
    """

    def check(form: Any, field: Field) -> None:
        try:
            field.data = clean(field.data or "", limit)
        except ValueError as refusal:
            code = str(getattr(refusal, "code", ""))
            raise StopValidation(_words(code, limit, len(field.data or ""))) from None

    check.field_flags = {"required": True}  # type: ignore[attr-defined]  # no maxlength: browsers cut pastes silently
    return check


def cleaned_or_empty(clean: Callable[[str, int], str], limit: int) -> Validator:
    """As `cleaned`, for a field that may stay empty."""
    check = cleaned(clean, limit)

    def check_unless_empty(form: Any, field: Field) -> None:
        field.data = (field.data or "").strip()
        if field.data:
            check(form, field)

    return check_unless_empty


def complaint(clean: Callable[[str, int], str], text: str, limit: int) -> tuple[str, str | None]:
    """A row's text made clean, and what is wrong with it, if anything; an empty one is right (core/rows.py)."""
    text = text.strip()
    if not text:
        return "", None
    try:
        return clean(text, limit), None
    except ValueError as refusal:
        return text, _words(str(getattr(refusal, "code", "")), limit, len(text))


def _words(code: str, limit: int, length: int) -> str:
    if code == "empty":
        said = _("まだ何も書かれていません。")
    elif code == "too_long":
        said = _("長すぎます。%(limit)s字までにしてください（いまは%(length)s字です）。", limit=limit, length=length)
    else:
        said = _("使えない文字が入っています。見えない制御文字や、重なりすぎた記号を取り除いてください。")
    return str(said)
