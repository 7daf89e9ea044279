"""Authors are told of an answer to their voice, each once, however many of their voices it answers."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.policy import is_written_to
from wiki.answers import queries
from wiki.answers.models import Answer
from wiki.answers.service import TELL
from wiki.answers.words import CATEGORIES
from wiki.core import clock, jobs, mail
from wiki.core.database import db, transaction

_AT_ONCE = 50


@jobs.handler(TELL)
def tell(answer_id: int) -> None:
    """Write to the authors of one answer's voices, some at a time, each batch with its marks in one transaction."""
    while _tell_some(answer_id):
        pass


def _tell_some(answer_id: int) -> bool:
    with transaction():
        answer = db.session.get(Answer, answer_id)
        voices = queries.untold(answer_id, _AT_ONCE) if answer is not None and answer.is_public else []
        if not voices:
            return False
        told = queries.told_authors(answer_id)
        published = queries.published_or_404(answer_id)
        for voice in voices:
            author = voice.subject.author
            if author.id not in told and is_written_to(author):
                _write_to(author, published)
            told.add(author.id)
            voice.told_at = clock.now()
        return True


def _write_to(author: Person, published: queries.Published) -> None:
    with force_locale(author.language):
        subject = _("%(site)s：あなたの声に、市の考え方が出ました", site=current_app.config["SITE_NAME"])
        category = str(CATEGORIES[published.publication.category])
        told = {"person": author, "published": published, "category": category}
        mail.send(author.email, subject, "answers/mail/answered", **told)
