"""Files as staff put them in and everybody gets them, on each database."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.attachments import pictures
from tests.factories import make_page, make_person, sign_in
from wiki.attachments import jobs, queries
from wiki.attachments.models import Attachment
from wiki.core import files
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind

MEGABYTE = 1024 * 1024
JSON = {"Accept": "application/json"}


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> FlaskClient:
    """Somebody of the staff, with a report `r1` to put files into."""
    make_page("r1")
    sign_in(client, make_person("係", role="staff"))
    return client


def put_in(
    client: FlaskClient, data: bytes, name: str = "写真.jpg", where: str = "/reports/r1/files", **fields: str
) -> TestResponse:
    return client.post(where, data={"file": (io.BytesIO(data), name), **fields})


def send(client: FlaskClient, data: bytes, name: str = "写真.jpg", **fields: str) -> dict[str, Any]:
    """As the editor sends it: the answer in JSON."""
    answer = client.post("/reports/r1/files", data={"file": (io.BytesIO(data), name), **fields}, headers=JSON)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


def in_store() -> set[str]:
    return {kept.name for kept in files.store().all()}


def test_a_picture_is_put_in_listed_and_shown_to_everybody(staff: FlaskClient, app: Flask) -> None:
    answer = put_in(staff, pictures.picture(size=(800, 600)), alt="庁舎の正面")
    assert answer.status_code == 303
    page = BeautifulSoup(staff.get(answer.location).text, "html.parser")
    markdown = page.select_one("li.file input[readonly]")
    assert markdown is not None
    found = re.fullmatch(r"!\[庁舎の正面\]\((/files/[\w-]{22}/写真-800x600\.jpg)\)", str(markdown["value"]))
    assert found
    shown = app.test_client().get(found[1])
    assert shown.mimetype == "image/jpeg"
    assert shown.content_length == len(shown.data)
    assert pictures.opened(shown.data).size == (800, 600)
    smaller = app.test_client().get(found[1].rpartition("/")[0] + "/640")
    assert (smaller.mimetype, pictures.opened(smaller.data).size) == ("image/webp", (640, 480))
    assert app.test_client().get(found[1].rpartition("/")[0] + "/1280").status_code == 404


def test_the_editor_gets_the_markdown_with_alt_and_caption(staff: FlaskClient) -> None:
    told = send(staff, pictures.picture(), alt="[庁舎] *正面*", caption='"新しい"入口')
    assert told["markdown"] == rf'![\[庁舎\] \*正面\*]({told["url"]} "\"新しい\"入口")'
    shown = staff.post("/preview", data={"body": told["markdown"]}).text
    image = BeautifulSoup(shown, "html.parser").select_one("figure img")
    assert image is not None and (image["alt"], image["width"], image["height"]) == ("[庁舎] *正面*", "64", "48")
    assert '"新しい"入口' in BeautifulSoup(shown, "html.parser").text


def test_a_picture_may_be_kept_by_browsers_for_a_week_whoever_asks(staff: FlaskClient, app: Flask) -> None:
    url = send(staff, pictures.picture())["url"]
    for client in (staff, app.test_client()):
        answer = client.get(url)
        assert answer.headers["Cache-Control"] == "public, max-age=604800, immutable"
        assert "Vary" not in answer.headers and "Set-Cookie" not in answer.headers
        again = client.get(url, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_the_place_where_a_photo_was_taken_is_in_nothing_that_is_kept(staff: FlaskClient) -> None:
    send(staff, pictures.photo_with_place())
    for name in in_store():
        with files.store().open(name) as file:
            data = file.read()
        assert not pictures.opened(data).getexif()
        assert b"Yamada" not in data and b"taken at home" not in data


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("計画.pdf", b"%PDF-1.7\n...", "application/pdf"),
        (
            "計画.docx",
            pictures.packed("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("人口.csv", "町,人口\n本町,100".encode("cp932"), "text/csv"),
        (
            "図.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "application/octet-stream",
        ),
        ("まとめ.zip", pictures.packed("a.html"), "application/zip"),
        ("覚え.txt", b"<script>alert(1)</script>", "text/plain"),
    ],
)
def test_what_is_no_picture_is_only_saved_never_shown(
    staff: FlaskClient, app: Flask, name: str, data: bytes, media_type: str
) -> None:
    told = send(staff, data, name)
    assert told["markdown"].startswith(f"[{name}（")
    answer = app.test_client().get(told["url"])
    assert answer.data == data
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert any("sandbox" in policy for policy in answer.headers.getlist("Content-Security-Policy"))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("page.pdf", b"<html>"),
        ("plan.docm", pictures.packed("word/document.xml", "word/vbaProject.bin")),
        ("plan.docx", pictures.packed("word/document.xml", "word/vbaProject.bin")),
        ("plan.docx", pictures.packed("something/else")),
        ("plan.docx", b"PK\x03\x04 and nothing more"),
        ("drawing.svg", b"no drawing"),
        ("list.csv", b"\x00\x01\x02"),
        ("run.exe", b"MZ\x90"),
        ("run", b"#!/bin/sh"),
        ("bomb.png", pictures.png_saying(30_000, 30_000)),
        ("half.jpg", pictures.picture()[:200]),
        ("phone.jpg", b"\0\0\0\x18ftypheic" + b"\0" * 100),
        ("nothing.png", b""),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_nothing_is_kept(
    staff: FlaskClient, name: str, data: bytes
) -> None:
    answer = put_in(staff, data, name, alt="書いた説明")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("#file-error") is not None
    typed = page.select_one("#alt")
    assert typed is not None and typed["value"] == "書いた説明"
    told = staff.post("/reports/r1/files", data={"file": (io.BytesIO(data), name)}, headers=JSON)
    assert told.status_code == 422 and len(told.get_json()["error"]) > 10
    assert (rows(), in_store()) == (0, set())


def test_no_file_chosen_is_said_at_the_field(staff: FlaskClient) -> None:
    for sent in ({}, {"file": (io.BytesIO(b""), "")}):
        answer = staff.post("/reports/r1/files", data=sent)
        assert (answer.status_code, "ファイルを選んでください" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("令和5年度_計画（案）.jpeg", "令和5年度_計画（案）.jpg"),
        ("a\u202egpj.jpg", "agpj.jpg"),
        (".jpg", "ファイル.jpg"),
        ("が" * 200 + ".jpg", "が" * 76 + ".jpg"),
        ("<img src=x onerror=alert(1)>.jpg", "img src=x onerror=alert(1).jpg"),
    ],
)
def test_names_keep_their_words_and_lead_nowhere(staff: FlaskClient, sent: str, kept: str) -> None:
    told = send(staff, pictures.picture(), sent)
    assert told["name"] == kept
    assert re.fullmatch(r"/files/[\w-]{22}/[\w.-]+", told["url"])
    assert staff.get(told["url"]).status_code == 200
    assert staff.get("/reports/r1/files").status_code == 200


def test_the_same_bytes_twice_are_one_file_of_a_page_and_once_in_the_store(staff: FlaskClient) -> None:
    make_page("r2")
    first, again = send(staff, pictures.picture()), send(staff, pictures.picture(), "別名.jpg", alt="庁舎")
    assert first["url"] == again["url"]
    assert rows() == 1 and again["markdown"].startswith("![庁舎]")
    assert not first["notice"] and "すでにあった" in again["notice"]
    put_in(staff, pictures.picture(), where="/reports/r2/files")
    assert rows() == 2
    assert len(in_store()) == 1


def test_a_file_over_the_limit_is_refused_and_the_words_stay(staff: FlaskClient, app: Flask) -> None:
    app.config["UPLOAD_MEGABYTES"] = 1
    answer = put_in(staff, pictures.picture() + b"\0" * MEGABYTE, alt="書いた説明")
    assert answer.status_code == 413
    assert "1つ1MBまで" in answer.text and "書いた説明" in answer.text
    assert (rows(), in_store()) == (0, set())


def test_two_hundred_megabytes_are_not_even_read(staff: FlaskClient, app: Flask) -> None:
    body = io.BytesIO(b"--x\r\n" * 1000)
    for headers in ({}, JSON):
        answer = staff.post(
            "/reports/r1/files",
            input_stream=body,
            environ_overrides={"CONTENT_LENGTH": str(200 * MEGABYTE)},
            content_type="multipart/form-data; boundary=x",
            headers=headers,
        )
        assert answer.status_code == 413
        assert "1つ20MBまで" in (answer.get_json()["error"] if headers else answer.text)
        assert body.tell() == 0


def test_what_a_visitor_sends_is_not_looked_at(client: FlaskClient) -> None:
    make_page("r1")
    assert {put_in(client, sent).status_code for sent in (b"\0" * (9 * MEGABYTE), pictures.picture())} == {403}
    assert rows() == 0


def test_when_the_room_for_files_is_full_nothing_more_is_taken(staff: FlaskClient, app: Flask) -> None:
    app.config["FILES_TOTAL_MEGABYTES"] = 1
    with transaction():
        person_id = db.session.scalar(select(Event.actor_id))
        db.session.add(
            Attachment(
                key="k",
                name="n",
                media_type="t",
                digest="d",
                content="c" * 64,
                bytes=1,
                all_bytes=MEGABYTE,
                uploader_id=person_id,
            )
        )
    answer = put_in(staff, pictures.picture())
    assert answer.status_code == 413
    assert "いっぱい" in answer.text


@pytest.mark.parametrize("role", [None, "resident"])
def test_only_staff_put_files_in_and_see_the_list(app: Flask, staff: FlaskClient, role: str | None) -> None:
    key = send(staff, pictures.picture())["url"].split("/")[2]
    other = app.test_client()
    if role:
        sign_in(other, make_person(role=role))
    assert other.get("/reports/r1/files").status_code in {303, 403}
    for path in ("/reports/r1/files", "/files", f"/files/{key}/alt", f"/files/{key}/delete", f"/files/{key}/restore"):
        assert other.post(path, data={"file": (io.BytesIO(pictures.picture()), "a.jpg")}).status_code == 403
    assert rows() == 1
    assert other.get(f"/files/{key}/a.jpg").status_code == 200


def test_a_deleted_file_is_gone_for_everybody_until_it_is_brought_back(staff: FlaskClient) -> None:
    url = send(staff, pictures.picture(size=(700, 10)))["url"]
    start = url.rpartition("/")[0]
    answer = staff.post(start + "/delete", follow_redirects=True)
    assert "元に戻せます" in answer.text and "消したファイル" in answer.text
    assert {staff.get(path).status_code for path in (url, start + "/640")} == {404}
    assert staff.post(start + "/restore").status_code == 303
    assert {staff.get(path).status_code for path in (url, start + "/640")} == {200}
    kinds = list(db.session.scalars(select(Event.kind).where(Event.kind.like("file.%")).order_by(Event.id)))
    assert kinds == [Kind.FILE_ADDED, Kind.FILE_DELETED, Kind.FILE_RESTORED]


def test_what_a_picture_shows_can_be_said_later(staff: FlaskClient) -> None:
    key = send(staff, pictures.picture())["url"].split("/")[2]
    assert "説明がまだありません" in staff.get("/reports/r1/files").text
    assert staff.post(f"/files/{key}/alt", data={"alt": "庁舎"}).status_code == 303
    page = staff.get("/reports/r1/files").text
    assert "![庁舎](" in page and "説明がまだありません" not in page
    long = staff.post(f"/files/{key}/alt", data={"alt": "長" * 301})
    assert long.status_code == 422 and "長" * 301 in long.text
    staff.post(f"/files/{key}/alt", data={"decorative": "y"})
    assert "![](" in staff.get("/reports/r1/files").text


def test_a_file_put_in_before_the_page_was_written_belongs_to_it_afterwards(staff: FlaskClient) -> None:
    answer = staff.post("/files", data={"file": (io.BytesIO(pictures.picture()), "a.jpg"), "alt": "庁舎"}, headers=JSON)
    told = answer.get_json()
    assert told["url"] in staff.get("/files").text
    form = {"title": "新しい", "slug": "r9", "body": f"本文\n\n{told['markdown']}", "summary": "はじめ"}
    assert staff.post("/reports/new", data=form).status_code == 303
    assert told["url"] in staff.get("/reports/r9/files").text
    assert "本文で使用中" in staff.get("/reports/r9/files").text
    assert told["url"] not in staff.get("/files").text
    image = BeautifulSoup(staff.get("/reports/r9").text, "html.parser").select_one("article figure img")
    assert image is not None and staff.get(str(image["src"])).mimetype == "image/jpeg"


def test_a_list_costs_the_same_however_many_files_there_are(
    staff: FlaskClient, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    counts = []
    for total in (1, 8):
        while rows() < total:
            send(staff, f"{rows()}".encode(), "a.txt")
        with count_queries() as counted:
            assert staff.get("/reports/r1/files").status_code == 200
        counts.append(counted.count)
    assert counts[0] == counts[1]


def test_a_file_costs_one_query(
    staff: FlaskClient, app: Flask, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    url = send(staff, pictures.picture())["url"]
    with count_queries() as counted:
        assert app.test_client().get(url).status_code == 200
    assert counted.count == 1


def test_bytes_go_when_nothing_needs_them_and_not_before(staff: FlaskClient, travel: Callable[..., None]) -> None:
    kept, deleted = send(staff, b"stays", "a.txt")["url"], send(staff, b"goes", "b.txt")["url"]
    files.store().put(b"of a request that was cut off")
    staff.post(deleted.rpartition("/")[0] + "/delete")
    jobs.sweep()
    assert len(in_store()) == 3
    travel(days=2)
    jobs.sweep()
    assert len(in_store()) == 2
    travel(days=31)
    jobs.sweep()
    assert in_store() == queries.referenced() and rows() == 1
    assert staff.post(deleted.rpartition("/")[0] + "/restore").status_code == 404
    assert db.session.scalar(select(Attachment.key)) in kept


def test_a_file_that_the_store_lost_is_not_there_and_named(staff: FlaskClient, app: Flask) -> None:
    url = send(staff, b"lost", "a.txt")["url"]
    (name,) = in_store()
    files.store().delete(name)
    assert staff.get(url).status_code == 404
    assert jobs.missing() == [name]


@pytest.mark.parametrize(
    "path", ["/files/nokey/a.jpg", "/files/nokey/640", "/files/%00/a.jpg", "/files/../../etc/passwd"]
)
def test_an_address_of_nothing_is_answered_as_such(staff: FlaskClient, path: str) -> None:
    assert staff.get(path).status_code == 404


def test_the_store_stands_in_the_instance_folder(staff: FlaskClient, app: Flask) -> None:
    send(staff, b"text", "a.txt")
    (name,) = in_store()
    assert (Path(app.instance_path) / "files" / name[:2] / name[2:]).read_bytes() == b"text"
