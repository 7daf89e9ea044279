"""People, pages, proposals and comments for tests, written as the rooms write them."""

from __future__ import annotations

from itertools import count

from flask import Flask
from flask.testing import FlaskClient

from wiki.accounts.models import Person, Role, Signin
from wiki.comments import service as comments
from wiki.comments.models import Comment
from wiki.consultations.models import Consultation
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal
from wiki.text import markdown, names

_numbers = count(1)


def make_person(
    name: str = "",
    role: str = "resident",
    confirmed: bool = True,
    password_hash: str | None = None,
    email: str = "",
) -> Person:
    """A committed person; the name is new unless given."""
    number = next(_numbers)
    name = name or f"見本{number}"
    with transaction():
        person = Person(
            name=name,
            name_key=names.name_key(name),
            email=email or f"person{number}@example.jp",
            password_hash=password_hash,
            role=Role(role),
            consented_at=clock.now(),
            confirmed_at=clock.now() if confirmed else None,
        )
        db.session.add(person)
    return person


def make_page(
    slug: str = "", title: str = "試しのレポート", body: str = "はじめの段落です。", **columns: object
) -> Page:
    """A committed page with one revision."""
    rendered = markdown.render_page(body)
    with transaction():
        page = Page(slug=slug or f"report-{next(_numbers)}", title=title, current_number=1, **columns)
        db.session.add(page)
        db.session.flush()
        revision = Revision(
            page_id=page.id,
            number=1,
            title=title,
            body=body,
            html=rendered.html,
            toc=[[h.level, h.id, h.text] for h in rendered.toc],
            blocks=list(rendered.blocks),
            renderer_version=markdown.RENDERER_VERSION,
            summary="はじめの版",
        )
        db.session.add(revision)
    return page


def make_proposal(
    page: Page, author: Person, title: str = "夜の窓口を開く", body: str = "月に一度でも。", **columns: object
) -> Proposal:
    """A committed proposal in its first stage unless told otherwise."""
    with transaction():
        proposal = Proposal(
            page_id=page.id,
            author_id=author.id,
            title=title,
            body=body,
            html=markdown.render_comment(body),
            **columns,
        )
        db.session.add(proposal)
    return proposal


def make_comment(
    page: Page,
    author: Person,
    body: str = "読みました。",
    parent: Comment | None = None,
    proposal: Proposal | None = None,
) -> Comment:
    """A committed comment, by the room's own service."""
    draft = comments.CommentDraft.of(body, parent.id if parent else None)
    with transaction():
        comment_id = comments.post(author, page, draft, proposal=proposal)
    return db.session.get_one(Comment, comment_id)


def make_consultation(page: Page, staff: Person) -> Consultation:
    """A public comment that is open today, within the running transaction."""
    day = clock.today()
    words = {"purpose": "案について", "legal_basis": "条例", "materials": "", "materials_html": "", "why_short": ""}
    found = Consultation(page_id=page.id, opens_on=day, closes_on=day, draft_number=1, set_up_by_id=staff.id, **words)
    db.session.add(found)
    db.session.flush()
    return found


def as_(app: Flask, person: Person) -> FlaskClient:
    """A browser of its own, signed in as this person."""
    client = app.test_client()
    sign_in(client, person)
    return client


def sign_in(client: FlaskClient, person: Person) -> None:
    """Give the client's cookie jar a sign-in of this person."""
    key = f"test-{next(_numbers)}"
    with transaction():
        db.session.add(Signin(key=key, person_id=person.id, device="test"))
    with client.session_transaction() as session:
        session["_user_id"] = key
        session["_fresh"] = True
        session.permanent = True
