"""`[[page]]`, `[[page#heading|text]]`: links by name. What they lead to is looked up when the text is shown.

The name is a page's slug or title. The bar and the hash may be full-width ones, as Japanese keyboards give them; in a
table, where a bar ends the cell, `\\|` or `｜` separates the text.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from markdown_it.rules_inline.state_inline import StateInline

from wiki.text.blocks import heading_name
from wiki.text.unseen import is_invisible

CLASS = "wikilink"
WRITTEN = re.compile(
    r"\[\[(?!\^)(?P<page>[^\[\]|｜#＃\\`<>\n]{0,120})"
    r"(?P<heading>[#＃][^\[\]|｜\\`<>\n]{1,60})?"
    r"(?P<text>\\?[|｜][^\[\]`\n]{1,200})?\]\](?!\()"
)
"""Every repetition is bounded, so that each `[[` costs a bounded look. `[[1]](address)` stays an ordinary link."""

_COST = 6
"""Steps a link takes beside those of its tokens."""

_LONGEST_ADDRESS = 1_900
_ASCII_ID = re.compile(r"h-[a-z0-9_-]+")
_ONLY_DOTS = re.compile(r"[.\s]+")


def wikilink(state: StateInline, silent: bool) -> bool:
    """markdown-it inline rule, before that of ordinary links."""
    if not state.src.startswith("[[", state.pos):
        return False
    state.env["budget"].spend()
    match = WRITTEN.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    page, text = _one_line(match["page"]), _shown_text(match)
    address = _address(page, match["heading"])
    if not address or not text or len(address) > _LONGEST_ADDRESS:
        return False
    state.pos = match.end()
    if silent:
        return True
    state.env["budget"].spend(_COST)
    opener = state.push("link_open", "a", 1)
    opener.attrs = {"href": address, "class": CLASS} if page else {"href": address}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)
    return True


def _address(page: str, heading: str | None) -> str:
    """Where the link leads as it is stored: the name as it was typed, quoted; empty when there is none."""
    if page and (_ONLY_DOTS.fullmatch(page) or is_invisible(page)):
        return ""
    path = f"/reports/{quote(page, safe='')}" if page else ""
    return f"{path}#{quote(_fragment(heading[1:].strip()), safe='')}" if heading else path


def _fragment(heading: str) -> str:
    """The id of a heading that was named by its words, or by the id itself as an address shows it."""
    return heading if _ASCII_ID.fullmatch(heading) else heading_name(heading)


def _shown_text(match: re.Match[str]) -> str:
    """The text behind the bar, else the name; of a heading on the same page its words alone."""
    page, heading = _one_line(match["page"]), _one_line(match["heading"] or "")
    own = _one_line((match["text"] or "").removeprefix("\\")[1:])
    shown = own if own and not is_invisible(own) else f"{page}{heading}" if page else heading[1:]
    return "" if is_invisible(shown) else shown


def _one_line(text: str) -> str:
    return " ".join(text.split())
