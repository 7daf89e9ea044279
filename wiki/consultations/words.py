"""What the parts of a public comment are called on the screen."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.consultations.models import Phase, Way

PHASES: dict[Phase, Any] = {
    Phase.PLANNED: _l("予定"),
    Phase.OPEN: _l("募集中"),
    Phase.CLOSED: _l("募集は終わりました"),
    Phase.PUBLISHED: _l("結果を公表しました"),
}
#: The kind of badge (docs/look.md) in which each is shown.
PHASE_BADGES = {Phase.OPEN: "ok", Phase.CLOSED: "wait", Phase.PUBLISHED: "act"}
WAYS: dict[Way, Any] = {
    Way.WEB: _l("ウェブ"),
    Way.PAPER: _l("紙"),
    Way.COUNTER: _l("窓口"),
    Way.MAIL: _l("電子メール"),
    Way.FAX: _l("ファクス"),
    Way.PHONE: _l("電話"),
}
