"""Every change to sheets. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.comments.models import Channel
from wiki.comments.service import CommentDraft
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.intake import numbers, queries
from wiki.intake.models import AgeBand, Batch, Sheet
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.text import japanese, names

_KEEP_BATCHES = timedelta(days=1)
#: Who stands as the author of a voice until somebody takes it over: address and name, by how it came.
_WRITERS = {
    Channel.PAPER: ("paper@intake.invalid", "紙で届いた声"),
    Channel.COUNTER: ("counter@intake.invalid", "窓口で聞いた声"),
    Channel.PHONE: ("phone@intake.invalid", "電話で聞いた声"),
    Channel.MEETING: ("meeting@intake.invalid", "会合で聞いた声"),
}
CHANNELS = tuple(_WRITERS)


class AlreadyEntered(Exception):
    """A sheet of this number has been entered before, by somebody else perhaps."""

    def __init__(self, sheet: Sheet | None) -> None:
        super().__init__("entered before")
        self.sheet = sheet


class SameText(Exception):
    """The same text has been entered about this page before."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("the same text")
        self.sheet = sheet


class AlreadyClaimed(Problem):
    """Somebody has taken the voice over into an account."""

    status = 409
    title = _l("この声は、もう登録した人に引きつがれています")
    advice = _l("心あたりがないときは、市の窓口にご連絡ください。")


@dataclass(frozen=True)
class SheetDraft:
    """What stands on a sheet, checked: the comment is rendered already, `photo` is the picture's name in the store."""

    text: CommentDraft
    channel: Channel
    number: str | None = None
    signed_as: str | None = None
    age_band: AgeBand | None = None
    district: str | None = None
    received_on: date = field(default_factory=clock.today)
    photo: str | None = None
    is_another: bool = False
    """Said by staff: the text is the same as an earlier one's, and yet somebody else's."""

    @property
    def digest(self) -> str:
        return digest_of(self.text.body)


def digest_of(text: str) -> str:
    """What two copies of one text share, however wide their characters and however they were broken into lines."""
    return hashlib.sha256("".join(japanese.fold(text).split()).encode()).hexdigest()


def enter(actor: Person, page: Page, draft: SheetDraft) -> Sheet:
    """Make a sheet a voice on its page. Raises AlreadyEntered, and SameText unless the draft says it is another's."""
    number = draft.number or numbers.new(page.id)
    if found := queries.sheet_at(number):
        raise AlreadyEntered(found)
    if not draft.is_another and (found := queries.same_text(page.id, draft.digest)):
        raise SameText(found)
    writer = writer_of(draft.channel)
    comment_id = comments.post(writer, page, draft.text, channel=draft.channel, signed_as=draft.signed_as)
    sheet = Sheet(
        number=number,
        page_id=page.id,
        comment_id=comment_id,
        age_band=draft.age_band,
        district=draft.district,
        received_on=draft.received_on,
        photo=draft.photo,
        digest=draft.digest,
        entered_by_id=actor.id,
        entered_at=clock.now(),
    )
    db.session.add(sheet)
    try:
        db.session.flush()
    except IntegrityError:
        raise AlreadyEntered(None) from None
    _record(Kind.SHEET_ENTERED, actor, sheet, channel=draft.channel.value)
    return sheet


def correct(actor: Person, sheet: Sheet, draft: SheetDraft) -> None:
    """Bring an entered sheet to what really stands on it; page and number stay, the comment's earlier text is kept."""
    comment = sheet.comment
    comments.edit(actor, comment, draft.text)
    comment.signed_as, comment.stance = draft.signed_as, draft.text.stance
    if comment.channel is not draft.channel:
        comment.channel, comment.author = draft.channel, writer_of(draft.channel)
    sheet.age_band, sheet.district, sheet.received_on = draft.age_band, draft.district, draft.received_on
    sheet.photo, sheet.digest = draft.photo or sheet.photo, draft.digest
    _record(Kind.SHEET_CORRECTED, actor, sheet)


def take_back(actor: Person, sheet: Sheet) -> None:
    """Undo an entry: the comment becomes a stub, and the number is free to be entered again."""
    comments.delete(actor, sheet.comment)
    _record(Kind.SHEET_TAKEN_BACK, actor, sheet)
    db.session.delete(sheet)


def claim(person: Person, sheet: Sheet) -> None:
    """Make the voice this person's own: it is shown under their name. Raises AlreadyClaimed."""
    taken = select(Sheet.claimed_at).where(Sheet.id == sheet.id).with_for_update()
    if db.session.scalar(taken) is not None:
        raise AlreadyClaimed
    sheet.claimed_at = clock.now()
    sheet.comment.author_id, sheet.comment.signed_as = person.id, None
    db.session.flush()
    db.session.expire(sheet.comment, ["author"])
    _record(Kind.SHEET_CLAIMED, person, sheet)


def keep_batch(actor: Person, page: Page, channel: Channel, rows: list[Any]) -> Batch:
    """Keep a list that was found right until it is taken in."""
    batch = Batch(person_id=actor.id, page_id=page.id, channel=channel, rows=rows)
    db.session.add(batch)
    db.session.flush()
    return batch


def drop_batch(batch: Batch) -> None:
    """Forget a list that was taken in, or not wanted."""
    db.session.delete(batch)


def drop_old_batches() -> None:
    """Forget lists that nobody took in within a day."""
    db.session.execute(delete(Batch).where(Batch.made_at < clock.now() - _KEEP_BATCHES))


def writer_of(channel: Channel) -> Person:
    """Who stands as author for what came this way; made when the first such voice comes."""
    address, name = _WRITERS[channel]
    found = db.session.scalar(select(Person).where(Person.email == address))
    if found is not None:
        return found
    taken = db.session.scalar(select(Person.id).where(Person.name_key == names.name_key(name)))
    name = f"{name}（市の受付）" if taken else name
    made = Person(name=name, name_key=names.name_key(name), email=address, password_hash=None, confirmed_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made


def _record(kind: Kind, actor: Person, sheet: Sheet, **facts: Any) -> None:
    ledger.record(kind, actor.id, page_id=sheet.page_id, comment_id=sheet.comment_id, **facts)
