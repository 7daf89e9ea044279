"""What a browser calls itself, said so that its owner knows which device is meant."""

from __future__ import annotations

#: Looked for in this order: a later name also stands in the strings of the earlier ones.
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)


def name_of(user_agent: str) -> str:
    """Device and browser, such as `iPhone Safari`; empty when neither is known."""
    found = (_first(_DEVICES, user_agent), _first(_BROWSERS, user_agent))
    return " ".join(name for name in found if name)


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")
