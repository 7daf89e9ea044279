"""What a save costs: a page of 100 kB at revision 5 and at revision 500, beside rendering it once.

Everything that a save asks for is in it: rendering, the lock, the revision with its text layer, provenance, what
listens to the ledger, the commit, and the difference that is shown afterwards. Processor time: a ratio that does not
depend on what else the machine does; the disk's waiting, alike at every revision, is not in it.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from wiki import create_app
from wiki.core.database import db, transaction
from wiki.migrating import upgrade
from wiki.pages import compare, queries, service
from wiki.pages.models import Page
from wiki.pages.service import PageDraft
from wiki.text import markdown

BYTES = 100_000
EARLY, LATE = 5, 500
ROUNDS = 9
MOST_RENDERINGS = 3.0
MOST_GROWTH = 1.15
"""How much dearer the late save may seem, for what measuring is worth."""

_WORDS = "窓口 手続き 夜間 図書館 公園 申請 職員 住民 書類 確認 予約 電話 学校 道路 避難 相談 届出 広報".split()  # noqa: SIM905
_DEEDS = ["を見直し", "を広げ", "を一度で済ませ", "の待ち時間を減らし", "を毎月公表し", "を地区ごとに分け"]
_SHAPES = ["%s", "%s", "- %s\n- 夜間も受け付けます。", "**%s**", "## %s"]


@dataclass(frozen=True)
class Saved:
    """Seconds of the processor for rendering the page once, and for a save, at one revision."""

    rendering: float
    saving: float

    @property
    def ratio(self) -> float:
        return self.saving / self.rendering


def main(folder: Path) -> bool:
    """Print the section of `make bench`; whether the figures are as wanted."""
    early, late = measure(folder)
    print(f"\nsaving a page of {BYTES // 1000} kB, median of {ROUNDS}\n")
    print("| at revision | rendering, ms of processor | saving | × rendering | wanted |\n|---|---|---|---|---|")
    for number, found in ((EARLY, early), (LATE, late)):
        print(
            f"| {number} | {found.rendering * 1000:.0f} | {found.saving * 1000:.0f} | **{found.ratio:.2f}** "
            f"| at most {MOST_RENDERINGS:.0f} |"
        )
    return max(early.ratio, late.ratio) <= MOST_RENDERINGS and late.ratio <= early.ratio * MOST_GROWTH


def measure(folder: Path) -> tuple[Saved, Saved]:
    """The page at both revisions, on SQLite as `make serve` runs it."""
    app = create_app({"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'saving.sqlite'}"})
    with app.app_context():
        upgrade()
        young, old = _Page("young"), _Page("old")
        young.grow_to(EARLY)
        old.grow_to(LATE)
        rounds = [(young.round(), old.round()) for _ in range(ROUNDS)]  # in turn: the machine's moods meet both
        db.session.remove()
        db.engine.dispose()
    return _median([early for early, _late in rounds]), _median([late for _early, late in rounds])


def _median(rounds: list[Saved]) -> Saved:
    return Saved(statistics.median(one.rendering for one in rounds), statistics.median(one.saving for one in rounds))


class _Page:
    """A page that is edited a little with each revision, as pages are."""

    def __init__(self, slug: str) -> None:
        self._slug = slug
        self._chance = random.Random(7)
        self._paragraphs: list[str] = []
        while len("\n\n".join(self._paragraphs).encode()) < BYTES:
            self._paragraphs.append(self._chance.choice(_SHAPES) % self._sentences(4))
        draft = self._draft()
        self._rendered, self._blocks, self._html = draft.rendered, list(draft.rendered.blocks), draft.rendered.html
        with transaction():
            service.create(None, draft)

    def grow_to(self, number: int) -> None:
        """Save until this revision is the newest. The text is patched, not rendered, to come there in time."""
        for _ in range(number - self._now().current_number - 1):
            at = self._chance.randrange(len(self._blocks))
            old, new = (
                self._blocks[at],
                self._chance.choice([self._sentences(1) + self._blocks[at][20:], self._sentences(3)]),
            )
            self._blocks[at] = new
            self._html = self._html.replace(old, new, 1)
            made = replace(self._rendered, html=self._html, blocks=tuple(self._blocks))
            self._save(PageDraft("測るページ", self._slug, "\n\n".join(self._blocks), "変更", made))
        self._save(self._draft())

    def round(self) -> Saved:
        """One rendering and one save, timed; the next save changes two places of the text."""
        for _ in range(2):
            at = self._chance.randrange(len(self._paragraphs))
            self._paragraphs[at] += self._sentences(1)
        body = "\n\n".join(self._paragraphs)
        return Saved(_timed(lambda: markdown.render_page(body)), _timed(self._edit))

    def _edit(self) -> None:
        old = queries.current_revision(self._now())
        self._save(self._draft())
        compare.between(old, queries.current_revision(self._now()))

    def _now(self) -> Page:
        return queries.page_or_404(self._slug)

    def _draft(self) -> PageDraft:
        return PageDraft.of("測るページ", self._slug, "\n\n".join(self._paragraphs), "変更")

    def _save(self, draft: PageDraft) -> None:
        with transaction():
            page = self._now()
            service.revise(None, page, draft, page.current_number)

    def _sentences(self, count: int) -> str:
        return "".join(
            f"{self._chance.choice(_WORDS)}と{self._chance.choice(_WORDS)}の{self._chance.choice(_WORDS)}"
            f"{self._chance.choice(_DEEDS)}、{self._chance.randrange(10_000)}件を進めます。"
            for _ in range(count)
        )


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
