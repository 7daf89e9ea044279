"""Names of people: what may be one, and when two look alike."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache

from confusable_homoglyphs import categories, confusables

from wiki.text import unseen

_LONGEST = 30
_MOST_MARKS = 2
_WRITTEN_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"HAN", "BOPOMOFO", "LATIN"}),
    frozenset({"HAN", "HANGUL", "LATIN"}),
)
_OF_NO_SCRIPT = frozenset({"COMMON", "INHERITED", "UNKNOWN", "ZZZZ"})
_ALONE = re.compile(r"(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""A variation selector that follows no Han character."""

_UNSEEN = re.compile(f"[{unseen.ZERO_WIDTH}\U000e0000-\U000e00ff]")
_FILLERS = re.compile("[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")

_JAMO = re.compile(r".?[\u1100-\u11ff\u3130-\u318f]")

_SMALL = str.maketrans(
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ",
    "あいうえおつやゆよわかけアイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ",
)
_ALIKE = (
    *("へヘ", "べベ", "ぺペ", "りリ", "ーｰ-~〜～_", "〇○◯O", "ニ二", "ハ八", "ノ/丿", "チ千", "オ才", "ム厶"),
    *("セ乜", "ヌ又", "ヒ匕", "メ〆", "ミ三", "エ工", "日曰", "己已巳", "々〻", "ヽゝ", "・·‧"),
)
"""Japanese look-alikes beside Unicode's confusables."""


class Bad(StrEnum):
    """Why a name is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    SURROGATE = "surrogate"
    BIDI = "bidi"
    COMBINING = "combining"
    CONFUSABLE = "confusable"


class BadName(ValueError):
    """A name that nobody may have; `code` says why."""

    def __init__(self, code: Bad) -> None:
        super().__init__(code.value)
        self.code = code


def normalize_name(text: str) -> str:
    """The name in NFKC, trimmed, inner spaces made one: 1 to 30 code points. Raises BadName.

    Han, kana and Latin may mix, as Japanese does; others may not where a letter could pass for another's.
    """
    if len(text) > 20 * _LONGEST:
        raise BadName(Bad.TOO_LONG)
    if unseen.SURROGATE.search(text):
        raise BadName(Bad.SURROGATE)
    if unseen.CONTROL.search(text) or re.search(r"[\n\t\u2028\u2029]", text.strip()):
        raise BadName(Bad.CONTROL)
    if unseen.BIDI.search(text):
        raise BadName(Bad.BIDI)
    name = _settled(text)
    if unseen.is_invisible(name):
        raise BadName(Bad.EMPTY)
    if len(name) > _LONGEST:
        raise BadName(Bad.TOO_LONG)
    if unseen.has_combining_flood(name, _MOST_MARKS):
        raise BadName(Bad.COMBINING)
    if _mixes_confusably(name):
        raise BadName(Bad.CONFUSABLE)
    return name


def name_key(name: str) -> str:
    """What two names that look alike share: unique in the database. Says nothing readable."""
    kinds = _kinds()
    seen = unicodedata.normalize("NFKC", unseen.visible(_settled(name))).translate(_SMALL)
    # looks before case: I looks like l, not like i
    folded = "".join(kinds.get(char, char) for char in seen).casefold()
    folded = unicodedata.normalize("NFKC", folded).translate(_SMALL).replace("rn", "m").replace("vv", "w")
    return "".join(kinds.get(char, char) for char in folded).casefold().replace("i", "l")


def _settled(text: str) -> str:
    """NFKC without what is not seen; removing can make new pairs, so until nothing changes."""
    for _ in range(8):
        name = unicodedata.normalize("NFKC", text)
        name = " ".join(_ALONE.sub("", _FILLERS.sub(" ", _UNSEEN.sub("", name))).split())
        if name == text:
            break
        text = name
    return text


def _mixes_confusably(name: str) -> bool:
    scripts = categories.unique_aliases(name) - _OF_NO_SCRIPT
    if len(scripts) < 2 or any(scripts <= group for group in _WRITTEN_TOGETHER):
        return False
    return bool(confusables.is_confusable(name, greedy=False, preferred_aliases=[]))


@cache
def _kinds() -> dict[str, str]:
    """Each character that has look-alikes, with the one that stands for all of them."""
    parent: dict[str, str] = {}

    def root(char: str) -> str:
        while parent.setdefault(char, char) != char:
            parent[char] = char = parent[parent[char]]
        return char

    for char, found in confusables.confusables_data.items():
        for like in (entry["c"].strip("\u200e") for entry in found):
            if len(char) == len(like) == 1 and not _JAMO.match(char + like):
                parent[max(root(char), root(like), key=_rank)] = min(root(char), root(like), key=_rank)
    for group in _ALIKE:
        for like in group[1:]:
            parent[max(root(group[0]), root(like), key=_rank)] = min(root(group[0]), root(like), key=_rank)
    return {char: root(char) for char in parent}


def _rank(char: str) -> tuple[bool, bool, str]:
    """Letters of plain ASCII stand first, small ones before capitals."""
    return not (char.isascii() and char.isalpha()), not char.islower(), char
