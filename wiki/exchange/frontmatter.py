"""A page as a text file: what is known of it between two lines of ---, then its Markdown.

Each line is a name, a colon and a value in JSON, which YAML understands as well; a value that is no JSON is text, so
that `title: 行政のDX` may be typed by hand. The same in TOML between +++ is read, too.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{0,40}):(?:[ \t]+(.*))?")
_MOST_BYTES = 200_000


class BadFrontMatter(ValueError):
    """What stands before the text cannot be read; the message says which line."""


def dump(facts: dict[str, Any], body: str) -> str:
    """The file's text; facts that are None are left out."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items() if value is not None]
    return "\n".join(["---", *lines, "---", "", body]) + "\n"


def parse(text: str) -> tuple[dict[str, Any], str]:
    """Facts and body; no facts when the text has no front matter. Raises BadFrontMatter."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for fence, read in (("---", _lines), ("+++", _toml)):
        if text.startswith(fence + "\n") and (end := text.find(f"\n{fence}\n", len(fence))) >= 0:
            if end > _MOST_BYTES:
                raise BadFrontMatter("the front matter is too long")
            front, body = text[len(fence) + 1 : max(end, len(fence) + 1)], text[end + len(fence) + 2 :]
            return read(front), body.removeprefix("\n").removesuffix("\n")
    return {}, text.removesuffix("\n")


def _lines(front: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for number, line in enumerate(front.split("\n"), 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None or found[1] in facts:
            raise BadFrontMatter(f"line {number} is not “name: value”, or its name is there twice")
        facts[found[1]] = _value(found[2] or "")
    return facts


def _value(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text.strip().strip("'\"") or None


def _toml(front: str) -> dict[str, Any]:
    try:
        return tomllib.loads(front)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFrontMatter(str(error)) from None
