"""`kairan export`, /desk/export and a page's own export: what comes out goes in again, and says no more than it may."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from tests.attachments import pictures
from tests.exchange.test_import import bring, count
from tests.factories import as_, make_page, make_person, sign_in
from wiki.attachments import intake
from wiki.attachments import service as attachments
from wiki.attachments.models import Attachment
from wiki.collections import service as collections
from wiki.collections import tagging
from wiki.collections.models import Collection, Episode
from wiki.core import clock, files
from wiki.core.database import Base, db, transaction
from wiki.exchange import export_views
from wiki.exchange.commands import export
from wiki.pages.models import Page, PagePerson, PageState, Protection, Redirect


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def _settle() -> None:
    first = make_page("r1", "一つ目「引用」: と \\ も", "## 見出し\n\n本文です。\n\n---\n\n終わり", digest="要約\n二行")
    second = make_page("二つ目", questions=["なぜ？"], source={"title": "原文", "date": "2023年"}, is_open=False)
    out = make_page("out", "取り下げたページ")
    actor = make_person()
    received = intake.receive("旗.png", io.BytesIO(pictures.picture("PNG", size=(700, 40))))
    with transaction():
        first = db.session.merge(first)
        first.people.append(PagePerson(position=0, name="見本", office="課長"))
        attachments.add(None, first, received, "市の旗")
        attachments.delete(actor, attachments.add(None, None, intake.receive("x.txt", io.BytesIO(b"x")), None))
        collections.put_collection(
            None,
            "c1",
            "特集",
            "前書き",
            entries=[collections.EntryDraft(second, "見", "要"), collections.EntryDraft(first, "", "")],
        )
        collections.put_episode(second, "連載", 3, "第3回")
        tagging.put_tags(actor, first, ["防災", "くらし"])
        db.session.add(Redirect(slug="old-name", page_id=first.id))
        hidden = db.session.merge(out)
        hidden.state, hidden.protection, hidden.needs_review = PageState.WITHDRAWN, Protection.STAFF, True


def test_what_was_taken_out_of_one_site_is_the_same_in_an_empty_one(
    runner: FlaskCliRunner, app: Flask, tmp_path: Path
) -> None:
    _settle()
    first, second = tmp_path / "out", tmp_path / "again"
    assert runner.invoke(export, [str(first)]).exit_code == 0
    store = {kept.name for kept in files.store().all()}
    with transaction():
        for table in reversed(Base.metadata.sorted_tables):
            db.session.execute(table.delete())
    assert bring(runner, first)[0] == 0
    assert runner.invoke(export, [str(second)]).exit_code == 0
    told = {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    again = {path.relative_to(second): path.read_bytes() for path in second.rglob("*") if path.is_file()}
    assert told.keys() == again.keys() and len(told) == 6
    for path in told:
        same = [re.sub(rb"(?m)^(updated|revision): .*$", b"", one) for one in (told[path], again[path])]
        assert same[0] == same[1], path
    assert store >= set(db.session.scalars(select(Attachment.content)))
    assert (count(Collection), count(Episode)) == (1, 1)
    reader = app.test_client()
    assert reader.get("/reports/out").status_code == 404
    assert reader.get("/reports/old-name").location.endswith("/reports/r1")
    assert "防災" in reader.get("/reports/r1").text
    assert {line.split()[0] for line in bring(runner, first)[1].splitlines()} == {"unchanged"}


def test_export_goes_into_an_empty_folder_only(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "kept.md").write_text("x")
    done = runner.invoke(export, [str(tmp_path)])
    assert done.exit_code == 1 and "not empty" in done.output


def test_what_was_never_published_or_is_deleted_stays_here(runner: FlaskCliRunner, tmp_path: Path) -> None:
    make_page("open")
    gone = make_page("gone")
    with transaction():
        db.session.merge(gone).deleted_at = clock.now()
        db.session.add(Page(slug="draft", title="書きかけ", state=PageState.DRAFT))
    done = runner.invoke(export, [str(tmp_path / "out")])
    assert done.exit_code == 0 and "1 pages, 0 files" in done.output
    assert [path.name for path in (tmp_path / "out/pages").iterdir()] == ["open.md"]


def test_a_page_is_taken_out_with_the_files_that_it_shows(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    actor, other = make_person(), make_page("other")
    with transaction():
        shown, own, foreign = (
            attachments.add(actor, page, intake.receive(name, io.BytesIO(pictures.picture("PNG", size=size))), "絵")
            for page, name, size in ((other, "a.png", (9, 9)), (None, "b.png", (8, 8)), (other, "c.png", (7, 7)))
        )
        addresses = shown.address, own.address, foreign.address
    make_page("r1", "題", f"本文\n\n![絵]({addresses[0]})\n\n![絵]({addresses[1]})")
    answer = app.test_client().get("/reports/r1/export")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("files/index.json"))
    assert "pages/r1.md" in names and len(names) == 4
    assert [one["name"] for one in told] == ["a.png", "b.png"]
    (tmp_path / "r1.zip").write_bytes(answer.data)
    assert bring(runner, tmp_path / "r1.zip")[1].split()[0] == "unchanged"


def test_a_page_is_taken_out_by_whoever_may_read_it(app: Flask) -> None:
    out, draft = make_page("out"), make_person(role="staff")
    with transaction():
        db.session.merge(out).state = PageState.WITHDRAWN
        db.session.add(Page(slug="draft", title="書きかけ", state=PageState.DRAFT))
    visitor, staff = app.test_client(), as_(app, draft)
    assert [visitor.get(f"/reports/{slug}/export").status_code for slug in ("out", "draft", "none")] == [404] * 3
    assert [staff.get(f"/reports/{slug}/export").status_code for slug in ("out", "draft")] == [200, 404]


def test_staff_take_everything_out_from_the_desk(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _settle()
    assert client.get("/desk/export").status_code == 303
    sign_in(client, make_person())
    assert client.get("/desk/export").status_code == 403
    staff = as_(app, make_person(role="staff"))
    assert 'href="/desk/export"' in staff.get("/desk/import").text
    answer = staff.get("/desk/export")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert {"pages/r1.md", "pages/out.md", "collections/c1.md"} <= set(archive.namelist())
    monkeypatch.setattr(export_views, "_MOST_AT_ONCE", 10)
    refused = staff.get("/desk/export")
    assert refused.status_code == 413 and "kairan export" in refused.text
