"""The census table that staff upload: CSV with the columns 種類 (年代 or 地区), 名前, 人口."""

from __future__ import annotations

import csv
import io

from flask_babel import gettext as _

from wiki.insight.who import AGE, DISTRICT
from wiki.intake.lists import BANDS
from wiki.text import normalize
from wiki.text.encodings import decoded

MOST_ROWS = 500
_KINDS = {"年代": AGE, "年齢": AGE, "地区": DISTRICT}
_LONGEST_NAME = 50


class BadCensus(ValueError):
    """What is wrong with the file, line by line, in the reader's language."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def read(data: bytes) -> list[tuple[str, str, int]]:
    """The cells as (kind, name, people); rows of one name are added up. Raises BadCensus."""
    cells: dict[tuple[str, str], int] = {}
    errors: list[str] = []
    for place, row in _rows(data):
        try:
            kind, name, people = _cell(row)
        except ValueError as error:
            errors.append(_("%(place)s行目：%(error)s", place=place, error=error))
        else:
            cells[kind, name] = cells.get((kind, name), 0) + people
    if errors:
        raise BadCensus(errors[:20])
    if not cells:
        raise BadCensus([_("人口の行がありません。")])
    return [(kind, name, people) for (kind, name), people in cells.items()]


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    text = decoded(data)
    if text is None or "\0" in text:
        raise BadCensus([_("CSVとして読めません。UTF-8かシフトJISで保存してください。")])
    try:
        rows = [(place, row) for place, row in enumerate(csv.reader(io.StringIO(text)), 1) if any(map(str.strip, row))]
    except csv.Error:
        raise BadCensus([_("CSVとして読めません。UTF-8かシフトJISで保存してください。")]) from None
    if len(rows) > MOST_ROWS:
        raise BadCensus([_("%(most)s行までにしてください。", most=MOST_ROWS)])
    return rows[1:] if rows and rows[0][1][0].strip() == "種類" else rows


def _cell(row: list[str]) -> tuple[str, str, int]:
    if len(row) < 3:
        raise ValueError(_("種類、名前、人口の三つの列が要ります。"))
    kind = _KINDS.get(row[0].strip())
    if kind is None:
        raise ValueError(_("種類は「年代」か「地区」です。"))
    try:
        name = normalize.clean_line(row[1], _LONGEST_NAME)
    except ValueError:
        raise ValueError(_("名前が空か、長すぎます。")) from None
    if kind == AGE:
        if name not in BANDS:
            raise ValueError(_("年代は「19歳以下」「20代」…「70代以上」のどれかです。"))
        name = BANDS[name].value
    number = row[2].strip().replace(",", "").replace("人", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise ValueError(_("人口は、0以上の整数で書いてください。"))
    return kind, name, int(number)
