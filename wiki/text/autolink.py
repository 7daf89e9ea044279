"""Bare web addresses become links: ASCII only, so Japanese text after an address is never swallowed."""

from __future__ import annotations

import re

from markdown_it.rules_inline.state_inline import StateInline

_REST = re.compile(r"://[A-Za-z0-9][A-Za-z0-9\-._~:/?#@!$&'()*+,;=%|]*")
_TRAILING = ".,:;!?'\"*_~|&"
_COST = 6
"""Steps an address takes beside those of its tokens."""

_ENTITY = re.compile(r"&[A-Za-z0-9#]{1,32};?$")


def address_end(src: str, start: int) -> int:
    """Where the address whose "://" stands at `start` ends (in code points); `start` when there is none."""
    match = _REST.match(src, start)
    if not match:
        return start
    end = match.end()
    surplus = src.count(")", start, end) - src.count("(", start, end)
    while end > start:
        char = src[end - 1]
        if char == ")" and surplus > 0:
            surplus -= 1
        elif char == ";" and (entity := _ENTITY.search(src, max(start, end - 34), end)):
            end = entity.start()
            continue
        elif char not in _TRAILING:
            break
        elif char == "(":
            surplus += 1
        end -= 1
    return end if end > start + 3 else start


def bare_address(state: StateInline, silent: bool) -> bool:
    """markdown-it inline rule: at the colon of http:// or https://, outside links."""
    pos, src = state.pos, state.src
    if state.linkLevel or not src.startswith("://", pos):
        return False
    scheme = next((name for name in ("https", "http") if src[max(0, pos - 5) : pos].lower().endswith(name)), "")
    first = pos - len(scheme)
    if not scheme or (first and src[first - 1].isascii() and src[first - 1].isalnum()):
        return False
    state.env["budget"].spend(_COST)
    end = address_end(src, pos)
    if end == pos:
        return False
    state.pos = end  # past the address in every case, or a long run of addresses would be read again and again
    if silent:
        return True
    address = src[first:end]
    if not state.pending.endswith(src[first:pos]) or not state.md.validateLink(address):
        state.append_pending(src[pos:end])
        return True
    state.pending = state.pending[: -len(scheme)]
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    return True
