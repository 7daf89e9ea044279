"""English is a complete second language."""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "wiki/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]


def said() -> set[str]:
    """Every sentence of the code and the templates."""
    found = set()
    for folder in ("wiki", "templates"):
        options = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}
        for _name, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), METHODS, options, keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_sentence_has_its_english() -> None:
    translated = {message for message, text in english().items() if text}
    assert said() - translated == set()


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    assert english().keys() - said() == set()


def test_placeholders_survive_translation() -> None:
    for message, text in english().items():
        assert sorted(re.findall(r"%\(\w+\)s|\{n\}", message)) == sorted(re.findall(r"%\(\w+\)s|\{n\}", text)), message


def test_the_english_is_english() -> None:
    for message, text in english().items():
        assert not re.search(r"[ぁ-んァ-ヶ]", text.replace("やさしい日本語", "")), message


def test_the_catalogue_compiles() -> None:
    with CATALOGUE.open("rb") as file:
        write_mo(io.BytesIO(), read_po(file))


def test_no_english_sentence_holds_a_bare_percent_sign() -> None:
    """Templates fill placeholders in whatever they say, so that a lone sign is read as one and the page breaks."""
    wrong = {message for message, text in english().items() if re.search(r"%(?!\(\w+\)|%)", text)}
    assert wrong == set()
