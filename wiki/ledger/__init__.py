"""Floor 2, the spine: what happened, append-only, and the signal that tells the rooms above."""

from wiki.ledger.models import Event, Kind, Seal
from wiki.ledger.service import record, recorded

__all__ = ["Event", "Kind", "Seal", "record", "recorded"]
