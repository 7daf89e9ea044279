"""The words of a page that is not public are in no byte that the public, or a resident, is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import Client

from tests.factories import make_comment, make_page, make_person, make_proposal, sign_in
from tests.front.conftest import Town
from wiki.collections import service as collections
from wiki.collections.service import EntryDraft
from wiki.core.database import db, transaction
from wiki.moderation import service as moderation
from wiki.moderation.models import Reason
from wiki.pages import handing_in, queries, settings
from wiki.pages.handing_in import Wish
from wiki.pages.models import Page, PageKind, SubmissionState
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText

SECRET = "発表前の計画"
PATHS = [
    "/",
    "/collections/tokushu",
    "/reports/",
    "/reports/r1",
    "/reports/r3",
    "/reports/secret",
    "/reports/before",
    "/reports/secret/history",
    "/reports/secret/revisions/1",
    "/reports/secret/revisions/2",
    "/reports/secret/diff?from=1&to=2",
    "/reports/secret/edit",
    "/reports/secret/settings",
    "/reports/secret/submissions/",
    "/reports/secret/submissions/1",
    "/reports/secret/revisions/2/undo",
    "/reports/secret/proposals/new",
    "/help/secret",
    "/help/",
    "/proposals/",
    "/proposals/?order=newest",
    "/proposals/?order=support",
    "/proposals/?page=secret",
    "/proposals/2",
    "/proposals/2/flag",
    "/comments/2",
    "/comments/2/edit",
    "/comments/2/flag",
    "/comments/3",
    "/ledger/",
    "/feeds/reports.atom",
    "/feeds/reports/secret.atom",
    "/feeds/proposals.atom",
    "/desk/?kind=submissions",
    "/desk/?kind=deleted",
    "/accounts/me",
    "/robots.txt",
]


def withdrawn(town: Town, page: Page) -> None:
    with transaction():
        settings.withdraw(town.staff, db.session.get_one(Page, page.id))


def deleted(town: Town, page: Page) -> None:
    with transaction():
        settings.delete(town.staff, db.session.get_one(Page, page.id))


def make_secret(town: Town, kind: PageKind = PageKind.REPORT) -> Page:
    """A page all of whose rooms say the secret: text, old address, collection, comments, proposal, answer, 反映."""
    page = make_page("secret", title=f"題 {SECRET}", body=f"文 {SECRET}", digest=f"要約 {SECRET}", kind=kind)
    with transaction():
        collections.put_collection(
            None, "tokushu", "特集", "リード", entries=[EntryDraft(page, f"見出し {SECRET}", f"紹介 {SECRET}")]
        )
        for number, episode in enumerate((page, town.page, make_unfinished("r3")), start=1):
            collections.put_episode(episode, "連載", number, f"第{number}回")
    make_comment(page, town.neighbour, f"声 {SECRET}")
    proposal = make_proposal(page, town.neighbour, f"提案 {SECRET}", f"案 {SECRET}")
    make_comment(page, town.neighbour, f"提案への声 {SECRET}", proposal=proposal)
    for stage in (Stage.CONSIDERING, Stage.ACCEPTED):
        with transaction():
            found = db.session.get_one(Proposal, proposal.id)
            proposals.decide(town.staff, found, stage, OfficialText.of(f"考え方 {SECRET}"), found.stage)
    town.page, first = page, town.page
    town.proposal, own = proposal, town.proposal
    town.revise(f"新しい文 {SECRET}", slug="secret", title=f"題 {SECRET}", reflects=True)
    town.page, town.proposal = first, own
    with transaction():
        moderation.flag(town.resident, db.session.get_one(Proposal, proposal.id), Reason.SPAM, f"通報 {SECRET}")
    return page


def make_unfinished(slug: str) -> Page:
    page = Page(slug=slug, title="三回目")
    db.session.add(page)
    db.session.flush()
    return page


def drafted(town: Town) -> None:
    """A page that was never public."""
    draft = PageDraft.of(f"題 {SECRET}", "secret", f"文 {SECRET}", f"あらまし {SECRET}")
    with transaction():
        handing_in.start(town.staff, draft, Wish(SubmissionState.IN_REVIEW))


def pending(town: Town) -> None:
    """A new version of a page that is public: its words wait."""
    draft = PageDraft.of(f"題 {SECRET}", "r1", f"文 {SECRET}", f"あらまし {SECRET}")
    with transaction():
        page = db.session.get_one(Page, town.page.id)
        handing_in.hand_in(town.staff, page, draft, Wish(SubmissionState.DRAFT), 1, ())


def readers(app: Flask) -> dict[str, Client]:
    found: dict[str, Client] = {"visitor": app.test_client(), "resident": app.test_client()}
    sign_in(found["resident"], make_person("木村あお"))  # type: ignore[arg-type]
    return found


def assert_secret(app: Flask) -> None:
    for who, client in readers(app).items():
        for path in PATHS:
            answer = client.get(path)
            assert SECRET not in answer.text, (who, path)
            assert answer.status_code < 500, (who, path)
        for path in ("/reports/secret/comments", "/proposals/2/comments", "/reports/secret/proposals/new"):
            assert client.post(path, data={"title": "題", "body": "声"}).status_code in {403, 404}, (who, path)


@pytest.mark.parametrize("hide", [withdrawn, deleted])
@pytest.mark.parametrize("kind", [PageKind.REPORT, PageKind.HELP])
def test_a_page_out_of_sight_is_nowhere(
    app: Flask, town: Town, hide: Callable[[Town, Page], None], kind: PageKind
) -> None:
    page = make_secret(town, kind)
    if kind is PageKind.REPORT:
        assert sum(SECRET in app.test_client().get(path).text for path in PATHS) > 15
    hide(town, page)
    assert_secret(app)


@pytest.mark.parametrize("write", [drafted, pending])
def test_a_text_that_was_not_published_is_nowhere(app: Flask, town: Town, write: Callable[[Town], None]) -> None:
    write(town)
    assert_secret(app)


@pytest.mark.parametrize("hide", [withdrawn, deleted])
def test_pages_kept_ready_are_gone_at_the_next_request_and_come_back(
    town: Town, browser: Callable[..., Client], hide: Callable[[Town, Page], None]
) -> None:
    page = make_secret(town)
    client = browser()
    paths = ["/", "/collections/tokushu", "/reports/secret", "/proposals/2", "/comments/2", "/feeds/reports.atom"]
    for path in paths:
        client.get(path)
        assert SECRET in client.get(path).text, path
    hide(town, page)
    for path in paths:
        assert SECRET not in client.get(path).text, path
    with transaction():
        settings.undelete(town.staff, db.session.get_one(Page, page.id))
        settings.show_again(town.staff, db.session.get_one(Page, page.id))
    for path in paths:
        assert SECRET in client.get(path).text, path


@pytest.mark.parametrize("hide", [withdrawn, deleted])
def test_staff_still_read_it_and_are_told(app: Flask, town: Town, hide: Callable[[Town, Page], None]) -> None:
    page = make_secret(town)
    hide(town, page)
    client = app.test_client()
    sign_in(client, town.staff)
    for path in ("/reports/secret", "/reports/secret/history", "/reports/secret/revisions/1"):
        text = client.get(path).text
        assert SECRET in text, path
        assert "読めるのは職員だけです" in text, path
    assert SECRET in client.get("/comments/2").text
    assert SECRET in client.get("/desk/?kind=deleted").text


def test_my_page_keeps_my_own_words_but_not_the_pages(app: Flask, town: Town) -> None:
    page = make_page("r5", title=f"題 {SECRET}")
    make_comment(page, town.resident, "私の声です。")
    make_proposal(page, town.resident, "私の提案です。")
    deleted(town, page)
    client = app.test_client()
    sign_in(client, town.resident)
    mine = client.get("/accounts/me").text
    assert "私の声です。" in mine
    assert "私の提案です。" in mine
    assert SECRET not in mine


def test_a_comment_sent_to_a_page_that_went_away_is_given_back(app: Flask, town: Town) -> None:
    client = app.test_client()
    sign_in(client, town.resident)
    deleted(town, town.page)
    answer = client.post("/reports/r1/comments", data={"body": "長く考えて書いた声"})
    assert answer.status_code == 404
    assert "長く考えて書いた声" in answer.text


def test_an_old_address_does_not_tell_the_new_name_of_a_page_out_of_sight(app: Flask, town: Town) -> None:
    town.revise("文", slug="himitsu-no-keikaku")
    deleted(town, town.page)
    answer = app.test_client().get("/reports/r1")
    assert answer.status_code == 404
    assert "himitsu" not in answer.text


def test_what_is_public_is_asked_the_same_of_a_row_and_of_the_database(app: Flask, town: Town) -> None:
    page = make_secret(town)
    for hide in (None, withdrawn, deleted):
        if hide:
            hide(town, page)
        found = db.session.get_one(Page, page.id, populate_existing=True)
        asked = db.session.query(Page.id).filter(Page.id == page.id, queries.is_public()).first()
        assert found.is_public is (asked is not None)
