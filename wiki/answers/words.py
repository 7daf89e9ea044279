"""What the parts of an answer are called on the screen."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.answers.models import Category, State

CATEGORIES: dict[Category, Any] = {
    Category.REFLECT: _l("反映する"),
    Category.PARTLY: _l("一部反映する"),
    Category.ALREADY: _l("すでに対応している"),
    Category.FUTURE: _l("今後の参考にする"),
    Category.CANNOT: _l("反映できない"),
}
STATES: dict[State, Any] = {
    State.DRAFT: _l("下書き"),
    State.HANDED_IN: _l("決裁中"),
    State.SENT_BACK: _l("差し戻し"),
    State.APPROVED: _l("決裁済み"),
    State.PUBLISHED: _l("公開中"),
}
#: The kind of badge (docs/look.md) in which each is shown.
CATEGORY_BADGES = {Category.REFLECT: "ok", Category.PARTLY: "ok", Category.ALREADY: "ok"}
STATE_BADGES = {State.HANDED_IN: "wait", State.SENT_BACK: "wait", State.APPROVED: "ok", State.PUBLISHED: "ok"}
