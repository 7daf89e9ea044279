"""CSV and Excel files as rows of cells, never more of them than a list may have."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from wiki.text.encodings import decoded

MOST_ROWS = 5_000
_MOST_BYTES_UNPACKED = 64 * 1024 * 1024


class BadList(ValueError):
    """A file that is no list; its words say why and what to do."""


def read(data: bytes) -> list[list[Any]]:
    """The rows of a CSV file, or of the first sheet of an Excel file; an empty row is empty. Raises BadList."""
    return _sheet(data) if data.startswith(b"PK\x03\x04") else _csv(data)


def _csv(data: bytes) -> list[list[Any]]:
    text = decoded(data)
    if text is None:
        raise BadList(_("文字が読み取れません。Excelの「CSV UTF-8」で保存してください。"))
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",")
    try:
        return [list(row) for row in _bounded(reader)]
    except csv.Error:
        raise BadList(_('CSVとして読み取れません。かぎ（"）が閉じているか確かめてください。')) from None


def _sheet(data: bytes) -> list[list[Any]]:
    from openpyxl import load_workbook

    broken = _("Excelのファイルとして読み取れません。.xlsx の形で保存しなおしてください。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES_UNPACKED:
                raise BadList(_("ファイルが大きすぎます。画像や別のシートを取り除いてください。"))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        found = book.worksheets[0].iter_rows(values_only=True)
        return [list(row) for row in _bounded(found)]
    except BadList:
        raise
    except Exception as error:  # openpyxl answers broken files with exceptions of every kind
        raise BadList(broken) from error


def _bounded(rows: Iterable[Any]) -> Iterable[Any]:
    count = 0
    for row in rows:
        if not any(cell not in (None, "") for cell in row):
            yield []
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise BadList(_("一度に取り込めるのは%(most)s件までです。ファイルを分けてください。", most=MOST_ROWS))
        yield row
