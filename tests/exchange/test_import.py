"""`kairan import` and `kairan export`: what comes out goes in again, and what would do harm stays out."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests.attachments import pictures
from tests.exchange import papers
from wiki.attachments.models import Attachment
from wiki.core import files
from wiki.core.database import Base, db
from wiki.exchange import documents, sources, word
from wiki.exchange.commands import import_
from wiki.pages import queries as pages
from wiki.pages.models import Page


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def bring(runner: FlaskCliRunner, *arguments: Path | str) -> tuple[int, str]:
    """The exit status and all that was said."""
    done = runner.invoke(import_, [str(one) for one in arguments])
    db.session.rollback()
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def page(slug: str) -> Page:
    return pages.page_or_404(slug)


def body(slug: str) -> str:
    return pages.current_revision(page(slug)).body


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_markdown_without_anything_else_becomes_a_page(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "ごみの分け方.md").write_text("# ごみの分け方\n\n燃えるごみは月曜です。", "utf-8")
    status, said = bring(runner, tmp_path / "ごみの分け方.md")
    assert (status, said.split()[0]) == (0, "created")
    assert page("ごみの分け方").title == "ごみの分け方"
    assert body("ごみの分け方") == "燃えるごみは月曜です。"


def test_the_same_file_again_changes_nothing_and_another_text_makes_a_revision(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "plan.md"
    for text, became, number in (("一", "created", 1), ("一", "unchanged", 1), ("二", "changed", 2)):
        file.write_text(f"---\ntitle: 計画\nslug: plan\n---\n{text}", "utf-8")
        assert bring(runner, "--dry-run", file)[1].split()[0] == became
        assert bring(runner, file)[1].split()[0] == became
        assert (page("plan").current_number, body("plan")) == (number, text)


def test_a_dry_run_writes_nothing(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(papers.word())
    status, said = bring(runner, "--dry-run", tmp_path / "a.docx")
    assert status == 0 and "created" in said
    assert (count(Page), count(Attachment), list(files.store().all())) == (0, 0, [])


def test_a_word_document_keeps_headings_table_note_and_picture(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(papers.word())
    assert bring(runner, tmp_path / "plan.docx")[0] == 0
    text = body("plan")
    assert page("plan").title == "計画のあらまし"
    assert text.startswith("はじめの段落。\n\n## 目標\n\n| 年 | 人口 |\n| --- | --- |\n| 2026 | 100 |")
    assert re.search(r"注のある文\[\^1?2?\]", text) and "出典です。" in text
    (picture,) = db.session.scalars(select(Attachment)).all()
    assert f"![庁舎の絵]({picture.address})" in text
    assert picture.page_id == page("plan").id
    assert bring(runner, tmp_path / "plan.docx")[1].split()[0] == "unchanged"


def test_html_becomes_markdown_without_its_scripts(runner: FlaskCliRunner, tmp_path: Path) -> None:
    html = '<title>案内</title><p onclick="x()">本文<script>alert(1)</script>です。<p><img src="旗.png" alt="市の旗">'
    (tmp_path / "site").mkdir()
    (tmp_path / "site/annai.html").write_bytes(f'<meta charset="shift_jis">{html}'.encode("cp932"))
    (tmp_path / "site/旗.png").write_bytes(pictures.picture("PNG"))
    assert bring(runner, tmp_path / "site")[0] == 0
    (picture,) = db.session.scalars(select(Attachment)).all()
    assert (page("annai").title, body("annai")) == ("案内", f"本文です。\n\n![市の旗]({picture.address})")


def test_a_word_document_with_a_title_has_its_headings_below_it(runner: FlaskCliRunner, tmp_path: Path) -> None:
    parts = (("交通計画", "Title"), ("目的", "Heading1"), ("現状", "Heading2"), ("見直し", "Heading1"))
    written = "".join(papers.paragraph(words, style) for words, style in parts)
    (tmp_path / "plan.docx").write_bytes(papers.word(written))
    assert bring(runner, tmp_path / "plan.docx")[0] == 0
    assert (page("plan").title, body("plan")) == ("交通計画", "## 目的\n\n### 現状\n\n## 見直し")


def test_furigana_and_fields_of_a_word_document_stay_words(runner: FlaskCliRunner, tmp_path: Path) -> None:
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>そだい</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>粗大</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    field = '<w:fldSimple w:instr=" SEQ 図 "><w:r><w:t>3</w:t></w:r></w:fldSimple>'
    inside = f"<w:p>{ruby}<w:r><w:t>ごみ、図</w:t></w:r>{field}</w:p>{papers.NOTE}"
    (tmp_path / "gomi.docx").write_bytes(papers.word(inside))
    assert bring(runner, tmp_path / "gomi.docx")[0] == 0
    assert body("gomi").startswith("粗大（そだい）ごみ、図3\n\n注のある文[^")
    assert "出典です。" in body("gomi")


@pytest.mark.parametrize("dry", [True, False])
def test_a_picture_that_is_not_taken_keeps_no_document_out(runner: FlaskCliRunner, tmp_path: Path, dry: bool) -> None:
    """Word keeps pasted charts in a form of its own (EMF), which no browser shows."""
    (tmp_path / "plan.docx").write_bytes(papers.word(**{"word/media/image1.png": b"\1\0\0\0 EMF"}))
    status, said = bring(runner, *(["--dry-run"] if dry else []), tmp_path / "plan.docx")
    assert status == 0 and "without plan-1" in said
    assert count(Attachment) == 0
    if not dry:
        assert "（画像：庁舎の絵）" in body("plan") and "![" not in body("plan")


def test_pictures_inside_of_html_are_taken_in(runner: FlaskCliRunner, tmp_path: Path) -> None:
    inside = b64encode(pictures.picture("PNG")).decode()
    html = f'<h1>案内</h1><p>図<img alt="旗" src="data:image/png;base64,{inside}"><img src="data:image/png;base64,AAA">'
    (tmp_path / "annai.html").write_text(html, "utf-8")
    status, said = bring(runner, tmp_path / "annai.html")
    (picture,) = db.session.scalars(select(Attachment)).all()
    assert status == 0 and "without annai-2" in said
    assert body("annai") == f"図![旗]({picture.address})（画像）"


def test_a_document_of_very_many_pictures_is_refused(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "annai.html").write_text('<img src="data:image/png;base64,AAAA">' * 201, "utf-8")
    status, said = bring(runner, tmp_path / "annai.html")
    assert status == 1 and "201 pictures" in said


@pytest.mark.parametrize("piece", ["![", "![a](b ", "<img ", '<img src="data:image/png;base64,'])
def test_what_was_made_to_keep_the_reader_busy_is_read_in_one_pass(piece: str) -> None:
    """In a pass for each piece this would take minutes."""
    document = documents.read(sources.Sent({"a.html": piece.encode() * 100_000}), "a.html")
    document.body = piece * 100_000
    assert word._plain(b"<w:ruby><w:rt>" * 50_000)
    assert document.with_pictures_named() == document.body


def test_one_bad_file_keeps_none_of_the_others_out_and_is_told(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("よい", "utf-8")
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "worse.md").write_text("---\nkind: nothing\n---\n本文", "utf-8")
    (tmp_path / "empty.md").write_text("", "utf-8")
    status, said = bring(runner, tmp_path)
    assert status == 1
    assert len(re.findall(r"^refused", said, re.M)) == 3
    assert [one.slug for one in db.session.scalars(select(Page))] == ["good"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("up.zip", papers.packed_as({"../../x.md": "本文"}), "outside"),
        ("up-windows.zip", papers.packed_as({"a\\..\\..\\x.md": "本文"}), "outside"),
        ("twice.zip", papers.packed_as({"か\u3099.md": "本文", "が.md": "別の本文"}), "two files"),
        ("absolute.zip", papers.packed_as({"/etc/x.md": "本文"}), "outside"),
        ("windows.zip", papers.packed_as({"C:\\x.md": "本文"}), "outside"),
        ("bomb.zip", papers.packed_as({"x.md": b"0" * (30 << 20)}), "tightly"),
        ("many.zip", papers.packed_as({f"{n}.md": "" for n in range(5001)}), "5001"),
        ("noise.zip", b"PK\x03\x04noise", "ZIP"),
        ("empty.zip", papers.packed_as({"a.txt": "x"}), "neither"),
        ("plan.docm", papers.word(), "neither"),
        ("macro.docx", papers.word(**{"word/vbaProject.bin": b"macro"}), "macros"),
        ("entity.docx", papers.word(declares='<!DOCTYPE a [<!ENTITY b "c">]>'), "entities"),
        ("noise.docx", b"noise", "Word"),
        ("bomb.docx", papers.word(**{"word/media/x.png": b"0" * (30 << 20)}), "tightly"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "neither"),
    ],
)
def test_what_would_do_harm_is_refused_and_nothing_is_written(
    runner: FlaskCliRunner, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(data)
    status, said = bring(runner, tmp_path / "in" / name)
    assert status == 1 and reason in said, said
    assert count(Page) == 0


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_an_archive_is_read_by_the_names_its_packer_saw(runner: FlaskCliRunner, tmp_path: Path, encoding: str) -> None:
    """Windows packs names as Shift_JIS (表 ends in a backslash there) and parts folders by one; macOS hides files."""
    packed = papers.packed_as(
        {
            "予算表\\予算表.md": "予算です。\n\n![図](写真/円ク\u3099ラフ.png)",
            "予算表\\写真/円グラフ.png": pictures.picture("PNG"),
            "__MACOSX/._予算表.md": b"\0\5\x16\7",
            ".DS_Store": b"\0\0\0\1",
        },
        names_as=encoding,
    )
    (tmp_path / "in.zip").write_bytes(packed)
    status, said = bring(runner, tmp_path / "in.zip")
    assert status == 0, said
    assert count(Page) == 1 and count(Attachment) == 1
    assert body("予算表").startswith("予算です。\n\n![図](/files/")


def test_text_that_windows_calls_unicode_is_read(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "oshirase.md").write_bytes("# お知らせ\r\n\r\n日程です。".encode("utf-16"))
    assert bring(runner, tmp_path)[0] == 0
    assert (page("oshirase").title, body("oshirase")) == ("お知らせ", "日程です。")


def test_a_picture_that_a_word_document_only_points_to_is_not_fetched(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "linked.docx").write_bytes(papers.word(linked=True))
    assert bring(runner, tmp_path / "linked.docx")[0] == 0
    assert "![" not in body("linked") and count(Attachment) == 0


def test_a_link_in_a_folder_that_leads_out_is_not_followed(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("秘密", "utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "in/b.md").write_text("[x](../secret.md) ![y](../../etc/passwd)", "utf-8")
    assert bring(runner, tmp_path / "in")[0] == 0
    assert [one.slug for one in db.session.scalars(select(Page))] == ["b"]
