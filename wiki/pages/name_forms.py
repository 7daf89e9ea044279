"""What the screen for renaming accepts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from wiki.core.forms import Form, cleaned
from wiki.pages import queries
from wiki.pages.forms import LONGEST_TITLE, TAKEN, check_slug, number_in
from wiki.pages.models import Page
from wiki.text import normalize


class RenameForm(Form):
    """A page's new title and address. `leads_to` is another page to which the wanted address leads until now."""

    title = StringField(_l("題名"), [cleaned(normalize.clean_line, LONGEST_TITLE)])
    slug = StringField(_l("アドレスの名前"))
    rewrite = BooleanField(_l("このページへのリンクを、新しい名前に書き換える"))
    take_over = BooleanField(_l("前のページへの案内をやめて、このアドレスを使う"))
    base_revision = HiddenField()

    def __init__(self, page: Page, **options: Any) -> None:
        super().__init__(**options)
        self._page = page
        self.leads_to: Page | None = None
        self.slug.flags.required = True

    def validate_slug(self, field: Field) -> None:
        """As in the editor; one that leads to another page is taken over only when that is meant."""
        check_slug(field, self._page)
        self.leads_to = queries.redirected(str(field.data), self._page)
        if self.leads_to is not None and not self.take_over.data:
            words = _(
                "このアドレスは、いま「%(title)s」へ案内しています。使うときは、下のチェックを入れてください。",
                title=self.leads_to.title,
            )
            raise StopValidation(words)

    @property
    def base_number(self) -> int:
        """The revision that was the newest when the form was opened; 0 when the form does not tell."""
        return number_in(self.base_revision.data) or 0

    def refuse_slug(self) -> None:
        """Say that somebody else took the slug while we were writing."""
        self.slug.errors = [TAKEN]
