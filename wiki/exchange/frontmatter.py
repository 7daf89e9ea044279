"""A page as a text file: what is known of it between two lines of ---, then its Markdown.

Each line is a name, a colon and a value in JSON, which YAML understands as well; a value that is no JSON is text, so
that `title: 行政のDX` may be typed by hand. What other programs write there is read, too: YAML of any shape, and TOML
between +++.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import yaml

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
    for fence, read in (("---", _lines_or_yaml), ("+++", _toml)):
        if text.startswith(fence + "\n") and (end := text.find(f"\n{fence}\n", len(fence))) >= 0:
            if end > _MOST_BYTES:
                raise BadFrontMatter("the front matter is too long")
            front, body = text[len(fence) + 1 : max(end, len(fence) + 1)], text[end + len(fence) + 2 :]
            return read(front), body.removeprefix("\n").removesuffix("\n")
    return {}, text.removesuffix("\n")


def _lines_or_yaml(front: str) -> dict[str, Any]:
    try:
        return _lines(front)
    except BadFrontMatter:
        facts = _yaml(front)
        if facts is None:
            raise
        return facts


def _yaml(front: str) -> dict[str, Any] | None:
    """As YAML whose scalars are read as ours are, so that a title of digits stays text; None for what is none."""
    try:
        facts = yaml.load(front, Loader=_Scalars)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(facts, dict) or not all(isinstance(name, str) for name in facts):
        return None
    return {name: _value(value) if isinstance(value, str) else value for name, value in facts.items()}


class _Scalars(yaml.BaseLoader):
    """Every scalar is text; a name stands once, and aliases, by which a few lines would stand for gigabytes, never."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            raise yaml.YAMLError("a name stands there twice")
        return found


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
