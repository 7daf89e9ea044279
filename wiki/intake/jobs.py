"""What the room does by itself: entering long lists, and forgetting those that nobody took in."""

from __future__ import annotations

from datetime import timedelta

from wiki.core import jobs
from wiki.core.database import transaction
from wiki.intake import entering, service


@jobs.handler("intake.forget", every=timedelta(hours=6))
def forget() -> None:
    """Drop lists older than a day."""
    with transaction():
        service.drop_old_batches()


@jobs.handler(entering.JOB)
def enter(batch_id: int) -> None:
    """Some hundred rows of a list, and a job for the rest."""
    if entering.go_on(batch_id, entering.AT_ONCE):
        with transaction():
            jobs.enqueue(entering.JOB, batch_id=batch_id)
