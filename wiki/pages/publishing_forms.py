"""What the screens of publishing accept: how a text is to be published, a decision on it, a page's settings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation
from wtforms.widgets import DateTimeLocalInput

from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.core.forms import Form, cleaned
from wiki.pages.handing_in import Wish
from wiki.pages.models import Page, PageKind, PageState, Protection, Submission
from wiki.pages.models import SubmissionState as State
from wiki.pages.settings import Settings
from wiki.text import normalize

LONGEST_NOTE = 2_000
_LATEST = timedelta(days=2 * 366)
_SHAPE = "%Y-%m-%dT%H:%M"
_STATES = {"review": State.IN_REVIEW, "draft": State.DRAFT, "at": State.SCHEDULED}


def moment_in(text: str) -> datetime | None:
    """What a datetime-local field says, in Japan's time; None for what is no moment."""
    try:
        return datetime.strptime(text.strip()[:16], _SHAPE).replace(tzinfo=TOKYO)
    except ValueError:
        return None


def local(moment: datetime | None) -> str:
    """A moment as a datetime-local field takes it."""
    return moment.astimezone(TOKYO).strftime(_SHAPE) if moment else ""


class WayForm(Form):
    """How a text is published: `publish` now, at (with `publish_at`), review or draft; and what it continues.

    `submission` and `seen` name the pending version that is open in the editor, `shows_again` says that the page
    was known to be withdrawn.
    """

    publish = StringField()
    publish_at = StringField(_l("公開する日時（日本の時刻）"), widget=DateTimeLocalInput())
    submission = HiddenField()
    seen = HiddenField()
    shows_again = HiddenField()

    def __init__(self, page: Page | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.needs_review = page is not None and page.needs_review
        self.is_new = page is None or not page.was_published
        self.publish.data = self.publish.data or ("review" if self.needs_review else "now")

    def open(self, page: Page, submission: Submission | None) -> None:
        """Fill in what the editor starts from."""
        self.shows_again.data = "1" if page.state is PageState.WITHDRAWN else ""
        if submission is not None:
            self.submission.data, self.seen.data = str(submission.id), str(submission.version)
            self.publish_at.data = local(submission.publish_at)

    def validate_publish(self, field: Field) -> None:
        """One of the four; where a review is needed, nothing that goes around it."""
        if field.data not in {"now", *_STATES}:
            raise StopValidation(_("公開のしかたを、ボタンで選んでください。"))
        if self.needs_review and field.data in {"now", "at"}:
            raise StopValidation(_("このページの公開には、別の職員の確認が必要です。「確認を頼む」を押してください。"))

    def validate_publish_at(self, field: Field) -> None:
        """A moment to come where one is wanted; none where it would be passed over in silence."""
        if self.publish.data == "draft":
            return
        said = (field.data or "").strip()
        if self.publish.data == "now":
            if said:
                raise StopValidation(_("日時が入っています。すぐに公開するときは、日時を消してください。"))
            return
        if not said and self.publish.data == "review":
            return
        moment = moment_in(said)
        if moment is None:
            raise StopValidation(_("公開する日時を、年月日と時刻で入れてください。"))
        if moment <= clock.now():
            raise StopValidation(_("過ぎた日時です。いまより後の日時にしてください。"))
        if moment > clock.now() + _LATEST:
            raise StopValidation(_("先すぎる日時です。2年以内にしてください。"))

    @property
    def is_now(self) -> bool:
        return str(self.publish.data) == "now"

    def wish(self) -> Wish:
        """What is wanted; only after `validate()`, and not for what is published now."""
        moment = moment_in(self.publish_at.data or "")
        return Wish(_STATES[str(self.publish.data)], moment if moment and moment > clock.now() else None)


class DecisionForm(Form):
    """A decision on a pending version: what was read (`seen`, `current`), and words for the writer."""

    verdict = StringField()
    note = TextAreaField(_l("書いた人に伝えること"))
    seen = HiddenField()
    current = HiddenField()

    def validate_note(self, field: Field) -> None:
        """Returning a text needs words."""
        if self.verdict.data == "return":
            cleaned(normalize.clean_body, LONGEST_NOTE)(self, field)


class SettingsForm(Form):
    """A page's settings."""

    kind = RadioField(
        _l("ページの種類"),
        choices=[
            SelectChoice(PageKind.REPORT.value, _l("レポート")),
            SelectChoice(PageKind.ARTICLE.value, _l("記事")),
            SelectChoice(PageKind.HELP.value, _l("使いかた")),
        ],
    )
    is_open = BooleanField(_l("意見を募集する"))
    protection = RadioField(
        _l("だれが本文を直せるか"),
        choices=[
            SelectChoice(Protection.OPEN.value, _l("職員が直し、住民は修正を提案できる")),
            SelectChoice(Protection.STAFF.value, _l("職員だけ")),
            SelectChoice(Protection.LOCKED.value, _l("管理者だけ（保護）")),
        ],
    )
    needs_review = BooleanField(_l("公開の前に、別の職員が確認する"))

    def show(self, page: Page) -> None:
        """Fill in the settings as they are."""
        now = Settings.of(page)
        self.kind.data, self.protection.data = now.kind.value, now.protection.value
        self.is_open.data, self.needs_review.data = now.is_open, now.needs_review

    def wanted(self) -> Settings:
        """The settings that were chosen; only after `validate()`."""
        return Settings(
            PageKind(self.kind.data), Protection(self.protection.data), self.needs_review.data, self.is_open.data
        )


class ConfirmForm(Form):
    """A page deleted, or taken out of sight: said twice."""

    confirm = BooleanField(_l("確かめました"))

    def validate_confirm(self, field: Field) -> None:
        """The box must be ticked."""
        if not field.data:
            raise StopValidation(_("確かめてから、チェックを入れてください。"))
