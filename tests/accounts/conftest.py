"""Several browsers in one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g, request_started


@pytest.fixture(autouse=True)
def each_request_begins_afresh() -> Iterator[None]:
    """The tests' application context outlives a request; what one left in `g` (who is signed in) must not."""

    def forget(sender: Flask, **_: object) -> None:
        for name in list(g):
            g.pop(name)

    with request_started.connected_to(forget):
        yield
