"""The words for reasons and verdicts, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.moderation.models import Reason, Verdict

LABELS: dict[Reason, Any] = {
    Reason.PERSONAL: _l("個人情報"),
    Reason.INSULT: _l("人を傷つける言葉"),
    Reason.SPAM: _l("宣伝・迷惑投稿"),
    Reason.OFF_TOPIC: _l("話題からはずれている"),
    Reason.UNLAWFUL: _l("法令に反するおそれ"),
    Reason.OTHER: _l("その他"),
}

VERDICTS: dict[Verdict, Any] = {
    Verdict.HIDE: _l("隠す"),
    Verdict.RESTORE: _l("元に戻す"),
    Verdict.KEEP: _l("そのまま残す"),
}


def label(code: str) -> Any:
    """The words for a reason's code, also for one that an older ledger may hold."""
    try:
        return LABELS[Reason(code)]
    except ValueError:
        return LABELS[Reason.OTHER]


def choices() -> list[tuple[str, Any]]:
    """Every reason as (code, words), in the order in which forms show them."""
    return [(reason.value, words) for reason, words in LABELS.items()]


def from_words(text: str) -> Reason | None:
    """The reason that a code or its words name; None for anything else."""
    for reason, words in LABELS.items():
        if text in (reason.value, str(words)):
            return reason
    return None


def verdict(code: Verdict) -> Any:
    """The words for a verdict."""
    return VERDICTS[code]
