"""Days as people here write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
_WESTERN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_OF_ERA = re.compile(r"(令和|平成|R|H)\s*(元|\d{1,2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")


def read(typed: str) -> date | None:
    """The day of 2026-11-05, ２０２６年１１月５日, 令和8年11月5日 or R8.11.5; None when it is none of these."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if found := _WESTERN.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _OF_ERA.fullmatch(text):
        year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        month, day = int(found[3]), int(found[4])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
