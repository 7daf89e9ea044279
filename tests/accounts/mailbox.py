"""Reading letters as their readers do."""

from __future__ import annotations

import re
from typing import Any

PASSWORD = "correct horse 電池 staple"


def wish(**fields: str) -> dict[str, str]:
    """A filled registration form."""
    return {"name": "川沿い", "email": "kawa@example.jp", "password": PASSWORD, "consent": "y"} | fields


def link_in(letter: dict[str, Any]) -> str:
    """The path of the first address in a letter."""
    found = re.search(r"https?://\S+", letter["text"])
    assert found is not None
    return found[0].removeprefix("http://localhost")
