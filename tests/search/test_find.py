"""What is found by which words: the same on both databases, whichever way they look."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Counter
from tests.factories import make_comment, make_person
from tests.search.acts import found, look, marks, propose, publish, titles
from wiki.collections.models import Collection, CollectionEntry
from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.core.database import db, transaction
from wiki.search.engines import engine

Counting = Callable[[], AbstractContextManager[Counter]]

TEXT = """
## 庁舎の改修

ＤＸの第一歩は、マイナンバーカードの窓口を夜にも開くことです。e-Taxと COVID-19 の相談も受けます。床は12㎡です。

市役所の*夜間窓口*は、水曜日に開きます。
"""


def settle(way: str) -> None:
    if way == "by the index alone":
        with transaction():
            engine().settle(1000)


THERE = (
    "DX",
    "ｄｘ",
    "マイナンバーカード",
    "まいなんばーかーど",
    "ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ",
    "かーど",
    "夜",
    "口",
    "窓口",
    "夜間",
    "e-tax",
    "Ｅ－ＴＡＸ",
    "covid-19",
    "m2",
    "㎡",
    "12㎡",
    "窓口 水曜日",
    "水曜日　庁舎　ＤＸ",
    '"COVID-19 の相談"',
    "夜間窓口",
    "窓口 -図書館",
    '窓口 -"夜間 窓口"',
    "。",
    "第一歩は、",
)
NOT_THERE = (
    "図書館",
    "窓口 図書館",
    "口窓",
    "窓口 -夜間",
    '"窓口 夜間"',
    "dy",
    "マイナカード",
    "かーと",
    "*",
    "%",
    "_",
    "\\",
    "'",
)
SIGNS = (
    'a"b',
    "*",
    "%",
    "_",
    "\\",
    "'",
    "(",
    "NEAR(",
    "a AND b",
    "🚒",
    "{title}",
    "a:b",
    "^",
    "+",
    "<b>",
    "&amp;",
    "$1",
)


def test_a_page_is_found_by_what_it_says_and_by_nothing_else(way: str, client: FlaskClient) -> None:
    publish("改修のレポート", TEXT, slug="r1")
    settle(way)
    assert {words: found(client, words) for words in THERE} == {words: ["/reports/r1"] for words in THERE}
    assert {words: found(client, words) for words in NOT_THERE} == {words: [] for words in NOT_THERE}


def test_signs_mean_themselves(way: str, client: FlaskClient) -> None:
    page, author = publish("しるし", "ふつうの文", slug="r1"), make_person()
    texts = {make_comment(page, author, f"ここに `x{sign}y` がある").id: f"x{sign}y" for sign in SIGNS}
    settle(way)
    for sign in SIGNS:
        wanted = [
            number for number, text in texts.items() if all(word in text for word in sign.replace('"', "").split())
        ]
        if '"' not in sign:
            assert found(client, sign) == [
                f"/comments/{number}#c{number}" for number in sorted(wanted, reverse=True)
            ], sign


def test_the_last_character_of_a_text_is_found_too(way: str, client: FlaskClient) -> None:
    page = publish("題", "本文", slug="r1")
    comment = make_comment(page, make_person(), "消防署の隣")
    settle(way)
    assert found(client, "隣") == [f"/comments/{comment.id}#c{comment.id}"]


def test_titles_come_first_then_the_newest(way: str, client: FlaskClient) -> None:
    page = publish("消防のレポート", "本文", slug="old")
    proposal = propose(page, "消防団を増やす")
    other = publish("別のレポート", "消防の話", slug="new")
    comment = make_comment(other, make_person(), "消防に賛成")
    settle(way)
    assert found(client, "消防") == [
        f"/proposals/{proposal.id}",
        "/reports/old",
        f"/comments/{comment.id}#c{comment.id}",
        "/reports/new",
    ]


def test_a_word_in_the_title_and_one_in_the_text_are_enough(way: str, client: FlaskClient) -> None:
    publish("消防のレポート", "水曜日に開く", slug="r1")
    settle(way)
    assert found(client, "消防 水曜日") == ["/reports/r1"]


def test_words_are_marked_in_the_original_spelling(client: FlaskClient) -> None:
    publish("ＤＸのレポート", "㎡は広さ。ｶｰﾄﾞとカードとかーど。<b>&カード", slug="r1")
    page = look(client, "かーど")
    assert marks(page) == ["ｶｰﾄﾞ", "カード", "かーど", "カード"]
    assert marks(look(client, "dx")) == ["ＤＸ"]
    assert titles(page) == ["ＤＸのレポート"]


def test_the_passage_stands_around_the_word(client: FlaskClient) -> None:
    publish("長いレポート", "あいうえお。" * 400 + "ここに図書館がある。" + "かきくけこ。" * 400, slug="r1")
    passage = look(client, "図書館").select_one(".passage")
    assert passage is not None
    text = passage.get_text().strip()
    assert text.startswith("…") and text.endswith("…")
    assert "ここに図書館がある" in text
    assert len(text) < 150


def test_a_text_of_a_hundred_thousand_characters_is_found_by_its_end(way: str, client: FlaskClient) -> None:
    kanji = [chr(code) for code in range(0x4E00, 0x9FA5)]
    body = "".join(kanji[(at * at + at // 7) % len(kanji)] for at in range(120_000)) + "末尾の言葉"
    publish("とても長いレポート", body, slug="r1")
    settle(way)
    assert found(client, "末尾の言葉") == ["/reports/r1"]
    assert found(client, "末尾の葉") == []


def test_filters_narrow_what_is_found(way: str, client: FlaskClient, app: Flask) -> None:
    page = publish("消防のレポート", "本文", slug="r1")
    proposal = propose(page, "消防団を増やす")
    comment = make_comment(page, make_person(), "消防に賛成")
    settle(way)
    said = f"/comments/{comment.id}#c{comment.id}"
    assert found(client, "消防", kind="page") == ["/reports/r1"]
    assert found(client, "消防", kind="comment") == [said]
    assert found(client, "消防", stage="received") == [f"/proposals/{proposal.id}"]
    assert found(client, "消防", stage="done") == []
    assert found(client, "消防", to="2020-01-01") == []
    assert len(found(client, "消防", **{"from": "2020-01-01"})) == 3
    assert found(client, "消防", kind="no-such", stage="neither") == found(client, "消防")


def test_a_collection_narrows_to_its_pages_and_what_is_said_on_them(way: str, client: FlaskClient) -> None:
    inside, outside = publish("消防のレポート", slug="in"), publish("消防の別の話", slug="out")
    make_comment(outside, make_person(), "消防に反対")
    comment = make_comment(inside, make_person(), "消防に賛成")
    with transaction():
        collection = Collection(slug="fire", title="火の特集", lead="", lead_html="")
        db.session.add(collection)
        db.session.flush()
        entry = CollectionEntry(collection_id=collection.id, page_id=inside.id, position=1, heading="", digest="")
        db.session.add(entry)
    settle(way)
    assert found(client, "消防", collection="fire") == ["/reports/in", f"/comments/{comment.id}#c{comment.id}"]
    assert found(client, "消防", collection="nowhere") == []


def test_days_are_days_in_japan(client: FlaskClient) -> None:
    publish("消防のレポート", slug="r1")
    today = clock.now().astimezone(TOKYO).date().isoformat()
    assert found(client, "消防", **{"from": today, "to": today}) == ["/reports/r1"]


def test_one_can_page_through_everything_once(way: str, client: FlaskClient) -> None:
    page = publish("題", "本文", slug="r1")
    author = make_person()
    made = {make_comment(page, author, f"消防の話 {number}").id for number in range(23)}
    made_titles = {propose(page, f"消防の提案{number}").id for number in range(12)}
    settle(way)
    seen: list[str] = []
    address: str | None = "/search?q=消防"
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        shown = BeautifulSoup(answer.text, "html.parser")
        seen += [str(link["href"]) for link in shown.select(".hit h2 a")]
        more = shown.select_one("a[rel=next]")
        address = str(more["href"]) if more else None
    assert len(seen) == len(set(seen)) == 35
    assert seen[:12] == [f"/proposals/{number}" for number in sorted(made_titles, reverse=True)]
    assert seen[12:] == [f"/comments/{number}#c{number}" for number in sorted(made, reverse=True)]


def test_hits_are_counted_up_to_a_hundred(client: FlaskClient) -> None:
    page = publish("題", "本文", slug="r1")
    author = make_person()
    for number in range(101):
        make_comment(page, author, f"消防の話 {number}")
    assert "100件以上見つかりました。" in look(client, "消防").text


def test_a_search_costs_the_same_however_much_there_is(client: FlaskClient, count_queries: Counting) -> None:
    page, author = publish("題", "本文", slug="r1"), make_person()
    counts: dict[str, set[int]] = {}
    for _ in range(2):
        for number in range(12):
            make_comment(page, author, f"あの夜間窓口 {number}")
        db.session.rollback()
        for words in ("あ", "窓口", "夜間窓口", "夜 窓口 -庁舎"):
            with count_queries() as queries:
                look(client, words)
            counts.setdefault(words, set()).add(queries.count)
    assert all(len(found) == 1 for found in counts.values()), counts
    assert all(max(found) <= 8 for found in counts.values()), counts
