"""Writes markdown-it's tokens as our HTML: one writer for pages, one for comments."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from wiki.text.inlines import note_mark, shown
from wiki.text.uploads import layout_of


class _Html(RendererHTML):
    """What pages and comments share. A method named for a token type writes that token."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _escaped(shown(tokens[idx].content))

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{_escaped(shown(tokens[idx].content))}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        return f"<pre{self.renderAttrs(token)}><code>{_escaped(token.content)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.code_block(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="table-scroll" tabindex="0">\n<table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table>\n</div>\n"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrSet("class", "align-" + style.rpartition(":")[2])
        scope = ' scope="col"' if token.tag == "th" else ""
        return f"<{token.tag}{scope}{self.renderAttrs(token)}>"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.td_open(tokens, idx, options, env)


class PageHtml(_Html):
    """HTML of a page: block numbers, heading ids, figures, notes."""

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if not token.hidden:
            card = ' class="video-card"' if token.meta.get("card") else ""
            return f"<p{card}{self.renderAttrs(token)}>"
        return f"<span{self.renderAttrs(token)}>" if token.attrs else ""

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if not tokens[idx].hidden:
            return "</p>\n"
        return "</span>" if tokens[idx - 2].attrs else ""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<{_demoted(tokens[idx])}{self.renderAttrs(tokens[idx])}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{_demoted(tokens[idx])}>\n"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        return _img(str(token.attrs["src"]), token.meta["alt"])

    def figure(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        meta, children = token.meta, token.children
        caption = ""
        if children and meta["block"] is not None:
            inner = self.renderInline(children, options, env)
            caption = f'<figcaption data-block="{meta["block"]}">{inner}</figcaption>'
        if meta["stem"]:
            return f'<figure class="video">{_video(meta)}{caption}</figure>\n'
        return f"<figure>{_img(meta['src'], meta['alt'])}{caption}</figure>\n"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        number, again = _note(tokens[idx])
        return (
            f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{number}{again}" role="doc-noteref">'
            f"{note_mark(tokens[idx])}</a></sup>"
        )

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<section class="footnotes" role="doc-endnotes" aria-label="注">\n<ol>\n'

    def footnote_block_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<li id="fn{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        number, again = _note(tokens[idx])
        return (
            f'<a class="footnote-backref" href="#fnref{number}{again}" role="doc-backlink"'
            f' aria-label="注{number}の場所へ戻る">↩\ufe0e</a>'
        )


class CommentHtml(_Html):
    """HTML of a comment: headings as bold paragraphs, every line break kept, no ids."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<p><strong>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</strong></p>\n"

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>\n"


def _escaped(text: str) -> str:
    """Text between tags; quotes stay as they are, for bleach is slow on references."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _demoted(token: Token) -> str:
    return "h2" if token.tag == "h1" else token.tag


def _note(token: Token) -> tuple[int, str]:
    """The number of a note, and what tells its second and later references apart."""
    again = token.meta.get("subId", 0)
    return token.meta["id"] + 1, f"-{again + 1}" if again else ""


def _img(src: str, alt: str) -> str:
    layout = "".join(f' {name}="{escapeHtml(value)}"' for name, value in layout_of(src).items())
    return f'<img src="{escapeHtml(src)}" alt="{escapeHtml(alt)}" loading="lazy"{layout}>'


def _video(meta: dict[str, str]) -> str:
    stem = escapeHtml(meta["stem"])
    label = f' aria-label="{escapeHtml(meta["alt"])}"' if meta["alt"] else ""
    return (
        f'<video controls preload="none" src="{escapeHtml(meta["src"])}" poster="{stem}.poster.svg"{label}>'
        f'<track kind="captions" srclang="ja" label="日本語" src="{stem}.vtt"></video>'
    )
