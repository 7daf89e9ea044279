"""The feed of proposals and of what became of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from tests.conftest import Counter
from tests.factories import make_page, make_person, make_proposal, sign_in
from tests.notices.conftest import Town
from tests.notices.reading import SITE, read
from tests.proposals.acts import lead_to
from wiki.core.database import db
from wiki.proposals.models import Stage

PATH = "/feeds/proposals.atom"
SECRET = "角の家の鍵は鉢の下"


def test_a_site_without_proposals_has_a_feed_without_entries(client: FlaskClient, town: Town) -> None:
    feed = read(client, PATH)
    assert (feed.id, feed.address, feed.link) == (SITE + PATH, SITE + PATH, SITE + "/proposals/")
    assert (feed.title, feed.author) == ("提案と市の考え方 — 回覧板", "見本市")
    assert feed.entries == []
    assert client.get(PATH).data == client.get(PATH).data


def test_a_proposal_and_each_step_is_told_with_its_words(client: FlaskClient, town: Town) -> None:
    proposal = make_proposal(town.page, town.resident, "夜の窓口を開く", "月に一度でも。")
    lead_to(Stage.ACCEPTED, proposal, town.staff, "来月から**試します**。")
    accepted, considering, posted = read(client, PATH).entries
    assert posted.title == "提案「夜の窓口を開く」"
    assert posted.html.strip() == "<p>月に一度でも。</p>"
    assert posted.author == "海野ひかる"
    assert posted.id == posted.link == f"{SITE}/proposals/{proposal.id}"
    assert considering.title == "提案「夜の窓口を開く」は「検討中」になりました"
    assert accepted.title == "提案「夜の窓口を開く」は「採用」になりました"
    assert accepted.html.strip() == "<p>来月から<strong>試します</strong>。</p>"
    assert accepted.author == "市民課"
    address, anchor = accepted.link.split("#")
    assert address == posted.link
    assert f'id="{anchor}"' in client.get(address).text


def test_without_a_department_the_city_answers(client: FlaskClient, town: Town) -> None:
    lead_to(Stage.CONSIDERING, make_proposal(town.page, town.resident), make_person(role="admin"))
    assert read(client, PATH).entries[0].author == "見本市"


def test_a_hidden_proposal_and_its_steps_are_told_to_nobody(client: FlaskClient, town: Town) -> None:
    make_proposal(town.page, town.resident, "見える提案")
    hidden = make_proposal(town.page, town.resident, SECRET, SECRET)
    lead_to(Stage.CONSIDERING, hidden, town.staff, SECRET)
    town.hide(hidden)
    sign_in(client, town.staff)
    assert SECRET not in client.get(PATH).text
    assert [entry.title for entry in read(client, PATH).entries] == ["提案「見える提案」"]


def test_the_proposals_feed_ends_after_fifty_entries(client: FlaskClient, town: Town) -> None:
    for number in range(51):
        make_proposal(town.page, town.resident, f"案{number}")
    lead_to(Stage.CONSIDERING, make_proposal(town.page, town.resident), town.staff)
    titles = [entry.title for entry in read(client, PATH).entries]
    assert len(titles) == 50
    assert titles[-1] == "提案「案3」"


def test_the_proposals_feed_costs_three_queries_however_much_there_is(
    client: FlaskClient, town: Town, count_queries: Callable[[], AbstractContextManager[Counter]]
) -> None:
    def cost() -> int:
        db.session.rollback()
        db.session.expunge_all()
        with count_queries() as queries:
            client.get(PATH)
        return queries.count

    def write(number: int) -> None:
        for _ in range(number):
            proposal = make_proposal(make_page(), make_person())
            lead_to(Stage.CONSIDERING, proposal, make_person(role="staff"))

    write(5)
    few = cost()
    write(60)
    assert cost() == few == 3
