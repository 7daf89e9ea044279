"""What inline tokens become, and the text a reader sees of them."""

from __future__ import annotations

import re

from markdown_it.token import Token

from wiki.text.emphasis import is_cjk
from wiki.text.urls import is_local

_SPACES = re.compile(r"[\r\f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff]")


def shown(text: str) -> str:
    """Text without the control characters that character references can bring in."""
    return _SPACES.sub(" ", text)


def settle(children: list[Token], *, pictures: bool = True, join: bool = True) -> list[Token]:
    """The tokens as they will be shown: no link in a link, foreign images as links, Japanese lines joined.

    With `pictures` false every image becomes a link; with `join` false every line break stays.
    """
    out: list[Token] = []
    depth = dropped = 0
    for token in children:
        if token.type == "link_open":
            depth += 1
            if depth > 1:
                dropped += 1
                continue
        elif token.type == "link_close":
            depth -= 1
            if dropped:
                dropped -= 1
                continue
        elif token.type == "image":
            out.extend(_image(token, linked=depth > 0, pictures=pictures))
            continue
        elif token.type == "footnote_ref" and depth:
            out.append(_text(note_mark(token)))
            continue
        out.append(token)
    if join:
        _join_lines(out)
    return out


def inline_text(children: list[Token]) -> str:
    """The plain text of settled inline tokens: exactly the textContent of their HTML."""
    return "".join(map(_text_of, children))


def heading_text(children: list[Token]) -> str:
    """The plain text of a heading in one line, without marks of notes."""
    return " ".join("".join(_text_of(token) for token in children if token.type != "footnote_ref").split())


def note_mark(token: Token) -> str:
    """What a reference to a note shows: [1]."""
    return f"[{token.meta['id'] + 1}]"


def _text_of(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return shown(token.content)
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return note_mark(token) if token.type == "footnote_ref" else ""


def _text(content: str) -> Token:
    token = Token("text", "", 0)
    token.content = content
    return token


def _image(token: Token, *, linked: bool, pictures: bool) -> list[Token]:
    src = str(token.attrs["src"])
    if pictures and is_local(src):
        token.meta["alt"] = _alt(token)
        return [token]
    label = _text(_alt(token) or src)
    if linked:
        return [label]
    opener = Token("link_open", "a", 1, attrs={"href": src})
    return [opener, label, Token("link_close", "a", -1)]


def _alt(token: Token) -> str:
    parts = (_alt(child) if child.type == "image" else _text_of(child) for child in token.children or [])
    return " ".join("".join(parts).split())


def _join_lines(tokens: list[Token]) -> None:
    """A line break between two Japanese characters shows no space: it becomes an empty text."""
    for at, token in enumerate(tokens):
        if token.type == "softbreak" and at and at + 1 < len(tokens):
            before, after = _edge(tokens, at, -1), _edge(tokens, at, 1)
            if before and after and _sets_solid(before) and _sets_solid(after):
                token.type, token.content = "text", ""


def _edge(tokens: list[Token], at: int, step: int) -> str:
    """The character next to the token at `at`, looking through at most three marks."""
    for near in range(at + step, at + 4 * step, step):
        if not 0 <= near < len(tokens):
            return ""
        text = _text_of(tokens[near])
        if text:
            return text[-1] if step < 0 else text[0]
        if not tokens[near].nesting:
            return ""
    return ""


def _sets_solid(char: str) -> bool:
    return is_cjk(char) and not _HANGUL.match(char)
