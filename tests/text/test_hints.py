"""What a careful colleague notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from wiki.text.hints import MOST_HINTS, Worth, hints

REPORTS = sorted((Path(__file__).parents[2] / "wiki/sample/content/reports").glob("*.md"))


def noticed(source: str, is_part: bool = False) -> list[tuple[Worth, int]]:
    return [(hint.kind, hint.line) for hint in hints(source, is_part=is_part)]


def test_a_picture_without_words_is_noticed_with_its_line() -> None:
    source = '前。\n\n![](/static/a.svg "図1")\n\n![説明](/static/b.svg)\n\n文の中の\n![ ](/static/c.svg)も。'
    assert noticed(source) == [(Worth.NO_ALT, 3), (Worth.NO_ALT, 8)]
    assert [hint.words for hint in hints(source)] == ["a.svg", "c.svg"]


def test_a_level_that_is_left_out_is_noticed() -> None:
    assert noticed("## 一\n\n#### 飛んだ\n\n### 戻る\n\n## 二\n\n### 三") == [(Worth.SKIPPED_LEVEL, 3)]
    assert noticed("### はじめから深い") == [(Worth.SKIPPED_LEVEL, 1)]
    assert noticed("### 節だけを編集", is_part=True) == []
    assert noticed("```\n## a\n#### b\n```") == []


@pytest.mark.parametrize(
    "words",
    [
        "こちら",
        "ここ",
        "詳細",
        "詳しくはこちら",
        "こちらをご覧ください",
        "「こちら」。",
        "click here",
        "Here",
        "ここをクリック",
    ],
)
def test_a_link_that_does_not_say_where_it_leads_is_noticed(words: str) -> None:
    assert noticed(f"申請は\n[{words}](/reports/)です。") == [(Worth.VAGUE_LINK, 2)]


@pytest.mark.parametrize(
    "words", ["こちら側の窓口", "申請の手引き", "ここから始める手続き一覧", "詳細な統計", "hereby"]
)
def test_a_link_that_says_where_it_leads_is_not(words: str) -> None:
    assert noticed(f"[{words}](/reports/)") == []


def test_a_very_long_sentence_is_noticed_where_it_begins() -> None:
    long = "とても長い文で" * 18 + "す。"
    source = f"短い文。\n{long}\n短い文。\n\n- {long}"
    assert noticed(source) == [(Worth.LONG_SENTENCE, 2), (Worth.LONG_SENTENCE, 5)]
    assert noticed("短い文です。" * 60) == []


def test_marks_addresses_and_code_blocks_do_not_make_a_sentence_long() -> None:
    assert noticed("[短い](https://example.jp/" + "a" * 200 + ")です。\n\n```\n" + "あ" * 200 + "\n```") == []


def test_there_are_never_more_hints_than_anybody_reads() -> None:
    assert len(hints("![](/static/a.svg)\n\n" * 200)) == MOST_HINTS


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.name)
def test_the_five_reports_give_no_cause(report: Path) -> None:
    source = report.read_text("utf-8").rpartition("\n+++\n")[2]
    assert hints(source) == []
