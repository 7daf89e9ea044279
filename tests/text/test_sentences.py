"""Sentences end where readers stop."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text import sentences
from wiki.text.sentences import digest, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("窓口は開きます。夜もです！本当に？", ["窓口は開きます。", "夜もです！", "本当に？"]),
        ("「もう書きました。」と住民。次の文。", ["「もう書きました。」と住民。", "次の文。"]),
        ("「一度で。」「二度で。」", ["「一度で。」", "「二度で。」"]),
        ("終わりました。ところが続きます。", ["終わりました。", "ところが続きます。"]),
        ("図の数です。[1][2]例です。", ["図の数です。[1][2]", "例です。"]),
        ("はい！？　いいえ。", ["はい！？", "いいえ。"]),
        ("1.5倍です。example.jp へ。", ["1.5倍です。", "example.jp へ。"]),
        ('It ends. "Go on." And on', ["It ends.", '"Go on."', "And on"]),
        ("一行め\n二行め", ["一行め", "二行め"]),
        ("見出し", ["見出し"]),
        (" 　 ", []),
    ],
)
def test_a_block_falls_into_its_sentences(text: str, found: list[str]) -> None:
    assert [sentence.text for sentence in split([text])] == found


blocks = st.lists(st.text("あか。！?」』と「 \n.a1[]　", max_size=40), max_size=5)


@given(blocks)
def test_sentences_hold_every_character_once_and_in_order(texts: list[str]) -> None:
    for number, block in enumerate(texts):
        own = [sentence for sentence in split(texts) if sentence.block == number]
        assert all(block[each.start : each.end] == each.text == each.text.strip() != "" for each in own)
        assert all(left.end <= right.start for left, right in pairwise(own))
        assert "".join("".join(each.text.split()) for each in own) == "".join(block.split())


def test_spacing_does_not_tell_sentences_apart() -> None:
    assert digest("窓口は 開く。") == digest("窓口は\n　開く。") != digest("窓口は開く。")
    assert -(2**63) <= digest("あ") < 2**63


def test_a_text_of_too_many_sentences_is_taken_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "MOST_SENTENCES", 3)
    assert [each.text for each in split(["あ。い。", "う。え。"])] == ["あ。い。", "う。え。"]
    assert len(split(["あ。い。", "う。"])) == 3
