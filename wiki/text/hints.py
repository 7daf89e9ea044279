"""What a careful colleague would notice in a text before it is published. Advice only: nothing is refused for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from markdown_it.token import Token

from wiki.text.limits import Budget, check_source
from wiki.text.parser import Parser

LONG_SENTENCE = 120
"""Characters: a sentence beyond them is hard to follow when it is read aloud."""

MOST_HINTS = 50

_EXCERPT = 24
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*[」』）)]*")
_VAGUE = re.compile(
    r"(?:こちら|ここ|詳細|詳しく|続き|もっと|見る|リンク|クリック|ページ|ご?覧|参照|ください|から|[はをへにの])+"
    r"|(?:click)?here|(?:read|learn)?more|link|details",
    re.IGNORECASE,
)
_DROPPED = re.compile(r"[\s。、．，！!…>＞»→▶「」（）()]+")


class Worth(StrEnum):
    """What was noticed."""

    NO_ALT = "no_alt"
    SKIPPED_LEVEL = "skipped_level"
    VAGUE_LINK = "vague_link"
    LONG_SENTENCE = "long_sentence"


@dataclass(frozen=True)
class Hint:
    """Something worth a look: what, in which line of the source (from 1), and the words it is about."""

    kind: Worth
    line: int
    words: str


def hints(source: str, *, is_part: bool = False) -> list[Hint]:
    """What is worth a look in a page's Markdown, in its order, MOST_HINTS at most. Raises TooComplex.

    With `is_part` the text is one section of a page, whose first heading may be of any level.
    """
    check_source(source)
    tokens = _PARSER.parse(source, {"budget": Budget()})
    found = sorted(_found(tokens, None if is_part else 1), key=lambda hint: hint.line)
    return found[:MOST_HINTS]


def _found(tokens: list[Token], level: int | None) -> Iterator[Hint]:
    for at, token in enumerate(tokens):
        if token.type != "inline" or not token.map:
            continue
        children, line = token.children or [], token.map[0] + 1
        opener = tokens[at - 1]
        if opener.type == "heading_open":
            now = max(2, int(opener.tag[1]))  # a page's title is its first level
            if level is not None and now > level + 1:
                yield Hint(Worth.SKIPPED_LEVEL, line, _short(_text(children)))
            level = now
        else:
            yield from _long_sentences(children, line)
        yield from _pictures_and_links(children, line)


def _pictures_and_links(children: list[Token], line: int) -> Iterator[Hint]:
    link_at: int | None = None
    for at, child in enumerate(children):
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "image" and not child.content.strip():
            yield Hint(Worth.NO_ALT, line, str(child.attrs["src"]).rpartition("/")[2])
        elif child.type == "link_open":
            link_at = at
        elif child.type == "link_close" and link_at is not None:
            words = _text(children[link_at + 1 : at])
            if _VAGUE.fullmatch(_DROPPED.sub("", words)):
                yield Hint(Worth.VAGUE_LINK, line, words)
            link_at = None


def _long_sentences(children: list[Token], line: int) -> Iterator[Hint]:
    text = _text(children)
    for sentence in _SENTENCE.finditer(text):
        words = sentence[0].replace("\n", "").strip()
        if len(words) > LONG_SENTENCE:
            begins = sentence.start() + len(sentence[0]) - len(sentence[0].lstrip())
            yield Hint(Worth.LONG_SENTENCE, line + text.count("\n", 0, begins), _short(words))


def _text(children: list[Token]) -> str:
    """The words that are read, with a line end for each break."""
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
    return "".join(parts)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _EXCERPT else words[:_EXCERPT] + "…"


_PARSER = Parser(footnotes=True)
