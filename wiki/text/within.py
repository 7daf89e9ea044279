"""The difference inside one changed line, tidied so that it reads like an edit and not like a comparison."""

from __future__ import annotations

import re
from typing import Literal

from wiki.text.matching import Effort, matches

Op = Literal["same", "del", "ins"]
Segments = tuple[tuple[Op, str], ...]

_WORD = re.compile(r"[A-Za-z0-9]+|[ァ-ヺー]+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?\n]+[」』）)]*|\Z)")
_ENDS_IN_HIRAGANA = re.compile(r"[ぁ-ゖ]\Z")
_WORD_END = re.compile(r"[ぁ-ゖ]{1,2}(?![ぁ-ゖ])")
_MOST_WORDS = 1_500
_SHORT_ISLAND = 3
_STOPS = "。、！？!?,.\n"


def segments(old: str, new: str, effort: Effort) -> Segments:
    """What stayed, went and came between two lines: same+del is old, same+ins is new."""
    edits = _tidied(_edits(old, new, effort))
    out: list[tuple[Op, str]] = []
    for same, gone, come in edits:
        parts: tuple[tuple[Op, str], ...] = (("same", same), ("del", gone), ("ins", come))
        out += [part for part in parts if part[1]]
    return tuple(out)


Edit = list[str]
"""Three texts: what stayed before the edit, what went, what came."""


def _edits(old: str, new: str, effort: Effort) -> list[Edit]:
    """Sentences first when the line is long, then words inside the sentences that changed."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    if max(len(left), len(right)) <= _MOST_WORDS:
        return _by(left, right, effort)
    edits: list[Edit] = []
    for same, gone, come in _by(_sentences(old), _sentences(new), effort):
        inner = _words(gone, come, effort)
        inner[0][0] = same + inner[0][0]
        edits += inner
    return _merged(edits)


def _words(gone: str, come: str, effort: Effort) -> list[Edit]:
    left, right = _WORD.findall(gone), _WORD.findall(come)
    if not gone or not come or max(len(left), len(right)) > _MOST_WORDS:
        effort.spent = effort.spent or bool(gone and come)
        return [["", gone, come]]
    return _by(left, right, effort)


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.findall(text) if part]


def _by(left: list[str], right: list[str], effort: Effort) -> list[Edit]:
    edits: list[Edit] = []
    at_old = at_new = 0
    same = ""
    for start_old, start_new, size in [*matches(left, right, effort), (len(left), len(right), 0)]:
        gone, come = "".join(left[at_old:start_old]), "".join(right[at_new:start_new])
        if gone or come or not size:
            edits.append([same, gone, come])
            same = ""
        same += "".join(left[start_old : start_old + size])
        at_old, at_new = start_old + size, start_new + size
    return edits


def _tidied(edits: list[Edit]) -> list[Edit]:
    out: list[Edit] = []
    for edit in edits:
        out.append(edit)
        while len(out) > 1 and _is_island(out[-2], out[-1]):
            (same, gone, come), (island, gone_too, come_too) = out[-2], out[-1]
            out[-2:] = [[same, gone + island + gone_too, come + island + come_too]]
    for at, edit in enumerate(out):
        after = out[at + 1][0] if at + 1 < len(out) else None
        if after is not None and bool(edit[1]) != bool(edit[2]):
            _slide(edit, out[at + 1])
        elif after is not None:
            _to_word_end(edit, out[at + 1])
    return _merged(out)


def _is_island(before: Edit, after: Edit) -> bool:
    """Whether the text that stayed between two edits is too small to be worth showing as unchanged."""
    island = after[0]
    size = len(island)
    if not island or not (after[1] or after[2]):
        return False
    if size > 1 and island.strip(_STOPS) != island and size > _SHORT_ISLAND // 2 + 1:
        return False
    around = min(max(len(before[1]), len(before[2])), max(len(after[1]), len(after[2])))
    return size <= min(_SHORT_ISLAND, around) or (size == 1 and island not in _STOPS)


def _slide(edit: Edit, following: Edit) -> None:
    """Moves a pure insertion or deletion to where a sentence, a clause or a script ends."""
    which = 1 if edit[1] else 2
    before, piece, after = edit[0], edit[which], following[0]
    best = (_ends_well(before, piece, after), before, piece, after)
    while before and piece[-1] == before[-1]:
        piece, after, before = before[-1] + piece[:-1], before[-1] + after, before[:-1]
    tries = 0
    while tries < 200:
        score = _ends_well(before, piece, after)
        if score > best[0]:
            best = (score, before, piece, after)
        if not after or piece[0] != after[0]:
            break
        before, piece, after = before + piece[0], piece[1:] + after[0], after[1:]
        tries += 1
    _, edit[0], edit[which], following[0] = best


def _to_word_end(edit: Edit, following: Edit) -> None:
    """Takes the last one or two hiragana of a changed word into the change: です → ます, not で → ま."""
    if not (_ENDS_IN_HIRAGANA.search(edit[1]) and _ENDS_IN_HIRAGANA.search(edit[2])):
        return
    if rest := _WORD_END.match(following[0]):
        edit[1] += rest[0]
        edit[2] += rest[0]
        following[0] = following[0][rest.end() :]


def _ends_well(before: str, piece: str, after: str) -> int:
    return _boundary(before, piece) + _boundary(piece, after)


def _boundary(left: str, right: str) -> int:
    """How good a place to break lies between two texts: 0 (inside a word) to 4 (the edge of the line)."""
    if not left or not right:
        return 4
    if left[-1] in _STOPS:
        return 3
    if right[0] in "「『（(" or left[-1] in "」』）)":
        return 2
    return int(_script(left[-1]) != _script(right[0]))


def _script(char: str) -> str:
    if "ぁ" <= char <= "ゟ":
        return "hiragana"
    if "ァ" <= char <= "ヿ":
        return "katakana"
    if "㐀" <= char <= "鿿" or char == "々":
        return "han"
    return "word" if char.isalnum() else "other"


def _merged(edits: list[Edit]) -> list[Edit]:
    """Neighbouring edits with nothing between them made one, and empty ones left out."""
    out: list[Edit] = []
    for same, gone, come in edits:
        if out and not same:
            out[-1][1] += gone
            out[-1][2] += come
        elif out and not (out[-1][1] or out[-1][2]):
            out[-1] = [out[-1][0] + same, gone, come]
        else:
            out.append([same, gone, come])
    return out
