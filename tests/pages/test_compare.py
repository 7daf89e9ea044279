"""What a conflict shows of the text from which both started."""

from __future__ import annotations

from wiki.pages.compare import Text, between, touched


def test_the_lines_that_either_side_touched_stand_and_the_rest_is_folded() -> None:
    lines = [f"行{number}" for number in range(1, 41)]
    base = Text("題", "\n".join(lines))
    newer = Text("題", base.body.replace("行5\n", "行五\n"))
    mine = Text("別の題", base.body.replace("行30\n", ""))
    rows = touched(base, between(base, newer), between(base, mine))
    assert [(row.kind, row.old_number, row.count) for row in rows] == [
        ("fold", 1, 2),
        ("same", 3, 5),
        ("fold", 8, 20),
        ("same", 28, 5),
        ("fold", 33, 8),
    ]
    assert rows[1].segments == (("same", "行3\n行4\n行5\n行6\n行7"),)


def test_texts_with_nothing_in_common_are_shown_whole() -> None:
    base = Text("題", "\n".join(f"甲{number}" for number in range(5_000)))
    other = between(base, Text("題", "\n".join(f"乙{number}" for number in range(5_000))))
    rows = touched(base, other)
    assert [row.segments for row in rows] == [(("same", base.body),)]


def test_equal_texts_have_no_difference() -> None:
    text = Text("題", "一\n二")
    assert between(text, text).is_empty
    assert not between(text, Text("題二", text.body)).is_empty
