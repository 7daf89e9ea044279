"""Whatever is typed, the answer is a clear page; suggestions; what may have been meant."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_comment, make_person
from tests.search.acts import found, look, propose, publish
from wiki.core import jobs
from wiki.core.database import db, transaction
from wiki.search import readings
from wiki.search.models import Found, Reading
from wiki.search.service import remove

NOTHING = ("", " ", "　 \n", '"', '""', "-", "--", "\u200b", "\x00")
ODD = ("*", "NEAR(", "🚒", "a AND", "NOT", "( OR )", "a*b^c:d{e}", "'; DROP TABLE page; --", "%", "\\", "<script>")
REFUSED = {"あ" * 10_000: "100字まで", "-夜": "除く言葉", " ".join("あいうえおかきくけ"): "8個まで"}


def test_whatever_is_typed_the_answer_is_a_clear_page(client: FlaskClient) -> None:
    publish("夜の窓口", slug="r1")
    for typed in NOTHING:
        assert "探し方" in look(client, typed).text, repr(typed)
    for typed in ODD:
        assert "見つかりませんでした" in look(client, typed).text, repr(typed)
    for typed, said in REFUSED.items():
        answer = client.get("/search", query_string={"q": typed})
        assert (answer.status_code, said in answer.text) == (422, True), typed[:20]
        field = BeautifulSoup(answer.text, "html.parser").select_one("#q")
        assert field is not None and field["aria-invalid"] == "true"
        assert str(field["value"])[:50] == typed[:50]
    assert client.get("/search?q=%FF%FE&kind=%FF").status_code == 200
    for cursor in ("x", "t", "t99999999999999999999", "x-9223372036854775808", "t1' OR 1", "９"):
        assert client.get("/search", query_string={"q": "夜", "cursor": cursor}).status_code == 200, cursor


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"from": "2026-13-01"}, "日付は「2026-04-01」"),
        ({"to": "きのう"}, "日付は「2026-04-01」"),
        ({"from": "0001-01-01"}, "日付は「2026-04-01」"),
        ({"from": "2026-05-01", "to": "2026-04-01"}, "始まりの日より前"),
    ],
)
def test_days_that_are_none_are_named(client: FlaskClient, sent: dict[str, str], said: str) -> None:
    answer = client.get("/search", query_string={"q": "夜", **sent})
    assert answer.status_code == 422
    assert said in answer.text
    assert "夜" in answer.text


def test_what_was_written_is_text_in_the_results(client: FlaskClient) -> None:
    page = publish("<script>alert(1)</script>の話", slug="r1")
    make_comment(page, make_person(), "`<img src=x onerror=alert(1)>` の話")
    shown = look(client, "の話")
    assert "&lt;script&gt;" in str(shown) and not shown.select(".hit script, .hit img")
    assert shown.select_one(".hit mark")


def test_suggestions_are_titles_that_begin_so_first(client: FlaskClient) -> None:
    page = publish("夜の窓口", slug="r1")
    propose(page, "窓口を開く")
    answer = client.get("/search/suggest", query_string={"q": "窓"})
    assert answer.json == ["窓口を開く", "夜の窓口"]
    for typed in (*NOTHING, *ODD, *REFUSED):
        odd = client.get("/search/suggest", query_string={"q": typed})
        assert (odd.status_code, odd.json) == (200, []), repr(typed)


def test_what_is_typed_by_ear_leads_to_the_word(app: Flask, client: FlaskClient) -> None:
    page = publish("夜の窓口", "申請書を一度だけ書く。申請書は紙でもよい。", slug="r1")
    propose(page, "図書館を開く")
    jobs.run_due()
    assert "もしかして" in look(client, "まどぐち").text
    links = [str(link["href"]) for link in look(client, "マトクチ").select(".found > p a")]
    assert links and found(client, "窓口") == ["/reports/r1"]
    assert look(client, "しんせいしょ").select_one(".found > p a").get_text() == "申請書"  # type: ignore[union-attr]
    assert "図書館" in (client.get("/search/suggest", query_string={"q": "としょ"}).json or [])
    assert not look(client, "ぬるぬる").select(".found > p a")


def test_words_of_what_is_hidden_are_not_offered(app: Flask, client: FlaskClient) -> None:
    page = publish("夜の話", slug="r1")
    proposal = propose(page, "図書館を開く")
    jobs.run_due()
    assert "もしかして" in look(client, "としょかん").text
    proposal.hidden_at = proposal.created_at
    with transaction():
        db.session.merge(proposal).hidden_at = proposal.created_at
    assert "もしかして" not in look(client, "としょかん").text
    with transaction():
        remove(Found.PROPOSAL, proposal.id)
    assert "図書館" not in {row.word for row in db.session.query(Reading).all()}


def test_no_request_loads_the_dictionary(app: Flask, client: FlaskClient) -> None:
    readings.forget_dictionary()
    publish("夜の窓口", slug="r1")
    look(client, "まどぐち")
    client.get("/search/suggest?q=まど")
    assert readings._tokenizer.cache_info().currsize == 0


def test_every_page_leads_to_the_search(client: FlaskClient) -> None:
    assert 'href="/search"' in client.get("/").text
    assert "Disallow: /search" in client.get("/robots.txt").text
