"""Names: what may be one, and which ones look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.names import Bad, BadName, name_key, normalize_name


def refusal(text: str) -> Bad:
    with pytest.raises(BadName) as caught:
        normalize_name(text)
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("見本A", "見本A"),
        ("  見本　 太郎 ", "見本 太郎"),
        ("ｱﾘｽ", "アリス"),
        ("Ａｌｉｃｅ", "Alice"),
        ("か\u3099", "が"),
        ("まちの人たち123", "まちの人たち123"),
        ("カレー屋Tom", "カレー屋Tom"),
        ("山田・スミス", "山田・スミス"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("김철수", "김철수"),
        ("Анна", "Анна"),
        ("José", "José"),
        ("さくら🌸", "さくら🌸"),
        ("あ\u200bい", "あい"),
    ],
)
def test_names_people_use_are_taken(typed: str, name: str):
    assert normalize_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", Bad.EMPTY),
        (" 　", Bad.EMPTY),
        ("\u200b\u200d", Bad.EMPTY),
        ("\u3164", Bad.EMPTY),
        ("あ" * 31, Bad.TOO_LONG),
        ("a" * 100_000, Bad.TOO_LONG),
        ("a\nb", Bad.CONTROL),
        ("a\x00", Bad.CONTROL),
        ("a\tb", Bad.CONTROL),
        ("a\u202eb", Bad.BIDI),
        ("a\u2066b", Bad.BIDI),
        ("a\ud800", Bad.SURROGATE),
        ("a\u0301\u0301\u0301\u0301", Bad.COMBINING),
        ("раypal", Bad.CONFUSABLE),
        ("аdmin", Bad.CONFUSABLE),
        ("Αlice", Bad.CONFUSABLE),
        ("市役所а", Bad.CONFUSABLE),
    ],
)
def test_names_nobody_may_have_are_refused(typed: str, code: Bad):
    assert refusal(typed) is code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "alice"),
        ("Alice", "ＡＬＩＣＥ"),
        ("アカリ", "ア力リ"),
        ("ニコ", "二コ"),
        ("ハナ", "八ナ"),
        ("ロコ", "口コ"),
        ("エリ", "工リ"),
        ("タロウ", "夕ロウ"),
        ("トム", "卜ム"),
        ("へび", "ヘび"),
        ("サーバー", "サ一バ－"),
        ("サーバー", "サ―バ‐"),
        ("キャット", "キヤツト"),
        ("ﾈｺ", "ネコ"),
        ("paypal", "paypa1"),
        ("admin", "adm1n"),
        ("Illy", "lIly"),
        ("ivan", "Ivan"),
        ("O氏", "0氏"),
        ("modern", "modem"),
        ("見本 A", "見本A"),
        ("葛\U000e0100城", "葛城"),
        ("аdmin", "admin"),
        ("シヨップ", "ショップ"),
    ],
)
def test_names_that_look_alike_share_a_key(one: str, other: str):
    assert name_key(one) == name_key(other)


def test_different_names_have_different_keys():
    names = [
        "見本A",
        "見本B",
        "太郎",
        "次郎",
        "アカリ",
        "カリア",
        "さくら",
        "サクラ",
        "Tom",
        "Rom",
        "Yom",
        "東",
        "西",
        "ねこ",
        "ぬこ",
        "はな",
        "ばな",
        "シン",
        "ソン",
        "ツン",
        "ソソ",
    ]
    assert len({name_key(name) for name in names}) == len(names)


@given(st.text(max_size=40))
def test_a_normalized_name_stays_and_keeps_its_key(text: str):
    try:
        name = normalize_name(text)
    except BadName:
        return
    assert 1 <= len(name) <= 30
    assert normalize_name(name) == name
    assert name_key(name) == name_key(text)
    assert name_key(name.swapcase()) == name_key(name) or not name.isascii()
