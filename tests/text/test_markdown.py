"""Pages and comments from Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.markdown import RENDERER_VERSION, Heading, TooComplex, render_comment, render_page
from wiki.text.sanitize import OUTWARD, clean


def html(source: str) -> str:
    return render_page(source).html


def test_the_version_is_a_number():
    assert isinstance(RENDERER_VERSION, int)


def test_raw_html_is_shown_and_not_run():
    assert render_comment("<b onclick=x>a</b>") == "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"
    assert "&lt;script&gt;" in html("<script>alert(1)</script>")


def test_headings_have_japanese_ids_and_make_the_contents():
    page = render_page(
        "# どこから始めるか\n\n## どこから 始めるか\n\n### どこから始めるか\n\n## DX\n\n## DX！\n\n## ？"
    )
    assert page.toc == (
        Heading(2, "どこから始めるか", "どこから始めるか"),
        Heading(2, "どこから-始めるか", "どこから 始めるか"),
        Heading(3, "どこから始めるか-2", "どこから始めるか"),
        Heading(2, "h-DX", "DX"),
        Heading(2, "h-DX-2", "DX！"),
        Heading(2, "h", "？"),
    )
    ids = [tag["id"] for tag in BeautifulSoup(page.html, "html.parser").find_all(["h2", "h3"])]
    assert ids == [heading.id for heading in page.toc]
    assert "<h1" not in page.html


def test_heading_ids_stay_unique_when_names_look_numbered():
    ids = [heading.id for heading in render_page("## 章\n## 章-2\n## 章\n## 章\n## 章-2").toc]
    assert len(set(ids)) == 5
    assert ids[0] == "章"


def test_a_link_to_a_heading_survives():
    assert 'href="#%E7%AB%A0"' in html("[章へ](#章)\n\n## 章")


def test_a_heading_in_a_comment_is_a_bold_line():
    assert render_comment("# 見出し") == "<p><strong>見出し</strong></p>\n"


def test_a_comment_keeps_its_line_breaks():
    assert render_comment("一\n二") == "<p>一<br>\n二</p>\n"


def test_a_page_joins_japanese_lines_without_a_space():
    assert render_page("日本\n語と\nEnglish\ntext").blocks == ("日本語と\nEnglish\ntext",)
    assert render_page("한국\n어").blocks == ("한국\n어",)


def test_a_comment_has_no_images_and_no_notes():
    out = render_comment("![写真](/files/a.png) ![外](https://example.jp/a.png) ![](/b.png)\n\n注[^1]")
    assert "<img" not in out
    assert '<a href="/files/a.png">写真</a>' in out
    assert f'<a href="https://example.jp/a.png" rel="{OUTWARD}">外</a>' in out
    assert '<a href="/b.png">/b.png</a>' in out
    assert "注[^1]" in out
    assert "id=" not in render_comment("# a\n\n注[^1]\n\n[^1]: b")


def test_an_image_alone_is_a_figure_with_its_title_as_caption():
    page = render_page('![棒グラフ](/files/ec.svg "図1 割合。出典：[経済産業省](https://example.jp/)")')
    assert page.html == (
        '<figure><img src="/files/ec.svg" alt="棒グラフ" loading="lazy">'
        '<figcaption data-block="0">図1 割合。出典：'
        f'<a href="https://example.jp/" rel="{OUTWARD}">経済産業省</a></figcaption></figure>\n'
    )
    assert page.blocks == ("図1 割合。出典：経済産業省",)


def test_an_image_within_text_stays_within_text():
    assert html("絵 ![犬](/d.png) です") == '<p data-block="0">絵 <img src="/d.png" alt="犬" loading="lazy"> です</p>\n'


def test_a_film_loads_nothing_before_it_is_asked():
    page = render_page('![窓口の流れ](/files/v.webm "動画1")')
    video = BeautifulSoup(page.html, "html.parser").video
    assert video is not None
    assert video["preload"] == "none"
    assert video["poster"] == "/files/v.poster.svg"
    assert video["aria-label"] == "窓口の流れ"
    assert "autoplay" not in video.attrs
    assert video.track is not None
    assert video.track["src"] == "/files/v.vtt"
    assert page.blocks == ("動画1",)


def test_foreign_pictures_and_films_are_links_and_load_nothing():
    page = render_page("![外の動画](https://video.example/watch?v=1)\n\n文 ![絵](https://example.jp/a.png)")
    assert "<img" not in page.html
    assert "<video" not in page.html
    assert '<p class="video-card" data-block="0"><a href="https://video.example/watch?v=1"' in page.html
    assert page.blocks == ("外の動画", "文 絵")


def test_a_picture_link_to_elsewhere_keeps_one_link():
    page = render_page("[![絵](https://example.jp/a.png)](/x)")
    assert page.html == '<p data-block="0"><a href="/x">絵</a></p>\n'


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "java&#x09;script:x",
        "&#106;avascript:x",
        "data:text/html,x",
        "//evil.example",
        "vbscript:x",
        "/\\evil.example",
        "\\\\evil",
        "ｊａｖａｓｃｒｉｐｔ:x",
        "javascript&colon;x",
        "\x01javascript:x",
    ],
)
def test_harmful_links_stay_text(address: str):
    for out in (
        html(f"[a]({address}) ![b](<{address}>)"),
        render_comment(f"[a](<{address}>)\n\n[x]\n\n[x]: <{address}>"),
    ):
        assert "<a" not in out
        assert "<img" not in out


def test_a_note_is_reached_and_left():
    page = render_page("文[^a]と[^a]。\n\n[^a]: 出典は白書。")
    soup = BeautifulSoup(page.html, "html.parser")
    assert [link["href"] for link in soup.select("sup a")] == ["#fn1", "#fn1"]
    assert [link["id"] for link in soup.select("sup a")] == ["fnref1", "fnref1-2"]
    assert [link["href"] for link in soup.select("a.footnote-backref")] == ["#fnref1", "#fnref1-2"]
    assert page.blocks == ("文[1]と[1]。", "出典は白書。")


def test_notes_within_notes_do_not_confuse_the_layer():
    assert_layer_is_what_is_shown("a[^1] b[^2]\n\n[^1]: [^2]: x\n\n    y\n\n> [^3]: z")


def test_a_table_scrolls_and_aligns_without_styles():
    page = render_page("|項目|数|\n|:--|--:|\n|窓口|3|")
    assert '<div class="table-scroll" tabindex="0">' in page.html
    assert '<th scope="col" data-block="0" class="align-left">項目</th>' in page.html
    assert '<td data-block="3" class="align-right">3</td>' in page.html
    assert "style" not in page.html
    assert page.blocks == ("項目", "数", "窓口", "3")


def test_the_layer_has_one_block_for_each_leaf():
    page = render_page("# 題\n\n段落\n\n- 一\n- 二\n  - 三\n\n> 引用\n\n```\n符号\n```\n\n1. 四\n\n   五")
    assert page.blocks == ("題", "段落", "一", "二", "三", "引用", "符号\n", "四", "五")
    assert_layer_is_what_is_shown("# 題\n\n- 一\n- 二\n  - 三\n\n> 引用")


def assert_layer_is_what_is_shown(source: str) -> None:
    """Every numbered element's text is the block of its number, each number once, in order."""
    page = render_page(source)
    reader = Reader()
    reader.feed(page.html)
    reader.close()
    assert reader.blocks == [(str(number), text) for number, text in enumerate(page.blocks)], source


class Reader(HTMLParser):
    """Reads textContent as a browser does; BeautifulSoup shortens white space."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self.inside = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        number = dict(attrs).get("data-block")
        if number is not None:
            assert not self.inside, "a block within a block"
            self.inside, self.depth = tag, 0
            self.blocks.append((number, ""))
        if tag == self.inside:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.depth -= 1
            self.inside = self.inside if self.depth else ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            number, text = self.blocks[-1]
            self.blocks[-1] = (number, text + data)


PIECES = st.sampled_from(
    [
        "# ",
        "- ",
        "1. ",
        "> ",
        "\n",
        "\n\n",
        "    ",
        "|a|b|\n|-|-|\n",
        "|",
        "```\n",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "[",
        "](/x)",
        "![",
        "](/a.png)",
        '](/v.mp4 "題")',
        "](https://example.jp/a)",
        "[^1]",
        "[^1]: ",
        "[^2]: ",
        "あ",
        "「",
        "」。",
        "a b",
        "&amp;",
        "&#13;",
        "&#12;",
        "&nbsp;",
        "<b>",
        "<https://example.jp>",
        "https://example.jp/x",
        "\\",
        "---\n",
        "[x]: /y\n",
        "[x]",
        "  \n",
        "\t",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=60)))
def test_the_layer_is_exactly_what_a_reader_sees(source: str):
    try:
        assert_layer_is_what_is_shown(source)
    except TooComplex:
        return


@given(st.lists(PIECES, max_size=25).map("".join))
def test_rendered_html_needs_no_further_cleaning(source: str):
    for out in (render_comment(source), html(source)):
        assert clean(out) == out


def test_strange_characters_do_not_break_rendering():
    assert render_page("a\ud800b\x00c\x0bd").blocks == ("a\ufffdb\ufffdc\ufffdd",)
    assert render_comment("") == ""
    assert render_page("").blocks == ()
