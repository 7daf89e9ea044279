"""Feeds are kept ready, asked for again at no cost, and right at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from werkzeug.test import Client

from tests.conftest import Counter
from tests.factories import make_comment, make_proposal
from tests.notices.conftest import Town
from wiki.core.http_cache import behind_cache

PATHS = ["/feeds/reports.atom", "/feeds/reports/r1.atom", "/feeds/proposals.atom"]


@pytest.mark.parametrize("path", PATHS)
def test_a_feed_that_has_not_changed_is_not_sent_again(
    app: Flask, town: Town, path: str, count_queries: Callable[[], AbstractContextManager[Counter]]
) -> None:
    reader = Client(behind_cache(app))
    etag = reader.get(path).headers["ETag"]
    with count_queries() as queries:
        again = reader.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, queries.count) == (304, b"", 0)
    assert reader.get(path).headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_what_is_hidden_is_out_of_a_kept_feed_at_the_next_request(app: Flask, town: Town) -> None:
    reader = Client(behind_cache(app))
    comment = make_comment(town.page, town.resident, "隠される声")
    proposal = make_proposal(town.page, town.resident, "隠される案")
    make_comment(town.page, town.resident, "案への声", proposal=proposal)
    assert "隠される声" in reader.get(PATHS[1]).text
    assert "案への声" in reader.get(PATHS[1]).text
    assert "隠される案" in reader.get(PATHS[2]).text
    town.hide(comment)
    town.hide(proposal)
    assert "声" not in reader.get(PATHS[1]).text
    assert "隠される案" not in reader.get(PATHS[2]).text
