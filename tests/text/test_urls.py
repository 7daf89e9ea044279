"""Which addresses may be followed."""

from __future__ import annotations

import pytest

from wiki.text.urls import is_local, is_safe_link, leaves_site


@pytest.mark.parametrize(
    "address",
    [
        "https://example.jp/a?b=1&c=2#d",
        "http://example.jp:8080/日本",
        "HTTPS://EXAMPLE.JP",
        "mailto:shimin@example.jp",
        "/reports/dx",
        "#どこから始めるか",
        "#a:b",
        "?q=a:b",
        "file.pdf",
        "../x",
        "/a:b",
    ],
)
def test_web_mail_and_this_site_are_safe(address: str):
    assert is_safe_link(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "java\x00script:alert(1)",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript&#x3a;alert(1)",
        "&amp;#106;avascript:alert(1)",
        "ｊａｖａｓｃｒｉｐｔ：alert(1)",
        "javascript：alert(1)",
        "java\u200bscript:alert(1)",
        "\ufeffjavascript:alert(1)",
        "javascript%3Aalert(1)",
        "%6aavascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "data:image/png;base64,x",
        "file:///etc/passwd",
        "blob:https://example.jp/x",
        "view-source:x",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        " //evil.example",
        "/\t/evil.example",
        "%2f/evil.example",
        "／／evil.example",
        "http:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https://city.example@evil.example/",
        "https://city.example\\@evil.example/",
        "",
        "   ",
        "https://example.jp/" + "a" * 3_000,
    ],
)
def test_disguises_are_seen_through(address: str):
    assert not is_safe_link(address)
    assert not is_local(address)


def test_only_web_addresses_leave_the_site():
    assert leaves_site("https://example.jp")
    assert leaves_site("HTTP://example.jp")
    assert not leaves_site("/x")
    assert not leaves_site("mailto:a@example.jp")


def test_a_web_address_is_not_local():
    assert not is_local("https://example.jp/a.png")
    assert not is_local("mailto:a@example.jp")
    assert is_local("/files/図.svg")
