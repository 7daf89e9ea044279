"""A list of voices as a file: CSV or Excel, one row a sheet. Reading and checking; nothing is written here."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from wiki.accounts import queries as people
from wiki.comments.forms import LONGEST_COMMENT
from wiki.comments.models import Channel, Stance
from wiki.comments.service import CommentDraft
from wiki.comments.words import STANCES
from wiki.core import clock
from wiki.intake import dates, numbers, queries, spreadsheets
from wiki.intake.forms import AGE_BANDS, LONGEST_DISTRICT, NAME_TAKEN, sound_name
from wiki.intake.models import AgeBand
from wiki.intake.service import SheetDraft, digest_of
from wiki.intake.spreadsheets import BadList
from wiki.pages.models import Page
from wiki.text import japanese, names, normalize
from wiki.text.markdown import TooComplex

_HEADING_WITHIN = 10
_FORMULA = "="
#: The columns by the names that stand in a list's first row, the first of each in the template.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("受付番号", "番号"),
    "body": ("意見", "ご意見", "内容"),
    "stance": ("声の種類", "種類", "賛否"),
    "signed_as": ("お名前", "名前", "氏名", "ペンネーム"),
    "age_band": ("年代",),
    "district": ("地区", "お住まいの地区"),
    "received_on": ("受け取った日", "受付日", "日付"),
}
#: What people write for an age band.
BANDS = {
    "10代": AgeBand.UNDER_20,
    "10代以下": AgeBand.UNDER_20,
    "19歳以下": AgeBand.UNDER_20,
    "70代": AgeBand.OVER_70,
    "80代": AgeBand.OVER_70,
    "80代以上": AgeBand.OVER_70,
    "90代": AgeBand.OVER_70,
    "70代以上": AgeBand.OVER_70,
    **{f"{tens}代": AgeBand(f"{tens}s") for tens in (20, 30, 40, 50, 60)},
}


@dataclass
class Line:
    """One row of a list: its place in the file (the first row is 1), what stands in it, and what is wrong."""

    place: int
    values: dict[str, Any]
    errors: list[str] = field(default_factory=list)
    is_repeated: bool = False
    """The same text stands earlier in the list, or was entered before."""

    def draft(self, channel: Channel) -> SheetDraft:
        """The sheet as it will be entered; only of a line without errors."""
        held = self.values
        return SheetDraft(
            text=CommentDraft.of(held["body"], stance=Stance(held["stance"]) if held["stance"] else None),
            channel=channel,
            number=held["number"] or None,
            signed_as=held["signed_as"] or None,
            age_band=AgeBand(held["age_band"]) if held["age_band"] else None,
            district=held["district"] or None,
            received_on=date.fromisoformat(held["received_on"]),
            is_another=self.is_repeated,
        )

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"place": self.place, "is_repeated": self.is_repeated, **self.values}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Line:
        """The line that `kept` gave."""
        values = {name: kept.get(name, "") for name in COLUMNS}
        return cls(kept["place"], values, is_repeated=kept["is_repeated"])


def read(data: bytes, page: Page) -> list[Line]:
    """The lines of a file, each checked against the others and against what was entered before; few queries.

    Raises BadList.
    """
    lines = [_line(place, row) for place, row in _rows(spreadsheets.read(data))]
    if not lines:
        raise BadList(_("行がありません。1行目に見出し、2行目から1行に1件ずつ書いてください。"))
    _compare(lines, page)
    return lines


def template_csv() -> bytes:
    """An empty list as CSV, with the mark by which Excel knows UTF-8."""
    return ("\ufeff" + ",".join(words[0] for words in COLUMNS.values()) + "\r\n").encode()


def template_xlsx() -> bytes:
    """An empty list for Excel: every column is text, so that numbers stay as they are typed."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "意見"
    for column, words in enumerate(COLUMNS.values(), 1):
        sheet.cell(1, column, words[0])
        letter = sheet.cell(1, column).column_letter
        sheet.column_dimensions[letter].width = 60 if words[0] == "意見" else 18
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _rows(table: Sequence[Sequence[Any]]) -> Iterable[tuple[int, dict[str, Any]]]:
    """The rows below the heading by their columns; a title and remarks may stand above it."""
    written = [(place, row) for place, row in enumerate(table, 1) if row]
    if not written:
        raise BadList(_("何も書かれていません。"))
    headings = (at for at, (_place, row) in enumerate(written[:_HEADING_WITHIN]) if "body" in _columns(row))
    if (heading := next(headings, None)) is None:
        raise BadList(_("「意見」という見出しの列が見つかりません。ひな形の1行目をそのまま使ってください。"))
    columns = _columns(written[heading][1])
    for place, row in written[heading + 1 :]:
        yield place, {column: cell for column, cell in zip(columns, row, strict=False) if column}


def _columns(row: Sequence[Any]) -> list[str | None]:
    """The columns that a heading names; None for what it may say besides."""
    known = {japanese.fold(name): column for column, words in COLUMNS.items() for name in words}
    return [known.get(japanese.fold(str(cell or "")).strip()) for cell in row]


def _line(place: int, row: dict[str, Any]) -> Line:
    line = Line(place, dict.fromkeys(COLUMNS, ""))
    for column, check in _CHECKS.items():
        cell = row.get(column)
        if isinstance(cell, str) and cell.startswith(_FORMULA) and column != "body":
            line.errors.append(_("数式は取り込めません。値にしてください。"))
            continue
        try:
            line.values[column] = check(cell)
        except (ValueError, TooComplex) as refusal:
            line.errors.append(str(refusal))
    return line


def _number(cell: Any) -> str:
    text = _text(cell)
    if not text:
        return ""
    if (number := numbers.read(text)) is None:
        raise ValueError(_("受付番号「%(number)s」が読み取れません。", number=text[:20]))
    return number


def _body(cell: Any) -> str:
    try:
        body = normalize.clean_body(_text(cell), LONGEST_COMMENT)
    except normalize.BadText as refusal:
        if refusal.code is normalize.Bad.EMPTY:
            raise ValueError(_("意見が書かれていません。")) from None
        raise ValueError(_("意見に使えない文字があるか、長すぎます。")) from None
    try:
        CommentDraft.of(body)
    except TooComplex:
        raise ValueError(_("記号の重なりが多すぎて、表示できません。")) from None
    return body


def _stance(cell: Any) -> str:
    text = japanese.fold(_text(cell)).strip()
    words = {japanese.fold(str(words)): stance for stance, words in STANCES.items()}
    if text and text not in words:
        said = _("声の種類「%(stance)s」がわかりません。賛成、反対、質問、提案、体験のどれかです。", stance=text[:20])
        raise ValueError(said)
    return words[text].value if text else ""


def _name(cell: Any) -> str:
    text = _text(cell)
    return sound_name(text) if text else ""


def _band(cell: Any) -> str:
    text = japanese.fold(_text(cell)).replace("歳代", "代").replace("才代", "代").strip()
    if not text:
        return ""
    words = {japanese.fold(str(words)): band for band, words in AGE_BANDS.items()} | BANDS
    if (band := words.get(text)) is None:
        raise ValueError(_("年代「%(band)s」がわかりません。「40代」のように書いてください。", band=text[:20]))
    return band.value


def _district(cell: Any) -> str:
    text = _text(cell)
    try:
        return normalize.clean_line(text, LONGEST_DISTRICT) if text else ""
    except normalize.BadText:
        raise ValueError(_("地区に使えない文字があるか、長すぎます。")) from None


def _received(cell: Any) -> str:
    if isinstance(cell, datetime):
        day: date | None = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif not _text(cell):
        day = clock.today()
    else:
        day = dates.read(_text(cell))
    if day is None:
        raise ValueError(
            _("日付「%(day)s」が読み取れません。2026-11-05 のように書いてください。", day=_text(cell)[:20])
        )
    if day > clock.today():
        raise ValueError(_("まだ来ていない日です。"))
    return day.isoformat()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


_CHECKS = {
    "number": _number,
    "body": _body,
    "stance": _stance,
    "signed_as": _name,
    "age_band": _band,
    "district": _district,
    "received_on": _received,
}


def _compare(lines: Sequence[Line], page: Page) -> None:
    """Say of lines whose number is wrong here or taken that they are wrong, and mark texts that stand twice."""
    typed = [line.values["number"] for line in lines if line.values["number"]]
    taken, seen = queries.taken_numbers(typed), set[str]()
    texts, names_taken = queries.known_digests(page.id), people.names_taken(_keys(lines))
    for line in lines:
        number = line.values["number"]
        if number and numbers.page_of(number) != page.id:
            line.errors.append(_("別のレポートの受付番号です。"))
        elif number in taken:
            line.errors.append(_("この受付番号は、もう登録されています。"))
        elif number in seen:
            line.errors.append(_("この受付番号は、前の行にもあります。"))
        if number:
            seen.add(number)
        if names.name_key(line.values["signed_as"]) in names_taken:
            line.errors.append(str(NAME_TAKEN))
        if line.values["body"]:
            digest = digest_of(line.values["body"])
            line.is_repeated = digest in texts
            texts.add(digest)


def _keys(lines: Sequence[Line]) -> set[str]:
    return {names.name_key(line.values["signed_as"]) for line in lines if line.values["signed_as"]}
