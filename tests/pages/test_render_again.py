"""What an older renderer wrote is brought up to date, and so is what is known of its sentences."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.factories import make_page
from wiki.core.database import db, transaction
from wiki.pages import jobs, provenance
from wiki.pages.models import Revision
from wiki.text import markdown


def test_a_text_whose_blocks_change_is_traced_anew(client: FlaskClient) -> None:
    page = make_page("r1", body="はじめの段落です。[[ほかのページ]]も読みます。\n\n終わりです。")
    old = ["はじめの段落です。[[ほかのページ]]も読みます。", "終わりです。", "もう無い段落です。"]
    with transaction():
        db.session.execute(update(Revision).where(Revision.page_id == page.id).values(blocks=old, renderer_version=1))
    with transaction():
        provenance.catch_up(page.id)
    jobs.render_again()
    jobs.trace()
    revision = db.session.scalars(select(Revision).where(Revision.page_id == page.id)).one()
    assert revision.renderer_version == markdown.RENDERER_VERSION
    assert revision.blocks == ["はじめの段落です。ほかのページも読みます。", "終わりです。"]
    traced = provenance.of(revision)
    assert traced is not None
    told = ["はじめの段落です。", "ほかのページも読みます。", "終わりです。"]
    assert [(each.sentence.text, each.origins) for each in traced] == [(text, (1,)) for text in told]
    for address in ("/reports/r1", "/reports/r1/voices?show=all"):
        assert client.get(address).status_code == 200


def test_a_text_whose_blocks_stay_keeps_what_is_known_of_it(client: FlaskClient) -> None:
    page = make_page("r1", body="はじめの段落です。")
    with transaction():
        provenance.catch_up(page.id)
        db.session.execute(update(Revision).where(Revision.page_id == page.id).values(renderer_version=1))
    jobs.render_again()
    revision = db.session.scalars(select(Revision).where(Revision.page_id == page.id)).one()
    assert revision.renderer_version == markdown.RENDERER_VERSION
    assert provenance.of(revision) is not None
