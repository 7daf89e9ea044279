"""Each number leads to the voices that it counts: as many, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_comment, make_consultation, make_page, make_person, make_proposal
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.comments.models import Channel
from wiki.consultations.models import Opinion, Way
from wiki.core.database import db, transaction
from wiki.insight import figures, listing
from wiki.insight.listing import Wanted
from wiki.pages.models import Page


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def staff(page: Page) -> Person:
    return make_person("見本職員", role="staff")


@pytest.fixture
def spoken(page: Page, staff: Person) -> None:
    """Three comments (one answered, one by telephone), a proposal, an opinion sent by post; and a remark of staff."""
    first = make_comment(page, make_person(), "答えがある声です。")
    make_comment(page, make_person(), "答えがない声です。")
    by_phone = make_comment(page, make_person(), "電話で聞いた声です。")
    make_proposal(page, make_person(), title="夜のバス")
    make_comment(page, staff, "お答えします。", parent=first)
    with transaction():
        db.session.merge(by_phone).channel = Channel.PHONE
        consultation = make_consultation(page, staff)
        db.session.add(Opinion(consultation_id=consultation.id, number=1, way=Way.MAIL, body="まだ読めない意見です。"))


def numbers(text: str) -> dict[str, int]:
    """Every link to a list of voices, with the number that it is on."""
    links = re.findall(r'<a href="(/figures/voices[^"]*)">(?:うち紙・窓口など )?([0-9]+)</a>', text)
    return {address.replace("&amp;", "&"): int(number) for address, number in links}


@pytest.mark.parametrize("screen", ["/figures", "/reports/basu/outcome"])
def test_a_number_counts_what_its_list_shows(client: FlaskClient, spoken: None, screen: str) -> None:
    found = numbers(client.get(screen).text)
    assert len(found) >= 4
    for address, number in found.items():
        listed = client.get(address)
        assert listed.status_code == 200
        kinds = re.findall(r'href="(/figures/voices\?[^"]*kind=[a-z]+)"', listed.text) or [address]
        shown = sum(client.get(kind.replace("&amp;", "&")).text.count('<p class="who">') for kind in kinds)
        assert shown == number, address


def test_the_numbers_are_those_of_all_kinds(page: Page, spoken: None) -> None:
    found = figures.outcome(page)
    assert (found.received, found.answered, found.waiting, found.beside_web) == (5, 1, 4, 2)
    assert listing.counts(Wanted(page)) == {"comment": 3, "proposal": 1, "opinion": 1}
    assert listing.counts(Wanted(page, fate="answered")) == {"comment": 1}
    assert listing.counts(Wanted(page, channel="beside")) == {"comment": 1, "opinion": 1}
    assert listing.counts(Wanted(page, channel="phone")) == {"comment": 1}
    assert listing.counts(Wanted(page, month="2020-02")) == {}


def test_an_opinion_is_counted_and_not_read_before_the_result(client: FlaskClient, spoken: None) -> None:
    shown = client.get("/figures/voices?kind=opinion").text
    assert "意見1（結果の公表まで、内容は出ません）" in shown
    assert "まだ読めない意見" not in shown


def test_a_hidden_voice_leaves_the_list_at_once(app: Flask, client: FlaskClient, page: Page, staff: Person) -> None:
    comment = make_comment(page, make_person(), "個人の電話番号です。")
    assert "個人の電話番号" in client.get("/figures/voices").text
    with transaction():
        comments.hide(staff, db.session.merge(comment), "personal")
    assert "個人の電話番号" not in client.get("/figures/voices").text


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=x", "fate=all", "channel=fax", "kind=vote", "before=x", "before=-1", "month=２０２６-01"],
)
def test_what_there_is_not_is_left_out(client: FlaskClient, spoken: None, query: str) -> None:
    assert client.get(f"/figures/voices?{query}").text.count('<p class="who">') == 3


def test_of_another_page_there_is_nothing(client: FlaskClient, spoken: None) -> None:
    make_page("hokano")
    assert "あてはまる声はありません。" in client.get("/figures/voices?page=hokano").text
    assert client.get("/figures/voices?page=nai").status_code == 404


def test_a_long_list_goes_by_cursor_at_constant_cost(
    client: FlaskClient, page: Page, count_queries: Callable[[], Any]
) -> None:
    make_comment(page, make_person(), "声です。")
    author = make_person()
    for number in range(listing.PAGE):
        make_comment(page, author, f"声{number}です。")
    with count_queries() as first:
        text = client.get("/figures/voices").text
    assert text.count('<p class="who">') == listing.PAGE
    rest = re.search(r'rel="next"\s+href="([^"]+)"', text)
    assert rest is not None
    with count_queries() as second:
        assert client.get(rest[1].replace("&amp;", "&")).text.count('<p class="who">') == 1
    assert second.count <= first.count <= 8
