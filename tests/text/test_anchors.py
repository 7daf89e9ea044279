"""Anchors: at their words, at what these became, or gone; never at other words."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text import anchors, markdown
from wiki.text.anchors import Ambiguous, Anchor, State, Text, carry, locate, made, squeeze
from wiki.text.provenance import likeness

BLOCKS = ["市のDXとは", "窓口は開いています。予約がいります。雨の日も開いています。", "表の一", "表の二", "おわりに。"]


def at(text: Text, words: str) -> Anchor:
    span = locate(text, words)
    assert span is not None
    return made(text, span)


def follow(old: list[str], new: list[str], words: str) -> tuple[Anchor, Text]:
    text = Text(new)
    (anchor,) = carry(Text(old), text, [at(Text(old), words)])
    return anchor, text


def test_words_are_found_blanks_aside_and_over_blocks() -> None:
    text = Text(BLOCKS)
    span = locate(text, "雨の日も 開いています。\n\n  表の一\t表の二")
    assert span is not None
    assert [BLOCKS[p.block][p.start : p.end] for p in text.pieces(span)] == [
        "雨の日も開いています。",
        "表の一",
        "表の二",
    ]


def test_of_equal_words_those_are_meant_that_stand_in_the_same_company() -> None:
    text = Text(BLOCKS)
    with pytest.raises(Ambiguous):
        locate(text, "開いています。")
    span = locate(text, "開いています。", prefix="いります。雨の日も", suffix="")
    assert span is not None
    assert text.whole[: span[0]].endswith("雨の日も")


@pytest.mark.parametrize("quote", ["", " \n", "どこにもない言葉"])
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert locate(Text(BLOCKS), quote) is None


def test_an_anchor_moves_with_its_sentence() -> None:
    new = ["前書き。", BLOCKS[0], "新しい文。" + BLOCKS[1], *BLOCKS[2:]]
    anchor, text = follow(BLOCKS, new, "予約がいります")
    assert anchor.state is State.HERE
    assert anchor.span is not None
    assert text.words(anchor.span) == "予約がいります"


def test_an_anchor_moves_to_another_block() -> None:
    old = [*BLOCKS, "この長い文は段落の終わりから始めへ動かされます。"]
    anchor, _text = follow(old, [old[-1], *BLOCKS], "段落の終わりから始めへ動かされます")
    assert (anchor.state, anchor.span) == (State.HERE, (6, 23))


def test_changed_words_are_shown_as_changed_and_come_back() -> None:
    new = [BLOCKS[0], BLOCKS[1].replace("予約がいります", "予約は電話でもできます"), *BLOCKS[2:]]
    old = [BLOCKS[0], BLOCKS[1].replace("予約がいります", "予約は電話だけでできます"), *BLOCKS[2:]]
    anchor, text = follow(old, new, "予約は電話だけでできます。")
    assert anchor.state is State.CHANGED
    assert anchor.span is not None
    assert text.words(anchor.span) == "予約は電話でもできます。"
    (back,) = carry(text, Text(old), [anchor])
    assert back.state is State.HERE
    assert back.quote == "予約は電話だけでできます。"


def test_what_was_taken_out_is_gone_and_is_found_again_where_it_is_certain() -> None:
    old = ["はじめに。", "この文は一度消えて、あとで同じ場所に戻ってきます。", "おわりに。"]
    anchor, text = follow(old, ["はじめに。", "おわりに。"], old[1])
    assert (anchor.state, anchor.span) == (State.GONE, None)
    (back,) = carry(text, Text(old), [anchor])
    assert (back.state, back.quote) == (State.HERE, old[1])
    (elsewhere,) = carry(Text(["はい。"]), Text(["x", "あ"]), [Anchor("あ", "前", "後", State.GONE, None)])
    assert elsewhere.state is State.GONE, "one character somewhere is chance"


def test_of_two_equal_sentences_the_anchored_one_is_followed() -> None:
    old = ["はい。", "同じ文です。", "あいだ。", "同じ文です。", "おわり。"]
    text = Text(old)
    second = made(text, text.span_of(3, 0, 6))
    (anchor,) = carry(text, Text([old[0], *old[2:]]), [second])
    assert (anchor.state, anchor.span) == (State.HERE, Text([old[0], *old[2:]]).span_of(2, 0, 6))
    first = made(text, text.span_of(1, 0, 6))
    (anchor,) = carry(text, Text([old[0], *old[2:]]), [first])
    assert anchor.state is not State.HERE or anchor.span == (4, 10)


CONTENT = Path(__file__).parents[2] / "wiki/sample/content"
REPORTS = [
    list(markdown.render_page(re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.DOTALL)).blocks)
    for path in sorted(CONTENT.rglob("*.md"))
]
REPORTS = [blocks for blocks in REPORTS if sum(map(len, blocks)) > 500]


def edited(blocks: list[str], chosen: random.Random) -> list[str]:
    """The blocks after one edit as people make them."""
    blocks = list(blocks)
    block = chosen.randrange(len(blocks))
    text = blocks[block]
    start = chosen.randrange(len(text) + 1)
    end = min(len(text), start + chosen.choice([0, 1, 3, 10, 40]))
    kind = chosen.randrange(8)
    if kind == 0:
        blocks.insert(block, chosen.choice(blocks)[: chosen.randrange(1, 60)] or "新しい段落。")
    elif kind == 1 and len(blocks) > 2:
        del blocks[block]
    elif kind == 2:
        blocks.insert(chosen.randrange(len(blocks)), blocks.pop(block))
    elif kind == 3 and block + 1 < len(blocks):
        blocks[block : block + 2] = [text + blocks[block + 1]]
    elif kind == 4 and 0 < start < len(text):
        blocks[block : block + 1] = [text[:start], text[start:]]
    elif kind == 5:
        blocks[block] = text[:start] + chosen.choice(["新しい言葉", "。", "窓口", "、", "市の"]) + text[start:]
    else:
        blocks[block] = text[:start] + chosen.choice(["", "変えた", text[end : end + 7]]) + text[end:]
    return [each for each in blocks if each.strip()] or ["空。"]


def random_anchor(text: Text, chosen: random.Random) -> Anchor:
    start = chosen.randrange(len(text.whole))
    end = min(len(text.whole), start + chosen.choice([2, 6, 15, 40, 120]))
    words = text.whole[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    return made(text, (start, end)) if start < end else made(text, text.sentences[0])


def check(anchor: Anchor, text: Text) -> State:
    """The promise."""
    if anchor.state is State.GONE:
        assert anchor.span is None
        return anchor.state
    assert anchor.span is not None
    words = text.words(anchor.span)
    if anchor.state is State.HERE:
        assert squeeze(words) == squeeze(anchor.quote)
        assert text.pieces(anchor.span)
    else:
        assert squeeze(words) != squeeze(anchor.quote)
        assert words.strip()
    return anchor.state


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REPORTS), st.integers(0, 2**32))
def test_over_any_edits_of_real_pages_an_anchor_is_at_its_words_or_says_so(blocks: list[str], seed: int) -> None:
    chosen = random.Random(seed)
    text = Text(blocks)
    carried = [random_anchor(text, chosen) for _ in range(8)]
    for _edit in range(chosen.randrange(1, 12)):
        after = Text(edited(list(text.blocks), chosen))
        before, carried = carried, carry(text, after, carried)
        for old, new in zip(before, carried, strict=True):
            check(new, after)
            assert new.quote == old.quote, "the words spoken of are kept for ever"
            if old.span is not None and new.state is State.CHANGED and new.span is not None:
                assert likeness(after.words(new.span), text.words(old.span)) >= 0.5 or old.state is State.CHANGED
        text = after


@given(st.lists(st.text(max_size=12), max_size=6), st.lists(st.text(max_size=12), max_size=6), st.data())
def test_any_text_becomes_any_other_without_a_fault(old: list[str], new: list[str], data: st.DataObject) -> None:
    text, after = Text(old), Text(new)
    places = [] if not text.squeezed else [made(text, span) for span in text.sentences[:3]]
    for anchor in carry(text, after, places):
        check(anchor, after)


def test_an_edit_elsewhere_moves_no_anchor_from_its_words() -> None:
    """Nothing that stays is lost: each sentence of a report keeps its anchor while another block is taken out."""
    for blocks in REPORTS:
        text = Text(blocks)
        held = [made(text, span) for span in text.sentences if text.whole.count(text.words(span)) == 1]
        for block in range(0, len(blocks), 7):
            after = Text(blocks[:block] + blocks[block + 1 :])
            for before, anchor in zip(held, carry(text, after, held), strict=True):
                was_in = text.pieces(before.span or (0, 0))[0].block
                assert anchor.state is (State.GONE if was_in == block else State.HERE) or was_in == block


def figures(edits: int = 400, seed: int = 7) -> dict[State, int]:
    """How many of 20 anchors a run are where after 10 edits of a report, over `edits` edits: for docs/anchors.md."""
    chosen, counts = random.Random(seed), dict.fromkeys(State, 0)
    for _run in range(edits // 10):
        text = Text(chosen.choice(REPORTS))
        carried = [random_anchor(text, chosen) for _ in range(20)]
        for _edit in range(10):
            after = Text(edited(list(text.blocks), chosen))
            text, carried = after, carry(text, after, carried)
        for anchor in carried:
            counts[check(anchor, text)] += 1
    return counts


def test_most_anchors_survive_ten_edits() -> None:
    counts = figures(edits=200)
    assert counts[State.HERE] + counts[State.CHANGED] > 0.8 * sum(counts.values())
    assert anchors.CONTEXT == 32


if __name__ == "__main__":
    sys.stdout.write(f"{figures(4_000)}\n")
