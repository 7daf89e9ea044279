"""The markdown-it parser with guards: every step is counted, nesting is refused rather than silently cut."""

# ruff: noqa: N802, N803 (the names are markdown-it's)
from __future__ import annotations

from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block.reference import reference
from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def

from wiki.text import urls
from wiki.text.autolink import bare_address
from wiki.text.emphasis import JapaneseInline
from wiki.text.limits import MAX_INLINE_DEPTH, MAX_NESTING, Budget, TooComplex
from wiki.text.wikilinks import wikilink

_DEFINITION_COST = 4


class _CountedBlock(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        self.env["budget"].spend()
        return super().push(ttype, tag, nesting)


class _GuardedBlocks(ParserBlock):
    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level >= MAX_NESTING:
            raise TooComplex("blocks nested too deeply")
        super().tokenize(state, startLine, endLine)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:
        if not src:
            return None
        state = _CountedBlock(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens


class _GuardedInline(ParserInline):
    """Inline parsing that pays a step for each position tried."""

    def skipToken(self, state: StateInline) -> None:
        budget: Budget = state.env["budget"]
        budget.spend()
        if state.level >= MAX_INLINE_DEPTH:
            raise TooComplex("brackets nested too deeply")
        super().skipToken(state)

    def tokenize(self, state: StateInline) -> None:
        budget: Budget = state.env["budget"]
        rules = self.ruler.getRules("")
        end = state.posMax
        if state.level >= MAX_INLINE_DEPTH:
            raise TooComplex("marks nested too deeply")
        while state.pos < end:
            budget.spend()
            for rule in rules:
                if rule(state, False):
                    break
            else:
                state.append_pending(state.src[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = JapaneseInline(src, md, env, tokens)
        self.tokenize(state)
        env["budget"].spend(len(state.tokens))
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _note_definition(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """Notes are defined on the page itself: within lists, quotes and notes the plugin mixes them up."""
    if state.level:
        return False
    if not silent and state.src.startswith("[^", state.bMarks[startLine] + state.tShift[startLine]):
        state.env["budget"].spend(_DEFINITION_COST)
    return bool(footnote_def(state, startLine, endLine, silent))


def _paid_reference(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    if not silent and state.src.startswith("[", state.bMarks[startLine] + state.tShift[startLine]):
        state.env["budget"].spend(_DEFINITION_COST)
    return reference(state, startLine, endLine, silent)


class Parser(MarkdownIt):
    """CommonMark without raw HTML, with tables, strikethrough and bare addresses; links judged by `urls`."""

    def __init__(self, *, footnotes: bool) -> None:
        super().__init__()
        inline, block = _GuardedInline(), _GuardedBlocks()
        self.inline, self.block = inline, block
        options: Any = {"html": False, "xhtmlOut": False, "maxNesting": MAX_NESTING + 1}
        self.configure("commonmark", options)
        self.disable(["html_block", "html_inline"])
        self.enable(["table", "strikethrough"])
        inline.ruler.before("newline", "bare_address", bare_address)
        inline.ruler.before("link", "wikilink", wikilink)
        if footnotes:
            self.use(footnote_plugin, inline=False)
            block.ruler.at("footnote_def", _note_definition, {"alt": ["paragraph", "reference"]})
        block.ruler.at("reference", _paid_reference)

    def validateLink(self, url: str) -> bool:
        return urls.is_safe_link(url)
