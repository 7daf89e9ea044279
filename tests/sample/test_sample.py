"""The sample collection: whole, marked as what it is, and loaded only once."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_person
from wiki.accounts.models import Person
from wiki.collections.models import Collection
from wiki.comments.models import Comment
from wiki.core import clock
from wiki.core.database import Base, db, transaction
from wiki.core.jobs import Job, run_due
from wiki.ledger import chain
from wiki.moderation import service as moderation
from wiki.moderation.models import Reason
from wiki.pages import queries as pages
from wiki.pages.models import Page, PageKind
from wiki.proposals.models import Proposal, Reflection, Stage, Step
from wiki.sample import content, service
from wiki.suggestions.models import State, Suggestion

REPORTS = ["thirst-for-change", "first-step", "my-number-card", "goal-of-dx", "residents-in-dx"]


@pytest.fixture
def loaded(app: Flask) -> Flask:
    service.load()
    return app


def rows() -> dict[str, int]:
    """How many rows each table has."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def report(slug: str) -> BeautifulSoup:
    """A report as a visitor gets it."""
    answer = current_app.test_client().get(f"/reports/{slug}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def body_of(slug: str) -> Tag:
    found = report(slug).select_one("article.report-text")
    assert found is not None
    return found


def is_japanese(character: str) -> bool:
    """Kanji, kana, and the marks that are written with them."""
    name = unicodedata.name(character, "")
    return name.startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA")) or character in "々ー"


def test_loading_twice_adds_nothing(app: Flask) -> None:
    assert service.load() == 9
    once = rows()
    assert service.load() == 0
    assert rows() == once
    assert clock.now().timestamp() == pytest.approx(time.time(), abs=60)


def test_it_is_loaded_by_the_command_line(app: Flask) -> None:
    runner = app.test_cli_runner()
    for expected in ("9 pages loaded", "0 pages loaded"):
        done = runner.invoke(args=["sample", "load"])
        assert (done.exit_code, done.output.strip()) == (0, expected)


def test_what_the_town_changed_meanwhile_is_left_as_it_is(loaded: Flask) -> None:
    with transaction():
        page = pages.page_or_404("first-step")
        page.title = "市が変えた題名"
    before = rows()
    assert service.load() == 0
    assert pages.page_or_404("first-step").title == "市が変えた題名"
    assert rows() == before


def test_every_item_is_marked_as_sample(loaded: Flask) -> None:
    for model in (Comment, Proposal, Step, Collection, Person):
        everything = select(func.count()).select_from(model)
        marked = everything.where(model.is_sample)  # type: ignore[attr-defined]
        assert db.session.scalar(everything) == db.session.scalar(marked) > 0  # type: ignore[operator]
    assert all(page.is_sample for page in pages.reports())
    assert all(name.startswith("見本") for name in db.session.scalars(select(Person.name)))


def test_every_voice_and_proposal_is_shown_as_sample(loaded: Flask) -> None:
    for slug in REPORTS:
        page = report(slug)
        for voice in page.select("article.voice, article.proposal"):
            assert "見本" in voice.select_one(".who").get_text()  # type: ignore[union-attr]
        assert "説明のために作ったものです" in page.select_one("footer").get_text()  # type: ignore[union-attr]
    for number in db.session.scalars(select(Proposal.id)):
        answer = current_app.test_client().get(f"/proposals/{number}")
        head = BeautifulSoup(answer.text, "html.parser").select_one(".page-head")
        assert head is not None and "見本" in head.get_text()


def test_there_are_the_five_reports_in_their_order(client: FlaskClient, loaded: Flask) -> None:
    listed = BeautifulSoup(client.get("/collections/jichitai-dx-2023").text, "html.parser")
    links = [str(link["href"]) for link in listed.select(".episode h2 a")]
    assert links == [f"/reports/{slug}" for slug in REPORTS]
    assert all(image["alt"] for image in listed.select("img"))


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_has_a_full_page_of_our_own_words(loaded: Flask, slug: str) -> None:
    revision = pages.current_revision(pages.page_or_404(slug))
    length = sum(is_japanese(character) for block in revision.blocks for character in block)
    assert 600 <= length <= 1200


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_has_a_figure_with_words_for_who_cannot_see_it_and_a_footnote(loaded: Flask, slug: str) -> None:
    body = body_of(slug)
    figures = body.select("figure")
    assert any(figure.select_one("img") for figure in figures)
    for figure in figures:
        image, caption = figure.select_one("img, video"), figure.select_one("figcaption")
        if image is None or image.name == "video":
            continue
        assert image is not None and len(str(image["alt"])) > 10
        assert caption is not None and "作図" in caption.get_text()
        assert loaded.test_client().get(str(image["src"])).status_code == 200
    note = body.select_one("sup.footnote-ref a, a.footnote-ref")
    assert note is not None
    assert body.select_one(f"[id='{str(note['href']).removeprefix('#')}']") is not None


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_shows_series_people_digest_questions_source_and_disclaimer(loaded: Flask, slug: str) -> None:
    facts = next(document.facts for document in content.pages() if document.facts["slug"] == slug)
    page = report(slug)
    said = page.get_text()
    for person in facts["people"]:
        assert person["name"] in said
        assert person["office"] in said
    assert facts["heading"] in said
    assert all(question in said for question in facts["questions"])
    assert facts.get("series", "") in said
    assert facts.get("episode", "") in said
    footer = page.select_one("footer").get_text()  # type: ignore[union-attr]
    assert "出典：" in footer
    assert facts["source"]["medium"] in footer
    assert content.collection()["disclaimer"] in footer
    assert facts["digest"] in str(page.select_one("meta[name=description]"))


def test_the_first_report_draws_the_share_of_online_trade_and_the_lead_the_share_of_plans(
    client: FlaskClient, loaded: Flask
) -> None:
    chart = body_of("thirst-for-change").select_one("figure img")
    assert chart is not None and re.search(r"8\s*[%％パ]", str(chart["alt"]))
    lead = BeautifulSoup(client.get("/collections/jichitai-dx-2023").text, "html.parser").select_one(
        ".collection-head figure img"
    )
    assert lead is not None and "65.9" in str(lead["alt"])


def test_a_video_sends_nothing_anywhere_before_the_click(loaded: Flask) -> None:
    for slug in REPORTS:
        page = report(slug)
        assert not page.select("iframe, embed, object, video[autoplay]")
        for element in page.select("[src], link[href]:not([rel=canonical])"):
            assert str(element.get("src") or element["href"]).startswith("/"), element


def test_there_is_a_proposal_in_every_stage(loaded: Flask) -> None:
    stages = set(db.session.scalars(select(Proposal.stage)))
    assert stages == set(Stage)
    for proposal in db.session.scalars(select(Proposal)):
        steps = db.session.scalars(select(Step).where(Step.proposal_id == proposal.id).order_by(Step.id)).all()
        assert (steps[-1].stage if steps else Stage.RECEIVED) is proposal.stage
        assert all(step.text.strip() for step in steps)


def test_a_reflection_is_shown_on_both_sides(client: FlaskClient, loaded: Flask) -> None:
    reflection = db.session.scalars(select(Reflection)).first()
    assert reflection is not None
    proposal, revision = reflection.proposal, reflection.revision
    address = f"/reports/{revision.page.slug}"
    difference = f"{address}/diff?from={revision.number - 1}&to={revision.number}"
    on_page = report(revision.page.slug).select_one(".rail")
    assert on_page is not None and proposal.title in on_page.get_text()
    assert on_page.select(f"a[href='/proposals/{proposal.id}']")
    on_proposal = BeautifulSoup(client.get(f"/proposals/{proposal.id}").text, "html.parser").select_one("#path")
    assert on_proposal is not None and "反映" in on_proposal.get_text()
    assert on_proposal.select(f"a[href='{difference}']")
    assert BeautifulSoup(client.get(difference).text, "html.parser").select("ins")
    assert proposal.title in client.get("/").text


def test_there_are_replies_and_voices_from_paper(loaded: Flask) -> None:
    assert db.session.scalar(select(func.count()).where(Comment.depth > 0))
    assert db.session.scalar(select(func.count()).where(Comment.channel != "web"))


def test_the_story_is_told_in_order_and_lies_in_the_past(loaded: Flask) -> None:
    def times() -> Iterator[tuple[object, object]]:
        for comment in db.session.scalars(select(Comment)):
            parent = db.session.get(Comment, comment.parent_id) if comment.parent_id else None
            yield (parent.created_at if parent else comment.page.created_at), comment.created_at

    assert all(before <= after <= clock.now() for before, after in times())  # type: ignore[operator]
    ids = db.session.scalars(select(Comment.id).order_by(Comment.created_at, Comment.id)).all()
    assert ids == sorted(ids)


def test_sample_people_get_no_mail(loaded: Flask) -> None:
    assert db.session.scalar(select(func.count()).where(Job.kind == "mail.send")) == 0
    staff = make_person(role="staff")
    with transaction():
        moderation.hide(staff, db.session.get_one(Comment, 1), Reason.SPAM)
    assert db.session.scalar(select(func.count()).where(Job.kind == "mail.send")) == 0
    assert all(email.endswith(".invalid") for email in db.session.scalars(select(Person.email).where(Person.is_sample)))


def test_nobody_signs_in_as_a_sample_person(loaded: Flask) -> None:
    assert not db.session.scalars(select(Person).where(Person.is_sample, Person.password_hash.is_not(None))).all()


def test_the_ledger_of_the_story_can_be_sealed_and_proved(loaded: Flask) -> None:
    chain.seal()
    proved, _loose = chain.verify()
    assert proved > 0


def test_help_is_there_and_no_place_for_comments(client: FlaskClient, loaded: Flask) -> None:
    shown = client.get("/help/")
    assert shown.status_code == 200
    helped = db.session.scalars(select(Page).where(Page.kind == PageKind.HELP)).all()
    assert {page.slug for page in helped} == {"help", "guidelines", "privacy", "accessibility"}
    assert not any(page.is_open for page in helped)


def test_the_content_names_only_pictures_that_exist() -> None:
    static = Path(__file__).parents[2] / "static"
    for document in content.pages():
        named = re.findall(r"\(/static/([^ )]+)", document.body)
        named += [document.facts["cover"].removeprefix("/static/")] if "cover" in document.facts else []
        assert all((static / name).is_file() for name in named), document.facts["slug"]


def test_a_resident_s_suggested_edit_was_taken_over_and_another_waits(loaded: Flask) -> None:
    found = db.session.scalars(select(Suggestion).order_by(Suggestion.id)).all()
    assert [each.state for each in found] == [State.ACCEPTED, State.WAITING]
    page = found[0].page
    assert found[0].revision_id == pages.current_revision(page).id
    assert page.current_number == 2
    assert found[1].base_number == 2


def test_a_site_without_the_sample_has_its_help_pages(app: Flask, client: FlaskClient) -> None:
    assert app.test_cli_runner().invoke(args=["sample", "help"]).output == "4 pages loaded\n"
    assert service.load_help() == 0
    assert {page.kind for page in db.session.scalars(select(Page))} == {PageKind.HELP}
    for address in ("/help/", "/help/guidelines", "/help/privacy", "/help/accessibility"):
        assert client.get(address).status_code == 200


def test_an_answer_stands_at_the_comments_that_it_is_given_to(loaded: Flask) -> None:
    shown = report("my-number-card").select("article.voice .official")
    assert len(shown) == 2
    assert "一部反映する" in shown[0].text
    answer = loaded.test_client().get("/answers/").text
    assert "暗証番号の再設定を、近くでできるようにしてほしい" in answer
    assert "見本" in answer


def test_the_map_finds_two_groups_and_what_unites_them(loaded: Flask) -> None:
    run_due()
    found = loaded.test_client().get("/maps/")
    assert "市の話し合いに加わりやすくするには" in found.text
    assert "見本" in found.text
    address = re.search(r'href="(/maps/\d+)"', found.text)
    assert address is not None
    shown = BeautifulSoup(loaded.test_client().get(address[1]).text, "html.parser")
    assert len(shown.select("svg circle")) >= 10
    assert "市がどう答えたかが見えるなら、もう一度書こうと思う。" in shown.text
