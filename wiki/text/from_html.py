"""HTML from elsewhere as Markdown: what a page can hold is kept, scripts, styles and frames are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wiki.text import html_tree
from wiki.text.html_tree import BLOCKS, BREAK, Node
from wiki.text.urls import is_safe_link

_STRONG, _EM, _STRUCK = {"strong", "b"}, {"em", "i", "cite"}, {"s", "del", "strike"}
_AROUND_BREAK = re.compile(f" ?{BREAK} ?")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MARKS = re.compile(r"([\\`*_\[\]<~])")
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-+\s*$)|^(\d{1,9})([.)])(?=\s|$)")
_LEVELS = re.compile(r"^#{1,5}(?= )")
_RAISED, _LOWERED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"), str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MOST_SPANNED = 100
_NOTE = re.compile(r"#(?:foot|end)note-([\w-]{1,40})")
_NOTE_BACK = re.compile(r"#(?:foot|end)note-ref-")


@dataclass(frozen=True)
class Converted:
    """The title that the document gives itself, or an empty one, and its Markdown."""

    title: str
    body: str


def convert(html: str, *, is_titled: bool = False) -> Converted:
    """The document as Markdown. Its title is its first heading of the highest level, if that stands at the beginning or
    is the only one; where `<title>` says it already (`is_titled`), it stays. Other such headings go down one level, for
    above them stands the title.
    """
    tree = html_tree.read(html)
    blocks = list(_blocks(tree.root.children))
    title = _SPACES.sub(" ", tree.title).strip()
    tops = [at for at, block in enumerate(blocks) if block.startswith("# ")]
    if tops and not is_titled and (len(tops) == 1 or tops[0] == 0):
        title = _words(blocks.pop(tops.pop(0)).removeprefix("# "))
    if tops:
        blocks = [_LEVELS.sub(r"#\g<0>", block) for block in blocks]
    return Converted(title, "\n\n".join(blocks))


def _words(marked: str) -> str:
    """A heading's Markdown as words alone."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)[*~`]+", "", marked))


def _blocks(children: list[Node | str]) -> Iterator[str]:
    """Each block's Markdown, without blank lines around it."""
    line: list[Node | str] = []
    for child in children:
        if isinstance(child, Node) and _holds_blocks(child):
            yield from _paragraph(line)
            line = []
            yield from _block(child)
        else:
            line.append(child)
    yield from _paragraph(line)


def _holds_blocks(node: Node) -> bool:
    if node.tag in BLOCKS:
        return True
    return any(isinstance(child, Node) and _holds_blocks(child) for child in node.children)


def _paragraph(line: list[Node | str]) -> Iterator[str]:
    if text := _inline(line).strip(f" {BREAK}"):
        yield "\\\n".join(_AT_START.sub(_escaped_start, part) for part in text.split(BREAK))


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found[2]}\\{found[3]}" if found[2] else "\\" + found[0]


def _block(node: Node) -> Iterator[str]:
    tag = node.tag
    if re.fullmatch("h[1-6]", tag):
        if text := " ".join(_inline(node.children).replace(BREAK, " ").split()):
            yield "#" * int(tag[1]) + " " + text
    elif tag in {"ul", "ol"}:
        yield from _list(node)
    elif tag == "blockquote":
        if inner := "\n\n".join(_blocks(node.children)):
            yield "\n".join(("> " + line).rstrip() for line in inner.split("\n"))
    elif tag == "pre":
        yield _fenced(_text_of(node).strip("\n"))
    elif tag == "table":
        yield from _table(node)
    elif tag == "hr":
        yield "***"
    else:
        yield from _blocks(node.children)


def _list(node: Node) -> Iterator[str]:
    items = [child for child in node.children if isinstance(child, Node) and (child.tag == "li" or child.children)]
    notes = [item for item in items if _note_of(item)]
    for item in notes:
        body = "\n\n".join(_blocks(item.children))
        yield _indented(f"[^{_note_of(item)}]: ", body, 4)
    start = int(node.attrs["start"]) if re.fullmatch(r"\d{1,8}", node.attrs.get("start", "")) else 1
    written = []
    for number, item in enumerate((item for item in items if item not in notes), start):
        marker = f"{number}. " if node.tag == "ol" else "- "
        blocks = list(_blocks(item.children))
        loose = any(one.startswith(("#", "|", "```", ">")) for one in blocks)
        written.append(_indented(marker, ("\n\n" if loose else "\n").join(blocks), len(marker)))
    if written:
        yield "\n".join(written)


def _note_of(item: Node) -> str:
    found = re.fullmatch(r"(?:foot|end)note-([\w-]{1,40})", item.attrs.get("id", ""))
    return found[1] if found else ""


def _indented(marker: str, body: str, by: int) -> str:
    first, *rest = body.split("\n")
    return "\n".join([(marker + first).rstrip(), *(" " * by + line if line else "" for line in rest)])


def _fenced(code: str) -> str:
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", code)), default=0) + 1)
    return f"{fence}\n{code}\n{fence}"


def _table(node: Node) -> Iterator[str]:
    rows = _grid(node)
    if not rows:
        return
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    yield "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _grid(node: Node) -> list[list[str]]:
    """The cells by rows, each in its column: one that goes down over several rows stands in each of them."""
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # by column: for how many rows more, and what
    for tr in _rows(node):
        row: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in (child for child in tr.children if isinstance(child, Node)):
            _let_hang(row, hanging, below)
            text, down = _cell(cell), _span(cell, "rowspan") - 1
            for at in range(_span(cell, "colspan")):
                said = "" if at else text
                if down:
                    below[len(row)] = (down, said)
                row.append(said)
        _let_hang(row, hanging, below)
        hanging = below
        if row:
            rows.append(row)
    return rows


def _let_hang(row: list[str], hanging: dict[int, tuple[int, str]], below: dict[int, tuple[int, str]]) -> None:
    """Put in, at the end of the row, what hangs there from the rows above."""
    while (found := hanging.pop(len(row), None)) is not None:
        more, text = found
        if more > 1:
            below[len(row)] = (more - 1, text)
        row.append(text)


def _span(cell: Node, name: str) -> int:
    """Over how many rows or columns a cell goes: at least one, and not more than is sane."""
    said = cell.attrs.get(name, "")
    return min(max(int(said), 1), _MOST_SPANNED) if re.fullmatch("[0-9]{1,4}", said) else 1


def _rows(node: Node) -> Iterator[Node]:
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "tr":
                yield child
            elif child.tag in {"thead", "tbody", "tfoot"}:
                yield from _rows(child)


def _cell(node: Node) -> str:
    text = " ".join(_inline([child]) for child in node.children)
    return " ".join(text.replace(BREAK, " ").split()).replace("|", "\\|")


def _inline(children: list[Node | str]) -> str:
    return _AROUND_BREAK.sub(BREAK, re.sub(" {2,}", " ", "".join(map(_piece, children))))


def _piece(child: Node | str) -> str:
    if isinstance(child, str):
        return _MARKS.sub(r"\\\1", _SPACES.sub(" ", child))
    tag = child.tag
    if tag == "br":
        return BREAK
    if tag == "img":
        return _picture(child)
    if tag == "code" and (code := _SPACES.sub(" ", _text_of(child)).strip()):
        return f"``{' ' + code + ' '}``" if "`" in code else f"`{code}`"
    text = _inline(child.children)
    if tag == "a":
        return _link(child, text)
    if tag == "rt" and text.strip():
        return f"（{text.strip()}）"
    if tag in {"sup", "sub"} and re.fullmatch("[0-9]+", text):
        return text.translate(_RAISED if tag == "sup" else _LOWERED)
    for tags, mark in ((_STRONG, "**"), (_EM, "*"), (_STRUCK, "~~")):
        if tag in tags and text.strip() and BREAK not in text and mark not in text:
            core = text.strip()
            before, after = text[: text.index(core[0])], text[len(text.rstrip()) :]
            return f"{before}{mark}{core}{mark}{after}"
    return text


def _link(node: Node, text: str) -> str:
    address = node.attrs.get("href", "").strip()
    if note := _NOTE.fullmatch(address):
        return "" if _NOTE_BACK.match(address) else f"[^{note[1]}]"
    if not text.strip() or not address or address.startswith("#") or not is_safe_link(address):
        return text
    return f"[{text.strip()}]({_address(address)})"


def _picture(node: Node) -> str:
    address = node.attrs.get("src", "").strip()
    alt = _MARKS.sub(r"\\\1", " ".join(node.attrs.get("alt", "").split()))
    return f"![{alt}]({_address(address)})" if address and is_safe_link(address) else alt


def _address(address: str) -> str:
    return re.sub(r"[\s<>()\\]", lambda found: f"%{ord(found[0]):02X}" if ord(found[0]) < 128 else "", address)


def _text_of(node: Node) -> str:
    return "".join(child if isinstance(child, str) else _text_of(child) for child in node.children)
