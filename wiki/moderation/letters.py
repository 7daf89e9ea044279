"""What an author is told when a text of theirs was hidden or is shown again."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core import mail
from wiki.moderation import reasons
from wiki.moderation.models import Reason
from wiki.moderation.policy import Subject


def tell_hidden(actor: Person, subject: Subject, reason: Reason, note: str) -> None:
    """Write to the author: that it is hidden, why, and what they can do."""
    if not _is_told(actor, subject):
        return
    with force_locale(subject.author.language):
        mail.send(
            subject.author.email,
            _("%(site)s：あなたの投稿を非表示にしました", site=current_app.config["SITE_NAME"]),
            "moderation/mail/hidden",
            post=subject,
            reason=str(reasons.LABELS[reason]),
            note=note,
            address=_address(subject),
        )


def tell_restored(actor: Person, subject: Subject) -> None:
    """Write to the author: everybody can read it again."""
    if not _is_told(actor, subject):
        return
    with force_locale(subject.author.language):
        mail.send(
            subject.author.email,
            _("%(site)s：あなたの投稿をもう一度表示しました", site=current_app.config["SITE_NAME"]),
            "moderation/mail/restored",
            post=subject,
            address=_address(subject),
        )


def path_of(subject: Subject) -> str:
    """Where a comment or proposal stands on this site."""
    if isinstance(subject, Comment):
        return f"/comments/{subject.id}"
    return f"/proposals/{subject.id}"


def _is_told(actor: Person, subject: Subject) -> bool:
    """Not sample people, not who decided it, not about what they took back themselves."""
    if subject.author.is_sample or subject.is_sample or subject.author_id == actor.id:
        return False
    return not (isinstance(subject, Comment) and subject.deleted_at is not None)


def _address(subject: Subject) -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/") + path_of(subject)
