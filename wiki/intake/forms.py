"""What the forms of intake accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.accounts import queries as people
from wiki.comments.forms import LONGEST_COMMENT
from wiki.comments.models import Channel, Stance
from wiki.comments.service import CommentDraft
from wiki.comments.words import STANCES
from wiki.core import clock, files, images
from wiki.core.forms import TOO_COMPLEX, Form, cleaned, cleaned_or_empty
from wiki.intake import dates, numbers, queries
from wiki.intake.models import AgeBand, Sheet
from wiki.intake.service import CHANNELS, SheetDraft
from wiki.pages.models import Page
from wiki.text import names, normalize
from wiki.text.markdown import TooComplex

LONGEST_DISTRICT = 50
AGE_BANDS: dict[AgeBand, Any] = {
    AgeBand.UNDER_20: _l("19歳以下"),
    AgeBand.TWENTIES: _l("20代"),
    AgeBand.THIRTIES: _l("30代"),
    AgeBand.FORTIES: _l("40代"),
    AgeBand.FIFTIES: _l("50代"),
    AgeBand.SIXTIES: _l("60代"),
    AgeBand.OVER_70: _l("70代以上"),
}
AGE_CHOICES = [SelectChoice(band.value, words) for band, words in AGE_BANDS.items()]
STANCE_CHOICES = [SelectChoice(stance.value, words) for stance, words in STANCES.items()]
CHANNEL_WORDS: dict[Channel, Any] = {
    Channel.PAPER: _l("紙の意見用紙"),
    Channel.COUNTER: _l("窓口"),
    Channel.PHONE: _l("電話"),
    Channel.MEETING: _l("会合"),
}
NAME_TAKEN = _l("登録している人が使っている名前です。空のままにして、受付番号での引きつぎを案内してください。")


def sound_name(typed: str) -> str:
    """The name on a sheet in its clean form. Raises ValueError with words for staff."""
    try:
        return names.normalize_name(typed)
    except names.BadName:
        raise ValueError(_("名前に使えない文字が入っているか、長すぎます。30字までにしてください。")) from None


class ChannelForm(Form):
    """How the voices came, and what page they are about."""

    page_id = SelectField(_l("どのレポートへ"), coerce=int, default=0)
    channel = SelectField(_l("受付経路"), choices=[SelectChoice(each.value, CHANNEL_WORDS[each]) for each in CHANNELS])

    def offer(self, pages: Sequence[Page]) -> None:
        """The pages to choose from."""
        none = SelectChoice(0, _("用紙の番号で決める") if "number" in self else _("選んでください"))
        self.page_id.choices = [none, *(SelectChoice(page.id, page.title) for page in pages)]

    @property
    def chosen_channel(self) -> Channel:
        return Channel(self.channel.data)


class EntryForm(ChannelForm):
    """One sheet. `page` is the page it is about, once the form is valid."""

    number = StringField(_l("受付番号"))
    body = TextAreaField(_l("書いてあること"), [cleaned(normalize.clean_body, LONGEST_COMMENT)])
    signed_as = StringField(_l("お名前（ペンネーム）"))
    age_band = SelectField(_l("年代"), choices=[SelectChoice("", _l("書いていない")), *AGE_CHOICES], default="")
    stance = SelectField(_l("声の種類"), choices=[SelectChoice("", _l("書いていない")), *STANCE_CHOICES], default="")
    district = StringField(_l("地区"), [cleaned_or_empty(normalize.clean_line, LONGEST_DISTRICT)])
    received_on = StringField(_l("受け取った日"))
    photo = FileField(_l("用紙の写真"))
    is_another = BooleanField(_l("同じ文章ですが、別の人の声です"))
    sheet = HiddenField()
    page: Page | None = None
    _draft: CommentDraft | None = None
    _photo: str | None = None

    def fill(self, sheet: Sheet) -> None:
        """What was entered before, to be corrected."""
        self.sheet.data, self.number.data = str(sheet.id), numbers.shown(sheet.number)
        self.page_id.data, self.channel.data = sheet.page_id, sheet.comment.channel.value
        self.body.data, self.signed_as.data = sheet.comment.body, sheet.comment.signed_as or ""
        self.stance.data = sheet.comment.stance.value if sheet.comment.stance else ""
        self.age_band.data, self.district.data = sheet.age_band.value if sheet.age_band else "", sheet.district or ""
        self.received_on.data = sheet.received_on.isoformat()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and render the text, before any writer waits for us."""
        if not super().validate(extra_validators):
            return False
        try:
            stance = Stance(self.stance.data) if self.stance.data else None
            self._draft = CommentDraft.of(self.body.data or "", stance=stance)
        except TooComplex:
            self.body.errors = [TOO_COMPLEX]
        return self._draft is not None

    def validate_number(self, field: Field) -> None:
        if not (field.data or "").strip():
            return
        number = numbers.read(field.data)
        if number is None:
            raise StopValidation(_("番号が読み取れません。12文字を確かめてください。I・L・O・Uは使われていません。"))
        self.page = queries.page_at(numbers.page_of(number))
        if self.page is None:
            raise StopValidation(_("この番号のレポートが見つかりません。番号を確かめてください。"))

    def validate_page_id(self, field: Field) -> None:
        if not (self.number.data or "").strip():
            self.page = queries.page_at(field.data or 0)
            if self.page is None:
                raise StopValidation(_("レポートを選ぶか、用紙の受付番号を入れてください。"))

    def validate_signed_as(self, field: Field) -> None:
        if not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = sound_name(field.data)
        except ValueError as refusal:
            raise StopValidation(str(refusal)) from None
        if people.names_taken({names.name_key(field.data)}):
            raise StopValidation(NAME_TAKEN)

    def validate_received_on(self, field: Field) -> None:
        _day(field.data or "")

    def validate_photo(self, field: Field) -> None:
        if not field.data:
            return
        try:
            cleaned_picture = images.clean(field.data.stream, ())
        except images.BadImage:
            raise StopValidation(_("写真として読めません。JPEGかPNGの、大きすぎないものを選んでください。")) from None
        self._photo = files.store().put(cleaned_picture.full.data)

    def draft(self) -> SheetDraft:
        """The sheet as it will be entered; only after `validate()`."""
        assert self._draft is not None
        return SheetDraft(
            text=self._draft,
            channel=self.chosen_channel,
            number=numbers.read(self.number.data or ""),
            signed_as=self.signed_as.data or None,
            age_band=AgeBand(self.age_band.data) if self.age_band.data else None,
            district=self.district.data or None,
            received_on=_day(self.received_on.data or ""),
            photo=self._photo,
            is_another=bool(self.is_another.data),
        )


class ListForm(ChannelForm):
    """A list to be taken in."""

    file = FileField(_l("一覧のファイル"))

    def validate_page_id(self, field: Field) -> None:
        if queries.page_at(field.data or 0) is None:
            raise StopValidation(_("どのレポートへの声かを選んでください。"))

    def validate_file(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(_("ファイルを選んでください。"))


class NumberForm(Form):
    """Somebody asks after a sheet."""

    number = StringField(_l("受付番号"))

    def validate_number(self, field: Field) -> None:
        if numbers.read(field.data or "") is None:
            raise StopValidation(_("番号が読み取れません。用紙の控えにある12文字を、そのまま入れてください。"))


def _day(typed: str) -> date:
    """The day typed, today for none. Raises StopValidation."""
    if not typed.strip():
        return clock.today()
    day = dates.read(typed)
    if day is None:
        raise StopValidation(_("日付が読み取れません。2026-11-05 や 令和8年11月5日 のように書いてください。"))
    if day > clock.today():
        raise StopValidation(_("まだ来ていない日です。"))
    return day
