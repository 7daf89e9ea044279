"""When a result is out, its authors are told, each once."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.policy import is_written_to
from wiki.consultations import queries
from wiki.consultations.models import Consultation
from wiki.consultations.service import TELL
from wiki.core import clock, jobs, mail
from wiki.core.database import transaction

_AT_ONCE = 50


@jobs.handler(TELL)
def tell(consultation_id: int) -> None:
    """Write to authors, some at a time, each batch with its marks in one transaction."""
    while _tell_some(consultation_id):
        pass


def _tell_some(consultation_id: int) -> bool:
    with transaction():
        opinions = queries.untold(consultation_id, _AT_ONCE)
        if not opinions:
            return False
        found, told = queries.consultation_or_404(consultation_id), queries.told_authors(consultation_id)
        for opinion in opinions:
            author = opinion.author
            if author is not None and author.id not in told and is_written_to(author):
                _write_to(author, found)
            told.add(opinion.author_id)
            opinion.told_at = clock.now()
        return True


def _write_to(author: Person, found: Consultation) -> None:
    with force_locale(author.language):
        site = current_app.config["SITE_NAME"]
        subject = _("%(site)s：意見公募の結果を公表しました", site=site)
        mail.send(author.email, subject, "consultations/mail/published", person=author, page=found.page)
