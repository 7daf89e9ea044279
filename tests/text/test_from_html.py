"""HTML from elsewhere as Markdown: the words stay, what could run does not."""

from __future__ import annotations

import contextlib

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.from_html import convert
from wiki.text.markdown import TooComplex, render_page


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>一<p>二", "一\n\n二"),
        ("<h2>見出し<br>続き</h2><p>a <b>太</b>い</p>", "## 見出し 続き\n\na **太**い"),
        ("<p>a<b> 太 </b>b <i>斜</i> <s>消</s></p>", "a **太** b *斜* ~~消~~"),
        ("<p># 一<br>- 二<br>1. 三<br>&gt; 四</p>", "\\# 一\\\n\\- 二\\\n1\\. 三\\\n\\> 四"),
        ("<p>*a* [b] `c` &lt;d&gt;", "\\*a\\* \\[b\\] \\`c\\` \\<d>"),
        ("<ul><li>一<ul><li>二</ul><li>三</ul>", "- 一\n  - 二\n- 三"),
        ("<ol start=3><li>一<li>二</ol>", "3. 一\n4. 二"),
        ("<ol><li><h3>見</h3><p>文</ol>", "1. ### 見\n\n   文"),
        ("<table><tr><th>a<th>b<tr><td>1|2<td>3<tr><td>4</table>", "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |\n| 4 |  |"),
        (
            "<table><tr><th>a<th>b<th>c<tr><td rowspan=3>北<td>月<td>朝<tr><td colspan=2>火<tr><td>水<td>夜<tr><td>南",
            "| a | b | c |\n| --- | --- | --- |\n| 北 | 月 | 朝 |\n| 北 | 火 |  |\n| 北 | 水 | 夜 |\n| 南 |  |  |",
        ),
        (
            "<table><tr><td rowspan=2 colspan=2>一<td>二<tr><td>三</table>",
            "| 一 |  | 二 |\n| --- | --- | --- |\n| 一 |  | 三 |",
        ),
        ("<table><tr><td rowspan=0 colspan=-1>一<td colspan=x>二</table>", "| 一 | 二 |\n| --- | --- |"),
        ("<p><ruby>粗大<rp>(</rp><rt>そだい</rt><rp>)</rp></ruby>ごみ", "粗大（そだい）ごみ"),
        ("<p>CO<sub>2</sub>、10m<sup>2</sup>、<sup>注</sup>", "CO₂、10m²、注"),
        ("<blockquote><p>一<p>二</blockquote>", "> 一\n>\n> 二"),
        ("<pre>a\n  ```\nb</pre>", "````\na\n  ```\nb\n````"),
        ("<p><code>a`b</code> <code>c</code>", "`` a`b `` `c`"),
        (
            "<a href='https://e.jp/a (b)'>外</a> <a href='javascript:alert(1)'>悪</a>",
            "[外](https://e.jp/a%20%28b%29) 悪",
        ),
        ("<img src='a.png' alt='[絵]'><img src='javascript:x' alt='無'>", "![\\[絵\\]](a.png)無"),
        ("<script>x</script><style>y</style><svg><p>z</svg><iframe>w</iframe>残り", "残り"),
        ("<div><div><p>深い</div></div><hr>", "深い\n\n***"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert convert(html).body == markdown


def test_the_title_is_the_first_heading_or_what_the_head_says() -> None:
    assert convert("<title>頭</title><p>文").title == "頭"
    made = convert("<title>頭</title><h1>題の<b>名</b> a_b</h1><p>文<h1>章</h1>")
    assert (made.title, made.body) == ("題の名 a_b", "文\n\n## 章")
    made = convert("<title>頭</title><p>はじめに</p><h1>題</h1><h2>章</h2>")
    assert (made.title, made.body) == ("題", "はじめに\n\n## 章")


def test_below_a_title_that_stands_elsewhere_headings_go_down_one_level() -> None:
    several = "<p>はじめに</p><h1>一</h1><h2>一の一</h2><h6>細目</h6><h1>二</h1>"
    assert convert(several).body == "はじめに\n\n## 一\n\n### 一の一\n\n###### 細目\n\n## 二"
    made = convert("<title>題</title><h1>一</h1><h2>一の一</h2>", is_titled=True)
    assert (made.title, made.body) == ("題", "## 一\n\n### 一の一")


@settings(deadline=None)
@given(st.lists(st.text("あa*_#-1.>|`[]\\ ~", min_size=1, max_size=20), min_size=1, max_size=4))
def test_what_a_reader_sees_is_what_was_written(paragraphs: list[str]) -> None:
    html = "".join(f"<p>{text.replace('>', '&gt;')}</p>" for text in paragraphs)
    shown = BeautifulSoup(render_page(convert(html).body).html, "html.parser")
    wanted = [" ".join(text.split()) for text in paragraphs if text.strip()]
    assert [" ".join(p.get_text().split()) for p in shown.select("p")] == wanted


@settings(deadline=None)
@given(st.text("<>/abpliuotrdh1 \"'=&;!-", max_size=300))
def test_whatever_is_sent_is_converted(html: str) -> None:
    body = convert(html).body
    with contextlib.suppress(TooComplex):
        assert "<script" not in render_page(body).html
    assert "\n\n\n" not in body


def test_ten_thousand_open_elements_are_no_trouble() -> None:
    assert convert("<div>" * 10_000 + "底").body == "底"
    assert convert("<p>" + "<b>" * 10_000 + "底").body.strip("*") == "底"


def test_a_hundred_thousand_line_breaks_are_no_trouble() -> None:
    assert convert("<p>一" + "<br>" * 100_000 + "</p>二<br>").body == "一\n\n二"
