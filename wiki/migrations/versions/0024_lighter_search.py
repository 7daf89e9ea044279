"""On SQLite search writes two index entries less a comment: there FTS5 knows kind and page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_INDEXES = (("ix_search_document_kind_id", ["kind", "id"]), ("ix_search_document_page_id", ["page_id"]))


def upgrade() -> None:
    _make_again(sa.text("lexemes IS NOT NULL"))


def downgrade() -> None:
    _make_again(None)


def _make_again(where: sa.TextClause | None) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, columns in _INDEXES:
        op.drop_index(name, "search_document")
        op.create_index(name, "search_document", columns, sqlite_where=where)
