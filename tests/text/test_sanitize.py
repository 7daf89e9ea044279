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

from wiki.text.markdown import _COMMENT, TooComplex, _render, render_comment, render_page
from wiki.text.sanitize import _BARE, OUTWARD, TAGS, _bleach, _nh3, clean, trusted

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


KEY = "k" * 22


def test_an_uploaded_picture_keeps_its_size_and_its_smaller_copies() -> None:
    source = f"![庁舎](/files/{KEY}/庁舎-1500x900.jpg)"
    html = render_page(source).html
    assert 'width="1500" height="900"' in html
    assert f'srcset="/files/{KEY}/640 640w, /files/{KEY}/1280 1280w, /files/{KEY}/' in html
    assert clean(html) == html


@pytest.mark.parametrize(
    "srcset",
    [
        "https://elsewhere.example/a 640w",
        f"/files/{KEY}/640 640w, https://elsewhere.example/a 1280w",
        f"/files/{KEY}/640 640w, //elsewhere.example/a 1280w",
        f"/files/{KEY}/640 640w, /files/{KEY}/a/../../../x 1280w",
        "/files/short/640 640w",
        f"/files/{KEY}/640 2x",
        "javascript:alert(1) 640w",
        "",
    ],
)
def test_smaller_copies_are_our_own_or_none(srcset: str) -> None:
    assert "srcset" not in clean(f'<p><img src="/files/{KEY}/a.jpg" alt="a" srcset="{srcset}"></p>')


@given(st.text(alphabet="あア亜aB1 。*_`~>-#\n\"'<&;[]()!", max_size=200))
def test_bare_html_without_bleach_is_the_same_as_with_it(source: str):
    html = markdown_of(source)
    assert clean(html) == settled(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>はい</p>",
        "<p>a &amp;amp; b &lt;script&gt;</p>",
        "<p><em>途中",
        "</p></p><p>",
        "<li>一</li><pre><code>&quot;</code></pre>",
        "<ol><p><li></ol>",
        "<p>" * 60,
    ],
)
def test_bare_html_that_is_not_well_formed_is_closed_as_bleach_would(html: str):
    assert text_of(clean(html)) == text_of(settled(html))
    assert clean(clean(html)) == clean(html)


@pytest.mark.parametrize(
    "html",
    ["<p id=x>", "<p/onclick=1>", "<P>", "<p >", "<script>", "<svg>", "&#x6a;", "&copy;", "<!-- -->", "<br/>", "<a>"],
)
def test_anything_more_than_bare_tags_goes_through_bleach(html: str):
    assert _BARE.fullmatch(html) is None


def markdown_of(source: str) -> str:
    """What our renderer gives before anything is cleaned."""
    try:
        return _render(_COMMENT, source, {})
    except TooComplex:
        return ""


def settled(html: str) -> str:
    """The long way: bleach, then nh3, until nothing changes."""
    for _ in range(4):
        cleaned = _nh3.clean(_bleach().clean(html))
        if _nh3.clean(cleaned) == cleaned:
            return cleaned
        html = cleaned
    raise AssertionError(html)


def text_of(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()
