"""A sign-in is listed under the device's name."""

from __future__ import annotations

import pytest

from wiki.accounts.devices import name_of

LIKE_GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0) {LIKE_GECKO} Chrome/140.0 Safari/537.36 Edg/140.0",
            "Windows Edge",
        ),
        (f"Mozilla/5.0 (Linux; Android 10; K) {LIKE_GECKO} Chrome/140.0 Mobile Safari/537.36", "Android Chrome"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
            "iPhone Safari",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux Firefox"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_by_a_name_its_owner_knows(user_agent: str, name: str) -> None:
    assert name_of(user_agent) == name
