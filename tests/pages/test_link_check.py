"""The link checker: what leads nowhere, what takes a detour, what does not say where it leads."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_person, sign_in
from tests.pages.browsing import soup
from tests.pages.test_links import revise, write
from wiki.accounts.models import Person
from wiki.pages import checking
from wiki.pages.checking import Trouble


def troubled(trouble: Trouble) -> list[tuple[str, str]]:
    """The page and the words of each link that is found."""
    return [(link.page.slug, link.text) for link in checking.find(trouble).links]


def make_town() -> None:
    goal = write("goal", "## 道のり\n\n## FAQ\n", "DXの目的")
    write(
        "r1",
        "## まとめ\n\n[[ない]] [無](/reports/gone) [[goal]] [[DXの目的#道のり|道]] [[goal#FAQ|問]] [[goal#終点|終]]\n\n"
        "[上](#まとめ) [声](#voices) [下](#した) [こちら](https://example.jp/) [HERE](/reports/goal) [x](/files/a)",
    )
    revise(goal, "## 道のり\n\n## FAQ\n\n二", slug="purpose")


def test_each_trouble_finds_its_links(app: Flask) -> None:
    make_town()
    assert troubled(Trouble.NOWHERE) == [("r1", "ない"), ("r1", "無")]
    assert troubled(Trouble.NO_HEADING) == [("r1", "終"), ("r1", "下")]
    assert troubled(Trouble.DETOUR) == [("r1", "goal"), ("r1", "問"), ("r1", "終"), ("r1", "HERE")]
    assert troubled(Trouble.VAGUE) == [("r1", "こちら"), ("r1", "HERE")]


@pytest.mark.parametrize("trouble", Trouble)
def test_a_list_costs_the_same_however_long(app: Flask, count_queries, trouble: Trouble) -> None:
    body = "[[ない]] [こちら](#ない) [[goal#ない]]"
    write("goal", "a")
    for number in range(3):
        write(f"p{number}", body)
    with count_queries() as few:
        checking.find(trouble)
    for number in range(3, 12):
        write(f"p{number}", body)
    with count_queries() as many:
        checking.find(trouble)
    assert few.count == many.count <= 2


@pytest.mark.parametrize("trouble", [Trouble.NOWHERE, Trouble.NO_HEADING])
def test_a_long_list_comes_in_pages(app: Flask, monkeypatch: pytest.MonkeyPatch, trouble: Trouble) -> None:
    monkeypatch.setattr(checking, "MOST_SHOWN", 4)
    write("r1", " ".join(f"[[ない{number}]] [x](#無{number})" for number in range(10)))
    cursor, found = None, []
    for _ in range(4):
        page = checking.find(trouble, cursor)
        found += [link.key or link.fragment for link in page.links]
        cursor = page.next_cursor
        if cursor is None:
            break
    word = "ない" if trouble is Trouble.NOWHERE else "無"
    assert found == [f"{word}{number}" for number in range(10)]


def test_staff_read_it_and_nobody_else(client: FlaskClient) -> None:
    make_town()
    assert client.get("/desk/links").status_code == 303
    sign_in(client, make_person())
    assert client.get("/desk/links").status_code == 403


def test_the_screen_tells_what_is_wrong_and_leads_to_the_editor(client: FlaskClient, staff: Person) -> None:
    make_town()
    for kind, words in [
        ("", "ないページ：ない"),
        ("heading", "にない見出し：終点"),
        ("detour", "いまの名前は「DXの目的」"),
        ("vague", "行き先：https://example.jp/"),
        ("nonsense", "ないページ：gone"),
    ]:
        answer = client.get(f"/desk/links?kind={kind}&cursor=")
        assert words in answer.text
        assert soup(answer).select_one(".link-list a[href='/reports/r1/edit']") is not None
    assert "/desk/links" in client.get("/desk/").text
    assert "見つかりませんでした" in client.get("/desk/links?cursor=999999").text
