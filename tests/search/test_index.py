"""The index follows what happens, in the transaction in which it happens; nothing hidden is ever found."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests.factories import make_comment, make_page, make_person
from tests.search.acts import found, look, propose, publish
from wiki.comments import service as comments
from wiki.comments.models import Comment
from wiki.comments.service import CommentDraft
from wiki.core.database import db, transaction
from wiki.pages import service as pages
from wiki.pages.models import Page
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Stage
from wiki.proposals.service import OfficialText
from wiki.search import reindex, service
from wiki.search.engines import Wanted, engine
from wiki.search.models import Document, Found, id_from, id_of
from wiki.search.query import Query
from wiki.text import japanese


def entries() -> int:
    """How many documents stand in SQLite's full-text table; on PostgreSQL the index is the table's own."""
    if db.engine.dialect.name == "postgresql":
        return db.session.scalar(select(func.count(Document.id))) or 0
    return len(db.session.scalars(text("SELECT rowid FROM search_index")).all())


def settle() -> None:
    with transaction():
        engine().settle(1000)


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_comment_is_found_as_long_as_it_stands(client: FlaskClient, is_settled: bool) -> None:
    page, author, staff = publish("題"), make_person(), make_person(role="staff")
    comment = make_comment(page, author, "図書館を夜にも")
    here = [f"/comments/{comment.id}#c{comment.id}"]
    if is_settled:
        settle()
    assert found(client, "図書館") == here
    with transaction():
        comments.edit(author, db.session.get_one(Comment, comment.id), CommentDraft.of("公民館を夜にも"))
    assert found(client, "図書館") == []
    assert found(client, "公民館") == here
    with transaction():
        comments.hide(staff, db.session.get_one(Comment, comment.id), "spam")
    assert found(client, "公民館") == []
    with transaction():
        comments.restore(staff, db.session.get_one(Comment, comment.id), "spam")
    assert found(client, "公民館") == here
    if is_settled:
        settle()
    with transaction():
        comments.delete(author, db.session.get_one(Comment, comment.id))
    assert found(client, "公民館") == []
    with transaction():
        comments.hide(staff, db.session.get_one(Comment, comment.id), "spam")
        comments.restore(staff, db.session.get_one(Comment, comment.id), "spam")
    assert found(client, "公民館") == [], "what its author took back stays away"


def test_a_hidden_proposal_takes_the_comments_on_it_out_of_sight(client: FlaskClient) -> None:
    page, staff = publish("題"), make_person(role="staff")
    proposal = propose(page, "図書館を夜にも", "図書館の窓口")
    make_comment(page, make_person(), "図書館に賛成", proposal=proposal)
    assert len(found(client, "図書館")) == 2
    with transaction():
        proposals.hide(staff, proposal, "spam")
    assert found(client, "図書館") == []
    assert client.get("/search/suggest?q=図書館").json == []
    with transaction():
        proposals.restore(staff, proposal, "spam")
    assert len(found(client, "図書館")) == 2


def test_a_page_is_found_by_its_newest_text_alone(client: FlaskClient) -> None:
    page = publish("図書館", "むかしの文", slug="r1")
    settle()
    with transaction():
        draft = PageDraft.of("公民館", "r2", "いまの文", "変えた")
        pages.revise(None, db.session.get_one(Page, page.id), draft, 1)
    assert (found(client, "図書館"), found(client, "むかし")) == ([], [])
    assert found(client, "公民館") == found(client, "いま") == ["/reports/r2"]


def test_a_proposal_is_found_by_its_stage_and_by_the_answer(client: FlaskClient) -> None:
    page, staff = publish("題"), make_person(role="staff")
    proposal = propose(page, "図書館を夜にも")
    settle()
    with transaction():
        proposals.decide(staff, proposal, Stage.CONSIDERING, OfficialText.of("予算を調べています"), Stage.RECEIVED)
    assert found(client, "予算") == [f"/proposals/{proposal.id}"]
    assert found(client, "図書館", stage="considering") == [f"/proposals/{proposal.id}"]
    assert found(client, "図書館", stage="received") == []
    assert "検討中" in look(client, "予算").text


def test_what_is_undone_is_not_indexed(client: FlaskClient) -> None:
    page, author = publish("題"), make_person()
    with pytest.raises(ZeroDivisionError), transaction():
        comments.post(author, page, CommentDraft.of("図書館"))
        raise ZeroDivisionError
    assert found(client, "図書館") == []


def test_posting_writes_one_statement_into_the_index(client: FlaskClient, count_queries) -> None:  # type: ignore[no-untyped-def]
    page, author = publish("題"), make_person()
    make_comment(page, author, "はじめの")
    with count_queries() as queries:
        make_comment(page, author, "図書館")
    assert [statement for statement in queries.statements if "search_" in statement].__len__() == 1


def test_every_so_often_a_post_settles_what_waits(app: Flask) -> None:
    page, author = publish("題"), make_person()
    for _ in range(service.TOGETHER):
        make_comment(page, author, "図書館")
    assert entries() >= service.TOGETHER
    assert db.session.scalar(select(func.count(Document.id)).where(Document.is_pending)) == 0


def test_a_document_taken_out_leaves_nothing_in_the_full_text_table(app: Flask) -> None:
    page, author = publish("題"), make_person()
    made = [make_comment(page, author, body).id for body in ("図書館 の ㎡", "公民館『夜』", 'a"b*')]
    settle()
    before = entries()
    with transaction():
        for comment_id in made:
            service.remove(Found.COMMENT, comment_id)
    assert entries() == before - len(made)
    if db.engine.dialect.name == "sqlite":
        with transaction():
            db.session.execute(text("INSERT INTO search_index(search_index) VALUES ('integrity-check')"))


def test_both_engines_answer_as_a_plain_look_through_the_texts_does(app: Flask) -> None:
    """What an engine finds is compared with Python's own `in`, for texts and words made of few characters."""
    dice = random.Random(20261125)
    alphabet = "窓口カかｶー-aＡ １\"'(*。夜㎡"
    page, author = publish("題"), make_person()
    texts = {}
    for _ in range(40):
        body = "".join(dice.choices(alphabet, k=dice.randint(1, 12))).strip()
        if body:
            comment = make_comment(page, author, f"`{body}`")
            texts[id_of(Found.COMMENT, comment.id, comment.created_at)] = body
    stored = dict(db.session.execute(select(Document.id, Document.folded).where(Document.kind == Found.COMMENT)).all())
    for round_ in range(2):
        for _ in range(60):
            words = ["".join(dice.choices(alphabet, k=dice.randint(1, 3))) for _ in range(dice.randint(1, 2))]
            folded = tuple(word for word in (" ".join(japanese.fold(word).split()) for word in words) if word)
            excluded = (japanese.fold(dice.choice("夜aか")),) if dice.random() < 0.3 else ()
            if folded:
                wanted = [
                    number
                    for number, said in sorted(stored.items(), reverse=True)
                    if all(word in said for word in folded) and not any(word in said for word in excluded)
                ]
                query = Query(folded, excluded)
                assert engine().ids(Wanted(query, kind=Found.COMMENT), 100) == wanted, (round_, query)
        settle()


def test_ids_stand_in_order_of_time_and_are_all_different() -> None:
    from datetime import UTC, datetime, timedelta

    moment = datetime(2026, 11, 25, tzinfo=UTC)
    later = moment + timedelta(milliseconds=1)
    same_moment = {id_of(kind, ref, moment) for kind in Found for ref in range(1, 1001)}
    assert len(same_moment) == 3000
    assert max(same_moment) < id_of(Found.PAGE, 1, later)
    assert min(same_moment) >= id_from(moment)
    assert -(2**63) < id_from(datetime(1, 1, 1, tzinfo=UTC)) < id_from(datetime(9999, 1, 1, tzinfo=UTC)) < 2**63


def test_reindexing_finds_what_was_never_told_and_forgets_what_is_gone(app: Flask, client: FlaskClient) -> None:
    page, author = make_page("r1", "図書館の話", "静かな図書館"), make_person()
    kept = make_comment(page, author, "図書館に賛成")
    gone = make_comment(page, author, "図書館に反対")
    with transaction():
        db.session.get_one(Comment, gone.id).hidden_at = kept.created_at
    assert reindex.missing() == 1
    runner = app.test_cli_runner()
    for _ in range(2):
        done = runner.invoke(args=["search", "reindex"])
        assert done.exit_code == 0, done.output
        assert "0 not indexed" in done.output
        assert found(client, "図書館") == ["/reports/r1", f"/comments/{kept.id}#c{kept.id}"]
    assert entries() == 2


def test_a_reindex_goes_on_in_batches(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindex, "BATCH", 3)
    page, author = make_page("r1", "図書館の話"), make_person()
    for number in range(7):
        make_comment(page, author, f"図書館 {number}")
    assert list(reindex.everything()) == [1, 0, 3, 3, 1]
    assert len(found(client, "図書館")) == 8
