"""What the room's forms accept, and how they say what is wrong."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from wiki.accounts import passwords
from wiki.accounts.addresses import BadAddress, normalize_email
from wiki.accounts.models import Role
from wiki.accounts.service import LEFT_NAME, Registration
from wiki.core import clock
from wiki.core.forms import Form, cleaned
from wiki.text import names, normalize

#: Names by which a reader would take somebody for the city; given by invitation only.
_OF_THE_CITY = (
    *("管理者", "管理人", "運営", "運営者", "事務局", "職員", "市役所", "市長", "市", "回覧板"),
    *("admin", "administrator", "kairan"),
)
LONGEST_DEPARTMENT = 60
LANGUAGES = (SelectChoice("ja", "日本語"), SelectChoice("en", "English"))
ROLES = (SelectChoice(Role.RESIDENT.value, _l("住民")), SelectChoice(Role.STAFF.value, _l("職員")))
INVITED_ROLES = (SelectChoice(Role.STAFF.value, _l("職員")), SelectChoice(Role.ADMIN.value, _l("管理者")))


def _needed(form: Any, field: Field) -> None:
    if not field.data:
        raise StopValidation(_("入力してください。"))


_needed.field_flags = {"required": True}  # type: ignore[attr-defined]


def _name(form: Any, field: Field) -> None:
    try:
        field.data = names.normalize_name(field.data or "")
    except names.BadName as refusal:
        raise StopValidation(_words_of_name(refusal.code)) from None


_name.field_flags = {"required": True}  # type: ignore[attr-defined]


def _words_of_name(code: names.Bad) -> Any:
    if code is names.Bad.EMPTY:
        return _("名前を入力してください。本名でなくてかまいません。")
    if code is names.Bad.TOO_LONG:
        return _("名前が長すぎます。30字までにしてください。")
    if code is names.Bad.CONFUSABLE:
        return _("見分けにくい文字が混ざっています。ひとつの種類の文字でそろえてください。")
    return _("名前に使えない文字が入っています。見えない文字や重なった記号を取り除いてください。")


def _not_of_the_city(form: Any, field: Field) -> None:
    key = names.name_key(field.data)
    if key in {names.name_key(name) for name in _OF_THE_CITY} or key.startswith(names.name_key(LEFT_NAME)):
        raise StopValidation(_("この名前は市の職員と間違われるため、使えません。別の名前にしてください。"))


def _email(form: Any, field: Field) -> None:
    try:
        field.data = normalize_email(field.data or "")
    except BadAddress:
        raise StopValidation(_("メールアドレスの形が正しくありません。例：name@example.jp")) from None


_email.field_flags = {"required": True}  # type: ignore[attr-defined]


def _new_password(form: Any, field: Field) -> None:
    try:
        passwords.check(field.data or "")
    except passwords.BadPassword as refusal:
        raise StopValidation(_words_of_password(refusal.code)) from None


_new_password.field_flags = {"required": True}  # type: ignore[attr-defined]


def _words_of_password(code: passwords.Bad) -> Any:
    if code is passwords.Bad.SHORT:
        return _("パスワードが短すぎます。%(least)s字以上にしてください。", least=passwords.SHORTEST)
    if code is passwords.Bad.LONG:
        return _("パスワードが長すぎます。%(most)s字までにしてください。", most=passwords.LONGEST)
    return _("よく使われていて、すぐに当てられるパスワードです。別のものにしてください。")


def _consented(form: Any, field: Field) -> None:
    if not field.data:
        raise StopValidation(_("登録するには、同意のしるしを付けてください。"))


_consented.field_flags = {"required": True}  # type: ignore[attr-defined]


class RegisterForm(Form):
    """A resident's wish for an account."""

    name = StringField(_l("名前"), [_name, _not_of_the_city])
    email = EmailField(_l("メールアドレス"), [_email])
    password = PasswordField(_l("パスワード"), [_new_password])
    consent = BooleanField(_l("上の目的で個人情報を使うことに同意します"), [_consented])

    def wish(self, language: str) -> Registration:
        """What was asked for, its password hashed (slow); only after `validate()`."""
        return Registration(
            name=self.name.data or "",
            email=self.email.data or "",
            password_hash=passwords.hash_of(self.password.data or ""),
            language=language,
            consented_at=clock.now(),
        )


class LoginForm(Form):
    """Address and password; nothing is said of either before both were looked at."""

    email = EmailField(_l("メールアドレス"), [_needed])
    password = PasswordField(_l("パスワード"), [_needed])
    next = HiddenField()


class AddressForm(Form):
    """Where a link is to be sent."""

    email = EmailField(_l("メールアドレス"), [_email])


class PasswordForm(Form):
    """A password set by a mailed link."""

    password = PasswordField(_l("新しいパスワード"), [_new_password])


class NameForm(Form):
    """Another name for oneself."""

    name = StringField(_l("名前"), [_name])

    def __init__(self, *args: Any, is_staff: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_staff = is_staff

    def validate_name(self, field: Field) -> None:
        if not self._is_staff:
            _not_of_the_city(self, field)


class ChangePasswordForm(Form):
    """A new password, by who knows the current one."""

    password = PasswordField(_l("いまのパスワード"), [_needed], id="current-password")
    new_password = PasswordField(_l("新しいパスワード"), [_new_password])


class NewAddressForm(Form):
    """Another e-mail address, by who knows the password."""

    email = EmailField(_l("新しいメールアドレス"), [_email])
    password = PasswordField(_l("いまのパスワード"), [_needed], id="email-password")


class DepartmentForm(Form):
    """A department's name."""

    name = StringField(_l("課の名前"), [cleaned(normalize.clean_line, LONGEST_DEPARTMENT)])


class LanguageForm(Form):
    """The language of screens and letters."""

    language = RadioField(_l("画面とメールの言語"), choices=LANGUAGES)


class LeaveForm(Form):
    """Deleting one's account."""

    password = PasswordField(_l("いまのパスワード"), [_needed], id="leave-password")
    sure = BooleanField(_l("登録を消すと元に戻せないことがわかりました"), [_consented])


class InviteForm(Form):
    """A member of staff to be invited."""

    name = StringField(_l("名前"), [_name])
    email = EmailField(_l("メールアドレス"), [_email])
    role = RadioField(_l("役割"), choices=INVITED_ROLES, default=Role.STAFF.value)
    department_id = SelectField(_l("担当課"), coerce=int, default=0)


class RoleForm(Form):
    """Another role for somebody."""

    role = SelectField(_l("役割"), choices=ROLES)
