"""What the gate lets through, whatever comes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from wiki.text.markdown import TooComplex, render_comment, render_page
from wiki.text.sanitize import OUTWARD, TAGS, clean, trusted

PAYLOADS = Path(__file__).parents[2].parent / "shared/data/xss/payloads.txt"
ATTRIBUTES = frozenset(
    [
        "alt",
        "aria-label",
        "class",
        "controls",
        "data-block",
        "href",
        "id",
        "kind",
        "label",
        "loading",
        "poster",
        "preload",
        "rel",
        "role",
        "scope",
        "src",
        "srclang",
        "start",
        "tabindex",
        "title",
    ]
)


def assert_harmless(html: str) -> None:
    """No element and no attribute outside the lists, no address that runs anything."""
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        assert isinstance(element, Tag)
        assert element.name in TAGS, html
        for name, value in element.attrs.items():
            assert name in ATTRIBUTES, html
            assert not name.startswith("on"), html
            if name in ("href", "src", "poster"):
                assert_harmless_address(name, str(value), html)


def assert_harmless_address(name: str, value: str, html: str) -> None:
    plain = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]", "", value).lower()
    assert not plain.startswith(("//", "/\\", "\\")), html
    scheme = re.match(r"[^/?#]*?:", plain)
    assert scheme is None or (name == "href" and scheme[0] in ("http:", "https:", "mailto:")), html


@pytest.mark.slow
def test_no_known_payload_survives_in_pages_in_comments_or_raw():
    if not PAYLOADS.exists():
        pytest.skip("../shared/data/xss/payloads.txt is not there")
    payloads = PAYLOADS.read_text(encoding="utf-8", errors="replace").splitlines()
    assert len(payloads) > 6_000
    for payload in payloads:
        assert_harmless(clean(payload))
        for render in (render_comment, lambda source: render_page(source).html):
            try:
                assert_harmless(render(payload))
            except TooComplex:
                continue


@pytest.mark.slow
def test_no_known_payload_survives_as_an_address():
    if not PAYLOADS.exists():
        pytest.skip("../shared/data/xss/payloads.txt is not there")
    for payload in PAYLOADS.read_text(encoding="utf-8", errors="replace").splitlines():
        inner = payload.replace('"', "&quot;")
        assert_harmless(clean(f'<a href="{inner}">x</a><img src="{inner}"><video poster="{inner}"></video>'))
        assert_harmless(render_comment(f"[x](<{payload}>) ![y](<{payload}>) <{payload}>"))


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<svg><a href='javascript:alert(1)'><text>x</text></a></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<form action=/x><input name=q></form>",
        "<p style='position:fixed' onclick='x()'>a</p>",
        "<a href='data:text/html,x'>a</a>",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<iframe src='https://example.jp'></iframe>",
        "<video src='https://example.jp/v.webm' poster='//example.jp/p.png' autoplay></video>",
        "<img src='https://example.jp/pixel.gif'>",
        "<p class='masthead' id='login'>a</p>",
        "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
        "<svg><p><style><!--</style><img src=x onerror=alert(1)>--></style>",
    ],
)
def test_what_has_no_place_is_taken_out(html: str):
    out = clean(html)
    assert_harmless(out)
    for word in ("onclick", "onerror=", "style=", "masthead", "login", "autoplay", "https://example.jp"):
        assert not re.search(rf"<[^>]*{re.escape(word)}", out)


def test_a_link_that_leaves_the_site_says_so_and_a_local_one_does_not():
    assert clean('<a href="https://example.jp/">x</a>') == f'<a href="https://example.jp/" rel="{OUTWARD}">x</a>'
    assert clean('<a href="/x" rel="opener">x</a>') == '<a href="/x">x</a>'
    assert clean('<a href="HTTPS://example.jp/" rel="opener">x</a>').endswith(f'rel="{OUTWARD}">x</a>')


def test_ids_cannot_meet_names_of_scripts_or_templates():
    assert clean('<h2 id="location">a</h2>') == "<h2>a</h2>"
    assert clean('<h2 id="どこから">a</h2><h2 id="h-DX">b</h2>') == '<h2 id="どこから">a</h2><h2 id="h-DX">b</h2>'


def test_our_own_video_figure_passes_whole():
    html = (
        '<figure class="video"><video controls="" preload="none" src="/f/v.webm" poster="/f/v.poster.svg"'
        ' aria-label="説明"><track kind="captions" srclang="ja" label="日本語" src="/f/v.vtt">'
        "</video></figure>"
    )
    assert clean(html) == html


def test_a_long_list_stays_whole():
    html = "<ul>" + "<li>あ</li>" * 3_000 + "</ul>"
    assert clean(html) == html


def test_threads_clean_side_by_side():
    pieces = [f'<p><a href="/{number}">あ{number}</a></p>' for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(clean, pieces)) == pieces


def test_trusted_is_markup():
    assert trusted(clean("<em>a</em>")) == Markup("<em>a</em>")
    assert isinstance(trusted(""), Markup)


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "/>",
        "<p>",
        "</p>",
        "<a",
        "href=",
        "'",
        '"',
        "&",
        "&lt;",
        "&#x6a;",
        "javascript:",
        "<svg>",
        "<math>",
        "<style>",
        "</style>",
        "<!--",
        "-->",
        "]]>",
        "<img",
        "src=x",
        "onerror=",
        "<table>",
        "<td>",
        "<tr>",
        "<li>",
        "<ul>",
        "<h2",
        "id=あ>",
        "<script>",
        "<noscript>",
        "\x00",
        "\n",
        "あ",
        "a",
        "<b>",
        "<template>",
        "=",
        "`",
        "//",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join)))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_harmful(html: str):
    once = clean(html)
    assert_harmless(once)
    assert clean(once) == once
