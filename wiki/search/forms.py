"""What the search form accepts: filters that narrow a search, each left out when empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _

from wiki.core.clock import TOKYO
from wiki.proposals.models import Stage
from wiki.search.models import Found, id_from

_FIELDS = ("kind", "stage", "collection", "from", "to")


@dataclass(frozen=True)
class Filters:
    """What was chosen. `typed` holds it as it came, to be shown again; `errors` what is wrong, by field."""

    kind: Found | None = None
    stage: Stage | None = None
    collection: str | None = None
    first: date | None = None
    last: date | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Filters:
        """From the query of an address. A kind or a stage that there is not is left out."""
        typed = {name: value for name in _FIELDS if (value := sent.get(name, "").strip()[:100])}
        errors: dict[str, str] = {}
        days = {name: read_day(name, typed, errors) for name in ("from", "to")}
        first, last = days["from"], days["to"]
        if first and last and first > last:
            errors["to"] = _("終わりの日が、始まりの日より前になっています。")
        kind, stage = typed.get("kind"), typed.get("stage")
        return cls(
            kind=Found(kind) if kind in set(Found) else None,
            stage=Stage(stage) if stage in set(Stage) else None,
            collection=typed.get("collection"),
            first=first,
            last=last,
            typed=typed,
            errors=errors,
        )

    def bounds(self) -> dict[str, Any]:
        """The days, in Japan, as ids: from the first of `first` to the last of `last`."""
        return {
            "lowest": id_from(datetime.combine(self.first, time(), TOKYO)) if self.first else None,
            "below": id_from(datetime.combine(self.last, time(), TOKYO) + timedelta(days=1)) if self.last else None,
        }


def read_day(name: str, typed: Mapping[str, str], errors: dict[str, str]) -> date | None:
    """The day that stands in this field; None when there is none, and when it is wrong, which is noted in `errors`."""
    if name not in typed:
        return None
    try:
        found = date.fromisoformat(typed[name])
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2100:
        errors[name] = _("日付は「2026-04-01」のように、年・月・日で書いてください。")
        return None
    return found
