"""What is known of a page survives the way into a file and back, and people may type it by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.exchange import frontmatter
from wiki.exchange.frontmatter import BadFrontMatter

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=60)
values = st.recursive(
    words | st.integers() | st.booleans(), lambda v: st.lists(v, max_size=3) | st.dictionaries(words, v, max_size=3)
)
names = st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True)


@settings(deadline=None)
@given(st.dictionaries(names, values, max_size=5), words)
def test_facts_and_text_come_back_as_they_went(facts: dict[str, object], body: str) -> None:
    assert frontmatter.parse(frontmatter.dump(facts, body)) == (facts, body)


@settings(deadline=None)
@given(words)
def test_any_text_is_read_or_refused(text: str) -> None:
    for front in (text, f"---\n{text}\n---\nbody", f"+++\n{text}\n+++\nbody"):
        try:
            facts, body = frontmatter.parse(front)
        except BadFrontMatter:
            continue
        assert front.endswith(body) or body.strip() in front
        assert all(isinstance(name, str) for name in facts)


@pytest.mark.parametrize(
    ("text", "facts", "body"),
    [
        ("---\ntitle: 行政のDX\nslug: 'dx'\n---\n本文", {"title": "行政のDX", "slug": "dx"}, "本文"),
        ("---\r\ntitle: a: b # c\r\n---\r\n\r\n本文\r\n", {"title": "a: b # c"}, "本文"),
        ('+++\ntitle = "題"\n+++\n\n本文', {"title": "題"}, "本文"),
        ("---\nただの線で始まる文", {}, "---\nただの線で始まる文"),
        ("\ufeff本文\n", {}, "本文"),
    ],
)
def test_what_people_type_is_understood(text: str, facts: dict[str, object], body: str) -> None:
    assert frontmatter.parse(text) == (facts, body)


BOMBS = ["a: &a [x]\nb:\n- *a\n- *a", "[" * 50_000, "a:\n" + "- " * 50_000, "{" * 50_000]


def test_front_matter_of_other_programs_is_read_as_yaml() -> None:
    front = (
        'title: "題: 副題"\ndate: 2026-01-01\ntags:\n  - 交通\n  - 環境\n'
        "people:\n  - name: 見本\nclosed: false\nnote: >\n  一\n  二"
    )
    facts, body = frontmatter.parse(f"---\n{front}\n---\n\n本文\n")
    assert body == "本文"
    assert facts == {
        "title": "題: 副題",
        "date": "2026-01-01",
        "tags": ["交通", "環境"],
        "people": [{"name": "見本"}],
        "closed": False,
        "note": "一 二",
    }


@pytest.mark.parametrize("front", ["title 題", "a: 1\na: 2", "- a\n- b", "x" * 300_000, "a:\n  b: 1\n  b: 2", *BOMBS])
def test_what_cannot_be_read_is_refused(front: str) -> None:
    with pytest.raises(BadFrontMatter):
        frontmatter.parse(f"---\n{front}\n---\n本文")
