"""Two edits that meet: nothing is overwritten, nothing is lost; and what a revision reflects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_page
from tests.pages.browsing import fields, revisions, soup, typed
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.pages import hooks, merging, queries, service
from wiki.pages.models import Page
from wiki.pages.service import PageDraft


def rename(page: Page, slug: str) -> None:
    body = queries.current_revision(page).body
    with transaction():
        service.revise(None, page, PageDraft.of(page.title, slug, body, "名前"), page.current_number)


def body() -> str:
    db.session.rollback()
    return queries.current_revision(queries.page_or_404("r1")).body


def meet(client: FlaskClient, base: str, theirs: str, mine: str, **more: str) -> TestResponse:
    """The answer to a save of `mine` after `theirs` was published, both made from `base`."""
    make_page("r1", body=base)
    assert client.post("/reports/r1/edit", data=fields(body=theirs)).status_code == 303
    return client.post("/reports/r1/edit", data=fields(body=mine, **more))


def test_edits_side_by_side_are_merged_shown_and_saved_by_one_button(client: FlaskClient, staff: Person) -> None:
    late = meet(client, "一\n\n二\n\n三", "いち\n\n二\n\n三", "一\n\n二\n\nさん", title="私の題名", summary="私の変更")
    assert late.status_code == 409
    assert revisions() == 2
    page = soup(late)
    mine, theirs = page.select(".diff")
    assert [part.text for part in mine.select("ins")] == ["（追加）さん（追加ここまで）"]
    assert "別の画面でのあなたの変更（第2版で公開済み）" in page.text
    assert "いち" in theirs.select_one("ins").text
    assert page.select_one("button[form=editor]")
    again = typed(page, "editor")
    merged = fields(body="いち\n\n二\n\nさん", title="私の題名", summary="私の変更", base_revision="2")
    assert merged.items() <= again.items()
    assert client.post("/reports/r1/edit", data=again).status_code == 303
    assert body() == "いち\n\n二\n\nさん"


def test_two_sentences_of_one_paragraph_merge(client: FlaskClient, staff: Person) -> None:
    late = meet(client, "朝に開く。昼に閉じる。", "九時に開く。昼に閉じる。", "朝に開く。一時に閉じる。")
    assert typed(soup(late), "editor")["body"] == "九時に開く。一時に閉じる。"


BASE, THEIRS, MINE = "頭\n\n朝に開く。\n\n尾", "頭\n\n九時に開く。\n\n尾", "頭\n\n十時に開く。\n\n終わり"


@pytest.mark.parametrize(
    ("choice", "own", "made"),
    [
        ("mine", "", "頭\n\n十時に開く。\n\n終わり"),
        ("theirs", "", "頭\n\n九時に開く。\n\n終わり"),
        ("both", "", "頭\n\n十時に開く。\n九時に開く。\n\n終わり"),
        ("own", "mine\r\n二行目", "頭\n\nmine\n二行目\n\n終わり"),
    ],
)
def test_where_both_changed_the_writer_chooses_and_sees_before_saving(
    client: FlaskClient, staff: Person, choice: str, own: str, made: str
) -> None:
    late = meet(client, BASE, THEIRS, MINE, summary="私の変更")
    assert late.status_code == 409
    page = soup(late)
    base, theirs, mine = page.select(".place .three section")
    assert "朝に開く。" in base.text
    assert "九時" in theirs.text
    assert "十時" in mine.text
    sent = typed(page, "places")
    assert fields(body=MINE, summary="私の変更").items() <= sent.items()
    assert not any(name.startswith("choice-") for name in sent)
    step = client.post("/reports/r1/edit", data=sent | {"choice-0": choice, "own-0": own})
    assert step.status_code == 200
    assert revisions() == 2
    again = typed(soup(step), "editor")
    assert fields(body=made, summary="私の変更", base_revision="2").items() <= again.items()
    assert client.post("/reports/r1/edit", data=again).status_code == 303
    assert body() == made


def test_a_place_left_undecided_is_asked_about_again_and_keeps_the_other_choices(
    client: FlaskClient, staff: Person
) -> None:
    late = meet(client, "一。\n\n間\n\n二。", "壱。\n\n間\n\n弐。", "1。\n\n間\n\n2。")
    sent = typed(soup(late), "places") | {"choice-1": "own", "own-1": "ふたつ。"}
    asked = client.post("/reports/r1/edit", data=sent)
    assert asked.status_code == 422
    page = soup(asked)
    assert [place["id"] for place in page.select(".place.wrong")] == ["place-0"]
    assert page.find("input", id="choice-1-own").has_attr("checked")
    kept = typed(page, "places")
    assert kept["own-1"] == "ふたつ。"
    done = client.post("/reports/r1/edit", data=kept | {"rest": "theirs"})
    assert typed(soup(done), "editor")["body"] == "壱。\n\n間\n\nふたつ。"


def test_choices_against_a_revision_that_is_no_longer_the_newest_are_asked_anew(
    client: FlaskClient, staff: Person
) -> None:
    late = meet(client, BASE, THEIRS, MINE)
    client.post("/reports/r1/edit", data=fields(body=BASE.replace("朝", "正午"), base_revision="2"))
    step = client.post("/reports/r1/edit", data=typed(soup(late), "places") | {"choice-0": "theirs"})
    assert step.status_code == 409
    assert "第3版が公開されました" in step.text
    assert "正午" in soup(step).select_one(".place").text
    assert typed(soup(step), "places")["body"] == MINE


def test_a_merged_text_is_checked_against_its_base_again(client: FlaskClient, staff: Person) -> None:
    late = meet(client, "一\n\n二\n\n三", "いち\n\n二\n\n三", "一\n\n二\n\nさん")
    client.post("/reports/r1/edit", data=fields(body="いち\n\nに\n\n三", base_revision="2"))
    later = client.post("/reports/r1/edit", data=typed(soup(late), "editor"))
    assert later.status_code == 409
    assert typed(soup(later), "editor")["body"] == "いち\n\nに\n\nさん"
    assert revisions() == 3


def test_two_titles_are_a_choice_too(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="一")
    client.post("/reports/r1/edit", data=fields(body="一", title="公開した題"))
    late = client.post("/reports/r1/edit", data=fields(body="二", title="私の題"))
    assert late.status_code == 409
    sent = typed(soup(late), "places")
    step = client.post("/reports/r1/edit", data=sent | {"choice-title": "mine"})
    assert typed(soup(step), "editor").items() >= {"title": "私の題", "body": "二"}.items()


def test_a_long_conflict_has_few_places(client: FlaskClient, staff: Person) -> None:
    lines = [f"{n}行。" for n in range(100)]
    late = meet(client, "\n\n".join(lines), "\n\n".join(f"あ{x}" for x in lines), "\n\n".join(f"い{x}" for x in lines))
    assert len(soup(late).select(".place")) == merging.MOST_PLACES


@pytest.mark.parametrize("base", ["", "0", "x", "99", "9" * 30])
def test_a_save_that_does_not_tell_its_base_overwrites_nothing(client: FlaskClient, staff: Person, base: str) -> None:
    make_page("r1")
    answer = client.post("/reports/r1/edit", data=fields(base_revision=base, body="私の文"))
    assert answer.status_code == 409
    assert typed(soup(answer), "places")["body"] == "私の文"
    assert "はじめの段落です。" in answer.text
    assert revisions() == 1


def test_a_conflict_does_not_undo_a_rename_that_the_writer_has_not_seen(client: FlaskClient, staff: Person) -> None:
    page = make_page("r1", body="一")
    rename(page, "r2")
    late = client.post("/reports/r2/edit", data=fields(slug="r1", body="二"))
    assert late.status_code == 409
    assert typed(soup(late), "editor").items() >= {"slug": "r2", "body": "二"}.items()


@pytest.fixture
def seam() -> Iterator[list[tuple[int, int, list[str]]]]:
    """Rooms above that offer two choices and note what they are told."""
    told: list[tuple[int, int, list[str]]] = []
    kept = [list(one) for one in (hooks.reflectable, hooks.after_revision, hooks.reflected)]
    hooks.reflectable[:] = [lambda page, named: [("3", "夜の窓口"), ("4", "昼の窓口")]]
    hooks.after_revision[:] = [lambda who, revision, ids: told.append((who.id, revision.number, ids))]
    hooks.reflected[:] = [lambda ids: {max(ids): [("夜の窓口", "/proposals/3")]}]
    yield told
    hooks.reflectable[:], hooks.after_revision[:], hooks.reflected[:] = kept


def test_a_revision_names_what_it_reflects(client: FlaskClient, staff: Person, seam: list[object]) -> None:
    make_page("r1")
    boxes = soup(client.get("/reports/r1/edit")).find_all("input", {"name": "reflects"})
    assert [(box["type"], box["value"]) for box in boxes] == [("checkbox", "3"), ("checkbox", "4")]
    assert client.post("/reports/r1/edit", data=fields() | {"reflects": ["4", "3"]}).status_code == 303
    assert seam == [(staff.id, 2, ["4", "3"])]
    for path in ("history", "revisions/2", "diff?from=1&to=2"):
        assert soup(client.get(f"/reports/r1/{path}")).find("a", href="/proposals/3"), path


def test_what_was_chosen_is_not_lost_in_a_conflict(client: FlaskClient, staff: Person, seam: list[object]) -> None:
    make_page("r1")
    client.post("/reports/r1/edit", data=fields())
    late = client.post("/reports/r1/edit", data=fields(body="別の文") | {"reflects": ["4"]})
    assert late.status_code == 409
    step = client.post("/reports/r1/edit", data=typed(soup(late), "places") | {"choice-0": "mine"})
    boxes = soup(step).find_all("input", {"name": "reflects"})
    assert [box.has_attr("checked") for box in boxes] == [False, True]
    assert seam == []
