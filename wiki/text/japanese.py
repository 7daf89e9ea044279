"""Japanese made searchable: one form for what people take to be the same, and pieces of two characters of it.

Folding brings a text into NFKC, without case, in hiragana, with one kind of hyphen, quotation mark and blank:
ＤＸ and dx, カード, ｶｰﾄﾞ and かーど are one. Japanese has no blanks between words, so a text is cut into overlapping
pairs of characters (bigrams); a word stands in it where the word's pairs follow one another.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from wiki.text import unseen

_SELECTORS = "\u180b-\u180d\ufe00-\ufe0f\U000e0000-\U000e0fff"
_BLANKS = r"\s\x00-\x1f\x7f-\x9f"
_MARKS = "\u0300-\u036f\u3099\u309a\uff9e\uff9f"
_WITH_EXPANSIONS = (range(0x80, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0x10000), range(0x1D100, 0x1F300))
_ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63", "-"),
    **dict.fromkeys("“”„‟″〝〞〟", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    "〜": "~",
}
_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_KANA = re.compile(r"[\u3041-\u3096\u309d\u309eー]+")
_VOICED = re.compile("[\u3099\u309a]")
_FULL_SIZE = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", "ー")


@dataclass(frozen=True)
class Folded:
    """A folded text that knows where it came from.

    `shifts` holds [folded offset, original offset] wherever the two begin to differ otherwise than before; empty
    when the same offset is the same place in both.
    """

    text: str
    shifts: list[list[int]]


class _OneToOne(dict[int, int]):
    """For `str.translate`: each character that is folded to one character, found out when first met."""

    def __missing__(self, code: int) -> int:
        folded = _whole(chr(code))
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_one_to_one = _OneToOne()


def fold(text: str) -> str:
    """The text in its folded form. What is folded already stays as it is."""
    if not _uneven().search(text):
        return text.translate(_one_to_one)
    return _pieces().sub(lambda match: _piece(match[0]), text).translate(_one_to_one)


def fold_aligned(text: str) -> Folded:
    """The folded text with the way back to `text`."""
    if not _uneven().search(text):
        return Folded(text.translate(_one_to_one), [])
    parts: list[str] = []
    shifts: list[list[int]] = []
    length = end = 0
    for match in _pieces().finditer(text):
        folded = _piece(match[0])
        parts += [text[end : match.start()], folded]
        length += match.start() - end + len(folded)
        end = match.end()
        if len(folded) != len(match[0]):
            shifts.append([length, end])
    parts.append(text[end:])
    return Folded("".join(parts).translate(_one_to_one), shifts)


def original_offset(shifts: list[list[int]], offset: int) -> int:
    """Where the character at `offset` of the folded text begins in the original; offsets in code points."""
    index = bisect_right(shifts, offset, key=lambda shift: shift[0])
    folded_from, original_from = shifts[index - 1] if index else (0, 0)
    found = original_from + offset - folded_from
    return min(found, shifts[index][1]) if index < len(shifts) else found


def grams(folded: str) -> list[str]:
    """The pairs of a folded text in their order; the last character before each blank stands alone."""
    return [run[at : at + 2] for run in folded.split() for at in range(len(run))]


def phrase(word: str) -> tuple[list[str], bool]:
    """The pairs that follow one another wherever the folded `word` stands; True when the last is only a beginning.

    A word of one character is the beginning of some pair.
    """
    found = grams(word)
    if len(word.split()[-1]) > 1:
        return found[:-1], False
    return found, True


def is_kana(folded: str) -> bool:
    """Whether a folded word is written in kana alone."""
    return bool(_KANA.fullmatch(folded))


def sound_key(reading: str) -> str:
    """A reading without what is easily left out or mistaken: ゛ and ゜, small kana, ー. かーど and かと share one."""
    bare = _VOICED.sub("", unicodedata.normalize("NFD", fold(reading)))
    return unicodedata.normalize("NFC", bare).translate(_FULL_SIZE)


def _whole(text: str) -> str:
    """The fold of one character, or of one with its marks; what would fall apart around a blank stays."""
    seen = _dropped().sub("", text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    if " " in folded:
        return " " if text.isspace() else text
    if len(text) == 1 and unicodedata.category(text) == "Cc":
        return " "
    return "".join(_ALIKE.get(char, char) for char in folded).translate(_TO_HIRAGANA)


def _piece(text: str) -> str:
    if _dropped().fullmatch(text):
        return ""
    if text[0].isspace() or unicodedata.category(text[0]) == "Cc":
        return " "
    return _whole(text)


@cache
def _dropped() -> re.Pattern[str]:
    return re.compile(f"[{unseen.ZERO_WIDTH}{_SELECTORS}]+")


@cache
def _longer() -> str:
    """The characters that are folded to several: ㎡, ㈱, … ."""
    every = (chr(code) for codes in _WITH_EXPANSIONS for code in codes)
    return "".join(char for char in every if len(_whole(char)) != 1)


@cache
def _uneven() -> re.Pattern[str]:
    """What every piece that is not folded one to one has in it: most texts have nothing of the kind."""
    return re.compile(f"[{_MARKS}{unseen.ZERO_WIDTH}{_SELECTORS}{_longer()}]|[{_BLANKS}]{{2}}")


@cache
def _pieces() -> re.Pattern[str]:
    """What is not folded one to one: unseen characters, runs of blanks, characters with marks, and `_longer`."""
    dropped = f"[{unseen.ZERO_WIDTH}{_SELECTORS}]"
    marked = f"[^{_BLANKS}{_MARKS}{unseen.ZERO_WIDTH}{_SELECTORS}](?:{dropped}*[{_MARKS}])+"
    blanks = f"[{_BLANKS}](?:{dropped}*[{_BLANKS}])+"
    return re.compile(f"{marked}|{dropped}+|{blanks}|[{_longer()}]")
