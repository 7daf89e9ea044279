"""Loading the sample: a story of some weeks, told by the rooms' own services in the order in which it happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from wiki.accounts.models import Department, Person, Role
from wiki.collections import service as collections
from wiki.collections import tagging
from wiki.collections.service import EntryDraft
from wiki.comments import service as comments
from wiki.comments.models import Channel, Comment
from wiki.comments.service import CommentDraft
from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.core.database import db, transaction
from wiki.pages import service as pages
from wiki.pages.models import Page, PageKind, PagePerson
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText, ProposalDraft
from wiki.sample import content
from wiki.suggestions import service as suggestions
from wiki.suggestions.models import Suggestion
from wiki.suggestions.service import SuggestionDraft
from wiki.text import names

_FIRST_SUMMARY = "はじめの版"
_MINUTES_BETWEEN = 7


def load() -> int:
    """Load what is not there yet; gives how many pages were new. Everything happens in one transaction."""
    return _Story().tell()


def load_help() -> int:
    """Load the help pages that are not there yet, each with its first revision; gives how many were new."""
    new = 0
    wanted = [document for document in content.pages() if document.facts.get("kind") == PageKind.HELP]
    drafts = [_draft(document) for document in wanted]  # rendered before the writers' queue
    with transaction():
        for document, draft in zip(wanted, drafts, strict=True):
            if db.session.scalar(select(Page.id).where(Page.slug == draft.slug)) is None:
                pages.create(None, draft, **_columns(document.facts))
                new += 1
    return new


class _Story:
    """The sample's people, pages and proposals by name, and what happens to them, each with its day."""

    def __init__(self) -> None:
        self.told = content.discussion()
        self.drafts = {document.facts["slug"]: _draft(document) for document in content.pages()}
        self.people: dict[str, Person] = {}
        self.pages: dict[str, Page] = {}
        self.new: set[str] = set()
        self.proposals: dict[str, Proposal] = {}
        self.morning = clock.now().astimezone(TOKYO).replace(hour=8, minute=30)
        self._moments: list[tuple[datetime, Callable[[], object]]] = []

    def tell(self) -> int:
        with transaction():
            self._meet_people()
            try:
                _travel_to(self.morning - timedelta(days=self.told["published_days_ago"]))
                self._publish()
                for moment, happen in self._plan():
                    _travel_to(moment)
                    happen()
            finally:
                clock.shift(timedelta(0))
        return len(self.new)

    def _at(self, days_ago: float, happen: Callable[[], object]) -> None:
        minutes = _MINUTES_BETWEEN * len(self._moments)
        self._moments.append((self.morning - timedelta(days=days_ago, minutes=-minutes), happen))

    def _plan(self) -> list[tuple[datetime, Callable[[], object]]]:
        for told in self.told["comments"]:
            if told["report"] in self.new:
                self._plan_comment(told, self.pages[told["report"]], lambda: None, None)
        for told in self.told["proposals"]:
            if told["report"] in self.new:
                self._plan_proposal(told)
        for told in self.told["revisions"]:
            if told["report"] in self.new:
                self._plan_revision(told)
        for told in self.told["suggestions"]:
            if told["report"] in self.new:
                self._plan_suggestion(told)
        return sorted(self._moments, key=lambda moment: moment[0])

    # -- people and pages --------------------

    def _meet_people(self) -> None:
        departments = {told["key"]: _department(told["name"]) for told in self.told["departments"]}
        for told in self.told["people"]:
            self.people[told["name"]] = _person(told, departments)
        db.session.flush()

    def _publish(self) -> None:
        for document in content.pages():
            slug = document.facts["slug"]
            page = db.session.scalar(select(Page).where(Page.slug == slug))
            if page is None:
                page = pages.create(None, self.drafts[slug], **_columns(document.facts))
                tagging.put_tags(None, page, document.facts.get("tags", []))
                self.new.add(slug)
            self.pages[slug] = page
        facts = content.collection()
        collections.put_collection(
            None,
            facts["slug"],
            facts["title"],
            facts["lead"],
            source="{medium}「{title}」{date}".format(**facts["source"]),
            disclaimer=facts["disclaimer"],
            is_sample=True,
            entries=[EntryDraft(self.pages[e["report"]], e["heading"], e["digest"]) for e in facts["entries"]],
        )
        for document in content.pages():
            facts = document.facts
            if "series" in facts:
                number = int(re.findall(r"\d+", facts["episode"])[0])
                collections.put_episode(self.pages[facts["slug"]], facts["series"], number, facts["episode"])

    # -- what happens --------------------

    def _plan_comment(
        self,
        told: dict[str, Any],
        page: Page,
        parent: Callable[[], Comment | None],
        proposal: Callable[[], Proposal] | None,
    ) -> None:
        draft = CommentDraft.of(told["body"].strip())
        posted: list[Comment] = []

        def post() -> None:
            above = parent()
            comment = comments.post(
                self.people[told["author"]],
                page,
                CommentDraft(draft.body, draft.html, above.id if above else None),
                proposal=proposal() if proposal else None,
                channel=Channel(told.get("channel", "web")),
            )
            comment.is_sample = True
            posted.append(comment)

        self._at(told["days_ago"], post)
        for reply in told.get("replies", ()):
            self._plan_comment(reply, page, lambda: posted[0], proposal)

    def _plan_proposal(self, told: dict[str, Any]) -> None:
        page, title = self.pages[told["report"]], told["title"]
        draft = ProposalDraft.of(title, told["body"].strip())

        def post() -> None:
            proposal = proposals.post(self.people[told["author"]], page, draft)
            proposal.is_sample = True
            self.proposals[title] = proposal
            self._vote(proposal, told)

        self._at(told["days_ago"], post)
        for step in told["steps"]:
            self._at(step["days_ago"], lambda step=step: self._decide(title, step))  # type: ignore[misc]
        for comment in told.get("comments", ()):
            self._plan_comment(comment, page, lambda: None, lambda: self.proposals[title])

    def _vote(self, proposal: Proposal, told: dict[str, Any]) -> None:
        voters = [person for person in self.people.values() if person.role is Role.RESIDENT]
        votes = told["votes"]
        values = [1] * votes["agree"] + [-1] * votes["disagree"] + [0] * votes["pass"]
        for person, value in zip(voters, values, strict=False):
            proposals.vote(person, proposal, value)

    def _decide(self, title: str, step: dict[str, Any]) -> None:
        proposal = self.proposals[title]
        official = OfficialText.of(step["text"].strip())
        taken = proposals.decide(self.people[step["by"]], proposal, Stage(step["stage"]), official, proposal.stage)
        taken.is_sample = True

    def _plan_suggestion(self, told: dict[str, Any]) -> None:
        page, author = self.pages[told["report"]], self.people[told["author"]]
        body = self.drafts[told["report"]].body.replace(told["old"], told["new"])
        made: list[Suggestion] = []

        def post() -> None:
            made.append(suggestions.post(author, page, SuggestionDraft(body, told["reason"], page.current_number)))

        self._at(told["days_ago"], post)
        if "accepted_by" in told:
            draft = PageDraft.of(page.title, page.slug, body, f"{author.name}さんの修正案を取り入れました")
            by = self.people[told["accepted_by"]]
            self._at(told["accepted_days_ago"], lambda: suggestions.accept(by, made[0], draft, page.current_number))

    def _plan_revision(self, told: dict[str, Any]) -> None:
        page = self.pages[told["report"]]
        body = content.revision_body(told["body"])
        draft = PageDraft.of(page.title, page.slug, body, told["summary"])

        def revise() -> None:
            author = self.people[told["by"]]
            revision = pages.revise(author, page, draft, page.current_number)
            proposals.reflect(author, revision, [self.proposals[title].id for title in told["reflects"]])

        self._at(told["days_ago"], revise)


def _travel_to(moment: datetime) -> None:
    """Let it be `moment`, or now where that still lies ahead."""
    real = datetime.now(UTC)
    clock.shift(min(moment - real, timedelta(0)))


def _draft(document: content.Document) -> PageDraft:
    return PageDraft.of(document.facts["title"], document.facts["slug"], document.body, _FIRST_SUMMARY)


def _columns(facts: dict[str, Any]) -> dict[str, Any]:
    people = [
        PagePerson(position=position, name=told["name"], office=told["office"])
        for position, told in enumerate(facts.get("people", ()))
    ]
    names_ = ("heading", "digest", "cover", "cover_alt", "published", "source")
    return {name: facts.get(name) for name in names_} | {
        "kind": PageKind(facts["kind"]),
        "questions": facts.get("questions", []),
        "disclaimer": content.collection()["disclaimer"] if facts["kind"] == "report" else None,
        "is_open": facts["kind"] == "report",
        "is_sample": facts["kind"] == "report",
        "people": people,
    }


def _department(name: str) -> Department:
    department = db.session.scalar(select(Department).where(Department.name == name))
    if department is None:
        department = Department(name=name)
        db.session.add(department)
    return department


def _person(told: dict[str, Any], departments: dict[str, Department]) -> Person:
    key = names.name_key(told["name"])
    person = db.session.scalar(select(Person).where(Person.name_key == key))
    if person is None:
        person = Person(
            name=told["name"],
            name_key=key,
            email=f"sample-{key.encode().hex()}@kairan.invalid",
            role=Role(told["role"]),
            department=departments.get(told.get("department", "")),
            confirmed_at=clock.now(),
            verified_at=clock.now() if told.get("is_verified") else None,
            is_sample=True,
        )
        db.session.add(person)
    return person
