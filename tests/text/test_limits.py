"""Hostile shapes are refused after a bounded amount of work; real pages are not."""

from __future__ import annotations

import pytest

from wiki.text import limits
from wiki.text.limits import Budget, TooComplex
from wiki.text.markdown import render_comment, render_page

LONGEST = 500_000


def filled(piece: str) -> str:
    return (piece * (LONGEST // len(piece) + 1))[:LONGEST]


HOSTILE = {
    "deep quotes": ">" * 10_000,
    "deep quotes on many lines": filled("> " * 10_000 + "\n"),
    "deep lists": "\n".join("  " * level + "- a" for level in range(300)),
    "lists in one line": "- " * 10_000 + "a",
    "brackets": "[" * 10_000,
    "balanced brackets": "[" * 10_000 + "]" * 10_000,
    "image brackets": filled("!["),
    "unclosed links": filled("[a]("),
    "unclosed link addresses": filled("[a](<b"),
    "emphasis around emphasis": "*" * 10_000 + "a" + "*" * 10_000,
    "strong within strong": "**a " * 5_000 + " b**" * 5_000,
    "marks by turns": filled("*a_"),
    "open marks": filled("*a "),
    "many marks": filled("a**b"),
    "rows": "|a|b|\n|-|-|\n" + "|1|2|\n" * 5_000,
    "columns": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|a|\n" * 100,
    "items": filled("- a\n"),
    "headings": filled("# a\n"),
    "references": filled("[a]: b\n"),
    "notes": "".join(f"[^{number}]: b\n\n" for number in range(20_000)),
    "note marks": "[^1]: a\n\n" + "[^1]" * 20_000,
    "colons": filled(":"),
    "addresses": filled("https://a.b "),
    "ampersands": filled("&"),
    "escapes": filled("\\*"),
    "fences": filled("```\n"),
    "lines": filled("あ\n"),
    "links": filled("[a](b)"),
    "quoted lists": filled("> - > - a\n"),
    "one too many": "a" * (LONGEST + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_refused(name: str):
    with pytest.raises(TooComplex):
        render_page(HOSTILE[name])


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"notes", "note marks"}))
def test_a_hostile_comment_is_refused(name: str):
    with pytest.raises(TooComplex):
        render_comment(HOSTILE[name])


@pytest.mark.parametrize(
    ("source", "start"),
    [
        ("あ" * LONGEST, '<p data-block="0">ああ'),
        (("段落の文章です。" * 20 + "\n\n") * 3_000, '<p data-block="0">段落の'),
        ("a".join("`" * run for run in range(1, 990)), '<p data-block="0">`a``a'),
        (" " * LONGEST, ""),
        ("*" * LONGEST, "<hr>"),
        ("https://a.b/" + ")" * (LONGEST - 20), '<p data-block="0"><a href="https://a.b/"'),
        (filled("http://"), '<p data-block="0">http://'),
        (filled("e\u0301"), '<p data-block="0">e'),
    ],
)
def test_large_but_simple_pages_are_rendered(source: str, start: str):
    assert render_page(source[:LONGEST]).html.startswith(start)


def test_the_work_is_counted_in_steps_and_not_in_seconds(monkeypatch: pytest.MonkeyPatch):
    spent: list[int] = []

    class Watched(Budget):
        def spend(self, steps: int = 1) -> None:
            spent.append(steps)
            super().spend(steps)

    monkeypatch.setattr("wiki.text.markdown.Budget", Watched)
    for source in HOSTILE.values():
        spent.clear()
        with pytest.raises(TooComplex):
            render_page(source)
        assert sum(spent[:-1]) <= limits.MAX_STEPS


def test_a_page_nested_as_people_nest_is_rendered():
    assert render_page("\n".join("  " * level + "- 項目" for level in range(8))).blocks == ("項目",) * 8
    assert render_page("> " * 5 + "引用").blocks == ("引用",)


def test_nothing_is_dropped_silently_at_the_limit():
    for depth in range(1, 40):
        try:
            assert render_page(">" * depth + " 文").blocks == ("文",)
        except TooComplex:
            assert depth > 10
