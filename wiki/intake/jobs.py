"""What the room does by itself: forgetting lists that nobody took in."""

from __future__ import annotations

from datetime import timedelta

from wiki.core import jobs
from wiki.core.database import transaction
from wiki.intake import service


@jobs.handler("intake.forget", every=timedelta(hours=6))
def forget() -> None:
    """Drop lists older than a day."""
    with transaction():
        service.drop_old_batches()
