"""What pages are called in addresses: Japanese, in one form, made of the title, led on by every older name."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from tests.factories import make_page
from tests.pages.browsing import fields, soup
from tests.pages.test_links import revise, write
from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.pages import queries
from wiki.pages.models import Page

GA = "ごみの出し方"


@pytest.mark.parametrize("typed", [unicodedata.normalize("NFD", GA), "ＧＡ", "Ga"])
def test_an_address_in_another_form_leads_to_the_one_form(client: FlaskClient, typed: str) -> None:
    make_page(GA, "ごみ")
    make_page("ga")
    answer = client.get(f"/reports/{quote(typed)}/history?cursor=3")
    assert answer.status_code == 301
    assert unquote(answer.location) in (f"/reports/{GA}/history?cursor=3", "/reports/ga/history?cursor=3")
    assert client.post(f"/reports/{quote(typed)}/edit").status_code == 308


def test_a_title_leads_to_its_page_for_now(client: FlaskClient) -> None:
    page = write("goal", "a", "自治体DXの目的")
    answer = client.get(f"/reports/{quote('自治体ＤＸの目的')}")
    assert (answer.status_code, answer.location) == (302, "/reports/goal")
    revise(page, "b", title="別の題")
    answer = client.get(f"/reports/{quote('自治体DXの目的')}")
    assert (answer.status_code, answer.location) == (301, "/reports/goal")


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("A", "a"), ("ａ", "a"), ("a\n", "a"), (unicodedata.normalize("NFD", GA), GA), (f"/reports/{quote(GA)}#x", GA)],
)
def test_a_slug_is_brought_into_its_form(client: FlaskClient, staff: Person, typed: str, slug: str) -> None:
    answer = client.post("/reports/new", data=fields(slug=typed))
    assert (answer.status_code, unquote(answer.location)) == (303, f"/reports/{slug}")


def test_an_empty_slug_is_made_of_the_title(client: FlaskClient, staff: Person) -> None:
    made = [
        unquote(client.post("/reports/new", data=fields(slug=slug, title="「DX」とは？")).location)
        for slug in ("", " ", "")
    ]
    assert made == ["/reports/dx-とは", "/reports/dx-とは-2", "/reports/dx-とは-3"]
    assert unquote(client.post("/reports/new", data=fields(slug="", title="New")).location) == "/reports/new-2"


def test_a_title_without_letters_asks_for_a_slug(client: FlaskClient, staff: Person) -> None:
    answer = client.post("/reports/new", data=fields(slug="", title="👍"))
    assert answer.status_code == 422
    assert soup(answer).find(id="slug-error") is not None
    assert soup(answer).find(id="title")["value"] == "👍"


def test_an_edit_still_needs_its_slug(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    assert client.post("/reports/r1/edit", data=fields(slug="")).status_code == 422


def test_a_page_says_which_of_its_addresses_counts(client: FlaskClient) -> None:
    make_page(GA, "ごみ")
    link = soup(client.get(f"/reports/{quote(GA)}?order=newest")).find("link", rel="canonical")
    assert link["href"] == f"http://localhost/reports/{quote(GA)}"


def test_an_old_title_does_not_stand_in_the_way_of_a_new_page(client: FlaskClient, staff: Person) -> None:
    revise(write("r1", "a", GA), "b", title="別の題")
    assert queries.resolve([GA])[GA].slug == "r1"
    assert unquote(client.post("/reports/new", data=fields(slug=GA, title=GA)).location) == f"/reports/{GA}"
    assert queries.resolve([GA])[GA].slug == GA
    assert db.session.query(Page).count() == 2
