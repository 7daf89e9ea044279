"""Loading the sample: a story of some weeks, told by the rooms' own services in the order in which it happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from wiki.accounts.models import Person, Role
from wiki.answers import service as answers
from wiki.answers.models import Category
from wiki.answers.service import AnswerDraft
from wiki.collections import service as collections
from wiki.collections import tagging
from wiki.collections.service import EntryDraft
from wiki.comments import service as comments
from wiki.comments.models import Channel, Comment
from wiki.comments.service import CommentDraft
from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.core.database import db, transaction
from wiki.core.state import mark_of
from wiki.insight import queries as map_queries
from wiki.insight import service as maps
from wiki.pages import service as pages
from wiki.pages.models import Page, PageKind
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal, Stage
from wiki.proposals.service import OfficialText, ProposalDraft
from wiki.sample import content
from wiki.sample.rows import columns_of, department, draft_of, person
from wiki.suggestions import service as suggestions
from wiki.suggestions.models import Suggestion
from wiki.suggestions.service import SuggestionDraft

_MINUTES_BETWEEN = 7
_VALUES = {"+": 1, "-": -1, "0": 0}


def load() -> int:
    """Load what is not there yet; gives how many pages were new. Everything happens in one transaction."""
    return _Story().tell()


def load_help() -> int:
    """Load the help pages that are not there yet, each with its first revision; gives how many were new."""
    new = 0
    wanted = [document for document in content.pages() if document.facts.get("kind") == PageKind.HELP]
    drafts = [draft_of(document) for document in wanted]  # rendered before the writers' queue
    with transaction():
        for document, draft in zip(wanted, drafts, strict=True):
            if db.session.scalar(select(Page.id).where(Page.slug == draft.slug)) is None:
                pages.create(None, draft, **columns_of(document.facts))
                new += 1
    return new


class _Story:
    """The sample's people, pages and proposals by name, and what happens to them, each with its day."""

    def __init__(self) -> None:
        self.told = content.discussion()
        self.drafts = {document.facts["slug"]: draft_of(document) for document in content.pages()}
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
        for told in self.told["answers"]:
            if told["report"] in self.new:
                self._plan_answer(told)
        for told in self.told["maps"]:
            if told["report"] in self.new:
                self._plan_map(told)
        return sorted(self._moments, key=lambda moment: moment[0])

    # -- people and pages --------------------

    def _meet_people(self) -> None:
        departments = {told["key"]: department(told["name"]) for told in self.told["departments"]}
        for told in self.told["people"]:
            self.people[told["name"]] = person(told, departments)
        db.session.flush()

    def _publish(self) -> None:
        for document in content.pages():
            slug = document.facts["slug"]
            page = db.session.scalar(select(Page).where(Page.slug == slug))
            if page is None:
                page = pages.create(None, self.drafts[slug], **columns_of(document.facts))
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
            comment_id = comments.post(
                self.people[told["author"]],
                page,
                CommentDraft(draft.body, draft.html, above.id if above else None),
                proposal=proposal() if proposal else None,
                channel=Channel(told.get("channel", "web")),
                is_sample=True,
            )
            posted.append(db.session.get_one(Comment, comment_id))

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
        voters = [each for each in self.people.values() if each.role is Role.RESIDENT]
        votes = told["votes"]
        values = [1] * votes["agree"] + [-1] * votes["disagree"] + [0] * votes["pass"]
        for voter, value in zip(voters, values, strict=False):
            proposals.vote(voter, proposal, value)

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

    def _plan_answer(self, told: dict[str, Any]) -> None:
        draft = AnswerDraft.of(told["summary"], told["text"].strip(), category=Category(told["category"]))

        def give() -> None:
            page, writer = self.pages[told["report"]], self.people[told["writer"]]
            voices = [self._comment(page, voice["author"], voice["begins"]) for voice in told["voices"]]
            answer = answers.begin(writer, page, draft.summary, voices)
            answer.is_sample = True
            own = replace(draft, department_id=writer.department_id)
            answers.write(writer, answer, own, mark_of(answers.state_of(answer)))
            answers.hand_in(writer, answer)
            answers.judge(self.people[told["approver"]], answer, True, "")
            answers.publish(writer, answer)

        self._at(told["days_ago"], give)

    def _comment(self, page: Page, author: str, begins: str) -> Comment:
        wanted = select(Comment).where(Comment.page_id == page.id, Comment.author_id == self.people[author].id)
        return db.session.scalars(wanted.where(Comment.body.startswith(begins, autoescape=True))).one()

    def _plan_map(self, told: dict[str, Any]) -> None:
        def open_and_vote() -> None:
            page, actor = self.pages[told["report"]], self.people[told["by"]]
            found = maps.begin(actor, page, told["question"], told["lead"], told["statements"])
            found.is_sample = True
            statements = map_queries.all_statements(found)
            for name, signs in told["votes"].items():
                for statement, sign in zip(statements, signs, strict=True):
                    if sign in _VALUES:
                        maps.vote(self.people[name], statement, _VALUES[sign])

        self._at(told["days_ago"], open_and_vote)


def _travel_to(moment: datetime) -> None:
    """Let it be `moment`, or now where that still lies ahead."""
    real = datetime.now(UTC)
    clock.shift(min(moment - real, timedelta(0)))
