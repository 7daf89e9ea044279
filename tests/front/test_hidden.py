"""What was hidden is in no byte that the public, or another resident, is sent."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_comment, make_person, make_proposal, sign_in
from tests.front.conftest import Town
from wiki.core.database import db, transaction
from wiki.moderation import service as moderation
from wiki.moderation.models import Reason
from wiki.proposals.models import Proposal, Stage

SECRET = "角の家の鍵は鉢の下"
PATHS = [
    "/",
    "/collections/tokushu",
    "/reports/",
    "/reports/r1",
    "/reports/r1?order=newest",
    "/reports/r1/history",
    "/reports/r1/revisions/2",
    "/reports/r1/diff?from=1&to=2",
    "/reports/r1/proposals/new",
    "/proposals/",
    "/proposals/?order=newest",
    "/proposals/?order=support",
    "/proposals/?page=r1",
    "/ledger/",
    "/accounts/me",
    "/desk/",
    "/desk/posts",
    "/help/",
]


def paths(town: Town) -> list[str]:
    return [
        *PATHS,
        *(f"/comments/{number}{what}" for number in range(1, 7) for what in ("", "/edit", "/flag", "/hide")),
        *(f"/proposals/{number}{what}" for number in range(1, 4) for what in ("", "/flag", "/hide")),
    ]


def hide_much(town: Town) -> None:
    """Comments on the page and on a proposal, a reply, and a reflected proposal: all say the secret, all hidden."""
    root = make_comment(town.page, town.resident, f"根 {SECRET}")
    reply = make_comment(town.page, town.neighbour, f"返信 {SECRET}", parent=town.comment)
    make_comment(town.page, town.neighbour, "隠された根への返信", parent=root)
    on_proposal = make_comment(town.page, town.resident, f"提案へ {SECRET}", proposal=town.proposal)
    hidden = make_proposal(town.page, town.resident, f"題名 {SECRET}", f"本文 {SECRET}")
    make_comment(town.page, town.resident, f"隠された提案へ {SECRET}", proposal=hidden)
    town.step(Stage.CONSIDERING)
    kept, town.proposal = town.proposal, hidden
    town.step(Stage.CONSIDERING)
    town.step(Stage.ACCEPTED)
    town.revise("変わりました。", reflects=True)
    town.proposal = kept
    for subject in (root, reply, on_proposal):
        with transaction():
            moderation.flag(town.staff, subject, Reason.PERSONAL, f"通報 {SECRET}")
        with transaction():
            moderation.hide(town.staff, subject, Reason.PERSONAL, f"理由 {SECRET}")
    with transaction():
        moderation.hide(town.staff, db.session.get_one(Proposal, hidden.id), Reason.PERSONAL)


def test_hidden_words_are_sent_to_nobody_but_staff(app: Flask, town: Town) -> None:
    hide_much(town)
    readers: dict[str, FlaskClient] = {"visitor": app.test_client(), "another resident": app.test_client()}
    sign_in(readers["another resident"], make_person("木村あお"))
    for who, client in readers.items():
        for path in paths(town):
            for headers in ({}, {"HX-Request": "true"}, {"Accept-Language": "en"}):
                answer = client.get(path, headers=headers)
                assert SECRET not in answer.text, (who, path)
                assert answer.status_code < 500, (who, path)


def test_the_hidden_proposal_is_not_there_and_what_hangs_on_it_neither(app: Flask, town: Town) -> None:
    hide_much(town)
    client = app.test_client()
    assert client.get("/proposals/2").status_code == 404
    assert client.get("/comments/6").status_code == 404


def test_staff_read_what_is_hidden_in_its_place(app: Flask, town: Town) -> None:
    hide_much(town)
    client = app.test_client()
    sign_in(client, town.staff)
    for path in ("/reports/r1", "/comments/2", "/proposals/1", "/proposals/2", "/comments/6"):
        assert SECRET in client.get(path).text, path


def test_the_author_is_told_why_and_other_residents_nothing(app: Flask, town: Town) -> None:
    hide_much(town)
    client = app.test_client()
    sign_in(client, town.resident)
    mine = client.get("/accounts/me").text
    assert "表示していません" in mine
    assert "個人情報" in mine
