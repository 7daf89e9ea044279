"""`python -m tests.bench.participation`: a long discussion, a vote among very many, a large opinion map.

Ratios of processor time within one run, each the median of rounds in turn:
- the first view of a report with 2,000 comments, 300 of them on passages, beside one with 50 (both without the cache);
- a vote on a proposal with 100,000 votes beside one with 100;
- an opinion map of 20,000 people and 300 statements beside a bare PCA and k-means (k = 2 … 5) of scikit-learn.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import insert

from tests.insight.conversations import conversation
from wiki import create_app
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.comments.passages import PassageDraft
from wiki.comments.service import CommentDraft
from wiki.core.database import db, transaction
from wiki.insight import mapping
from wiki.migrating import upgrade
from wiki.pages.models import Page
from wiki.pages.queries import current_revision
from wiki.pages.service import PageDraft, create
from wiki.proposals import service as proposals
from wiki.proposals.models import Proposal, Vote

ROUNDS = 7
WANTED = {"report": 1.5, "vote": 1.5, "map": 3.0}
MOST_MEGABYTES = 1000
PEOPLE, STATEMENTS = 20_000, 300


def main() -> int:
    """Print the section of `make bench`; 1 when a figure is not as wanted."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/kairan.sqlite"
        settings = {"INSTANCE_PATH": name, "DATABASE_URL": url, "RATE_LIMITS": False, "SECRET_KEY": "bench"}
        app = create_app(settings)
        app.config["SERVER_NAME"] = "localhost"
        with app.app_context():
            upgrade()
        found = {"report": report(app), "vote": vote(app)}
    found["map"] = opinion_map()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print("\n| what | small, ms | large, ms | ratio | wanted |\n|---|---|---|---|---|")
    words = {
        "report": "first view: 50 comments, then 2,000 with 300 on passages",
        "vote": "a vote: among 100, then among 100,000",
        "map": f"opinion map of {PEOPLE:,} × {STATEMENTS}: scikit-learn's PCA and k-means, then ours",
    }
    for what, (small, large) in found.items():
        ratio = f"**{large / small:.2f}** | at most {WANTED[what]}"
        print(f"| {words[what]} | {small * 1000:.1f} | {large * 1000:.1f} | {ratio} |")
    print(f"\nmemory at its highest: {megabytes} MB (wanted: at most {MOST_MEGABYTES})")
    too_slow = any(large > WANTED[what] * small for what, (small, large) in found.items())
    return int(too_slow or megabytes > MOST_MEGABYTES)


def report(app: Flask) -> tuple[float, float]:
    """Seconds of processor for the first view of a short and of a long discussion."""
    with app.test_request_context():
        people = [_person(number) for number in range(20)]
        pages = [_page(people[0], f"talk-{count}") for count in (50, 2_000)]
        for page, count, passages in zip(pages, (50, 2_000), (0, 300), strict=True):
            _talk(page, people, count, passages)
    client = app.test_client()
    return _in_turn(*(lambda slug=slug: client.get(f"/reports/{slug}") for slug in ("talk-50", "talk-2000")))


def vote(app: Flask) -> tuple[float, float]:
    """Seconds of processor for a vote among few and among very many."""
    with app.test_request_context():
        author = _person(100)
        page = _page(author, "votes")
        two = [_proposal(page, author, count) for count in (100, 100_000)]
        numbers, voter_id = [each.id for each in two], author.id

    def cast(number: int) -> None:
        with app.app_context(), transaction():
            proposal, person = db.session.get_one(Proposal, number), db.session.get_one(Person, voter_id)
            proposals.vote(person, proposal, random.choice([1, 0, -1]))

    return _in_turn(*(lambda number=number: [cast(number) for _time in range(20)] for number in numbers))


def opinion_map() -> tuple[float, float]:
    """Seconds of processor for scikit-learn's bare PCA and k-means, and for the whole of our map."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    votes = conversation([9_000, 6_000, 5_000], STATEMENTS, seen=0.15)

    def bare() -> None:
        filled = np.where(np.isnan(votes), np.nanmean(votes, axis=0), votes)
        points = PCA(2).fit_transform(filled)
        for k in range(2, 6):
            KMeans(k, random_state=0).fit(points)

    return _in_turn(bare, lambda: mapping.chart(votes, range(STATEMENTS)))


def _in_turn(small: Callable[[], Any], large: Callable[[], Any]) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for measured in (False, *[True] * ROUNDS):
        for kept, act in zip(times, (small, large), strict=True):
            begun = time.process_time()
            act()
            if measured:
                kept.append(time.process_time() - begun)
    return statistics.median(times[0]), statistics.median(times[1])


def _person(number: int) -> Person:
    with transaction():
        key = f"bench{number}"
        person = Person(name=key, name_key=key, email=f"{key}@example.jp", password_hash=None)
        db.session.add(person)
    return person


def _page(author: Person, slug: str) -> Page:
    body = "\n\n".join(
        f"{number}番目の段落です。窓口の話を続けます。ここは{number}文めの終わりです。" for number in range(150)
    )
    with transaction():
        return create(author, PageDraft.of(title=slug, slug=slug, body=body, summary="はじめ"))


def _talk(page: Page, people: list[Person], count: int, passages: int) -> None:
    blocks = current_revision(page).blocks
    draft = CommentDraft.of("読みました。窓口のことをもう少し知りたいです。")
    with transaction():
        roots: list[int] = []
        for number in range(count):
            parent = roots[-1] if roots and number % 3 else None
            said = CommentDraft(draft.body, draft.html, parent)
            if passages and number < passages * 3 and number % 3 == 0:
                block = blocks[(number // 3) % len(blocks)]
                passage = PassageDraft(block[:12], "", block[12:30], page.current_number)
                said = CommentDraft(draft.body, draft.html, None, passage=passage)
            comment_id = comments.post(people[number % len(people)], page, said)
            if parent is None:
                roots.append(comment_id)


def _proposal(page: Page, author: Person, count: int) -> Proposal:
    with transaction():
        proposal = proposals.post(author, page, proposals.ProposalDraft.of(f"{count}票の提案", "内容です。"))
        first = (db.session.query(Person).count() or 0) + 1
        names = [f"voter{page.id}-{count}-{number}" for number in range(count)]
        rows = [{"name": name, "name_key": name, "email": f"{name}@example.jp"} for name in names]
        db.session.execute(insert(Person), rows)
        ids = [number for (number,) in db.session.query(Person.id).filter(Person.id >= first)][:count]
        cast = [{"proposal_id": proposal.id, "person_id": number, "value": 1} for number in ids]
        db.session.execute(insert(Vote), cast)
        proposal.agrees = len(cast)
    return proposal


if __name__ == "__main__":
    sys.exit(main())
