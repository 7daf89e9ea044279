"""A mark of what somebody saw when they opened a form, so that nobody overwrites what they have not seen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.core.web import Problem


class ChangedMeanwhile(Problem):
    """What a form was about is not any more as it was when the form was opened; nothing was changed."""

    status = 409
    title = _l("書いている間に、ほかの人が変更しました")
    advice = _l("何も変更していません。いまの内容を確かめてから、もう一度お試しください。")


def mark_of(state: Any) -> str:
    """The same for the same state, whoever asks: SHA-256 of its canonical JSON, 32 hexadecimal digits."""
    told = json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def require_unchanged(state: Any, mark: str | None) -> None:
    """Go on only if `state` is what the mark was made of. Raises ChangedMeanwhile."""
    if mark_of(state) != mark:
        raise ChangedMeanwhile
