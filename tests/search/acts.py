"""What the tests of search do: write as the rooms write, and look as a visitor looks."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.factories import make_person
from wiki.core.database import transaction
from wiki.pages import service as pages
from wiki.pages.models import Page
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal
from wiki.proposals.service import ProposalDraft


def publish(title: str, body: str = "はじめの段落です。", slug: str = "", **columns: object) -> Page:
    """A page, written by its room's service."""
    draft = PageDraft.of(title, slug or f"p{abs(hash((title, body)))}", body, "はじめの版")
    with transaction():
        return pages.create(None, draft, **columns)


def propose(page: Page, title: str, body: str = "月に一度でも。") -> Proposal:
    """A proposal, posted by somebody new."""
    author = make_person()
    with transaction():
        return proposals.post(author, page, ProposalDraft.of(title, body))


def look(client: FlaskClient, q: str, **filters: str) -> BeautifulSoup:
    """The page of results, which must be one."""
    answer = client.get("/search", query_string={"q": q} | filters)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    """The titles of the hits, the first one first."""
    return [heading.get_text(strip=True) for heading in page.select(".hit h2")]


def found(client: FlaskClient, q: str, **filters: str) -> list[str]:
    """The addresses of the hits of the first page, the best first."""
    return [str(link["href"]) for link in look(client, q, **filters).select(".hit h2 a")]


def marks(page: BeautifulSoup | Tag) -> list[str]:
    """What is marked in the hits."""
    return [mark.get_text() for mark in page.select(".hit mark")]
