"""Two edits that meet: nothing is overwritten, nothing is lost; and what a revision reflects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.factories import make_page
from tests.pages.browsing import fields, revisions, soup
from wiki.accounts.models import Person
from wiki.core.database import transaction
from wiki.pages import hooks, queries, service
from wiki.pages.models import Page
from wiki.pages.service import PageDraft


def rename(page: Page, slug: str) -> None:
    body = queries.current_revision(page).body
    with transaction():
        service.revise(None, page, PageDraft.of(page.title, slug, body, "名前"), page.current_number)


def test_a_late_save_shows_both_texts_and_one_more_save_goes_through(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="一\n\n二\n\n三")
    client.post("/reports/r1/edit", data=fields(body="いち\n\n二\n\n三"))
    late = client.post("/reports/r1/edit", data=fields(body="一\n\n二\n\nさん", title="私の題名", summary="私の変更"))
    assert late.status_code == 409
    page = soup(late)
    assert [part.text for part in page.select(".three ins")]
    assert "いち" in page.select(".three section")[1].text
    assert "さん" in page.select(".three section")[2].text
    assert revisions() == 2
    again = {tag["name"]: tag.get("value", "") for tag in page.select("main form.form input[name]")}
    again["body"] = page.find("textarea", {"name": "body"}).text.lstrip("\r\n")
    again.pop("csrf_token")
    assert again == fields(body="一\n\n二\n\nさん", title="私の題名", summary="私の変更", base_revision="2")
    assert client.post("/reports/r1/edit", data=again).status_code == 303
    assert queries.current_revision(queries.page_or_404("r1")).body == "一\n\n二\n\nさん"


@pytest.mark.parametrize("base", ["", "0", "x", "99", "9" * 30])
def test_a_save_that_does_not_tell_its_base_overwrites_nothing(client: FlaskClient, staff: Person, base: str) -> None:
    make_page("r1")
    answer = client.post("/reports/r1/edit", data=fields(base_revision=base, body="私の文"))
    assert answer.status_code == 409
    assert "私の文" in answer.text
    assert revisions() == 1


def test_a_conflict_does_not_undo_a_rename_that_the_writer_has_not_seen(client: FlaskClient, staff: Person) -> None:
    page = make_page("r1", body="一")
    rename(page, "r2")
    late = client.post("/reports/r2/edit", data=fields(slug="r1", body="二"))
    assert late.status_code == 409
    assert soup(late).find("input", {"name": "slug"})["value"] == "r2"


def test_lines_that_nobody_changed_are_folded_in_a_conflict(client: FlaskClient, staff: Person) -> None:
    body = "\n".join(f"行{n}" for n in range(300))
    make_page("r1", body=body)
    client.post("/reports/r1/edit", data=fields(body=body.replace("行7\n", "行七\n")))
    late = client.post("/reports/r1/edit", data=fields(body=body.replace("行250\n", "行二五〇\n")))
    base = soup(late).select(".three section")[0]
    assert "行7" in base.text
    assert "行250" in base.text
    assert "行100" not in base.text


@pytest.fixture
def seam() -> Iterator[list[tuple[int, int, list[int]]]]:
    """Rooms above that offer two choices and note what they are told."""
    told: list[tuple[int, int, list[int]]] = []
    kept = [list(one) for one in (hooks.reflectable, hooks.after_revision, hooks.reflected)]
    hooks.reflectable[:] = [lambda page: [(3, "夜の窓口"), (4, "昼の窓口")]]
    hooks.after_revision[:] = [lambda who, revision, ids: told.append((who.id, revision.number, ids))]
    hooks.reflected[:] = [lambda ids: {max(ids): [("夜の窓口", "/proposals/3")]}]
    yield told
    hooks.reflectable[:], hooks.after_revision[:], hooks.reflected[:] = kept


def test_a_revision_names_what_it_reflects(client: FlaskClient, staff: Person, seam: list[object]) -> None:
    make_page("r1")
    boxes = soup(client.get("/reports/r1/edit")).find_all("input", {"name": "reflects"})
    assert [(box["type"], box["value"]) for box in boxes] == [("checkbox", "3"), ("checkbox", "4")]
    assert client.post("/reports/r1/edit", data=fields() | {"reflects": ["4", "3"]}).status_code == 303
    assert seam == [(staff.id, 2, [4, 3])]
    for path in ("history", "revisions/2", "diff?from=1&to=2"):
        assert soup(client.get(f"/reports/r1/{path}")).find("a", href="/proposals/3"), path


def test_what_was_chosen_is_not_lost_in_a_conflict(client: FlaskClient, staff: Person, seam: list[object]) -> None:
    make_page("r1")
    client.post("/reports/r1/edit", data=fields())
    late = client.post("/reports/r1/edit", data=fields(body="別の文") | {"reflects": ["4"]})
    assert late.status_code == 409
    boxes = soup(late).find_all("input", {"name": "reflects"})
    assert [box.has_attr("checked") for box in boxes] == [False, True]
    assert seam == []
