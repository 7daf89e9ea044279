"""What the parts of a comment are called on the screen."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.comments.models import Stance

#: The words for how a comment wants to be read.
STANCES: dict[Stance, Any] = {
    Stance.SUPPORT: _l("賛成"),
    Stance.OPPOSE: _l("反対"),
    Stance.QUESTION: _l("質問"),
    Stance.IDEA: _l("提案"),
    Stance.EXPERIENCE: _l("体験"),
}
