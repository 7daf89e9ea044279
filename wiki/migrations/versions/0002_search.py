"""The search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LEXEMES = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("shifts", sa.JSON(), nullable=False),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("lexemes", _LEXEMES, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_search_document_author_id_person"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_search_document_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_search_document_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_document"),
        sa.UniqueConstraint("kind", "ref_id", name="uq_search_document_kind_ref_id"),
    )
    op.create_index("ix_search_document_page_id", "search_document", ["page_id"])
    op.create_index("ix_search_document_kind_id", "search_document", ["kind", "id"])
    titled, pending = sa.text("folded_title <> ''"), sa.text("is_pending")
    pending_in_sqlite = sa.text("is_pending = 1")
    op.create_index(
        "ix_search_document_titled", "search_document", ["id"], sqlite_where=titled, postgresql_where=titled
    )
    op.create_index(
        "ix_search_document_pending",
        "search_document",
        ["id"],
        sqlite_where=pending_in_sqlite,
        postgresql_where=pending,
    )
    op.create_index(
        "ix_search_document_lexemes",
        "search_document",
        ["lexemes"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        sqlite_where=sa.text("lexemes IS NOT NULL"),
    )
    op.create_table(
        "search_reading",
        sa.Column("document_id", _BIG, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name="fk_search_reading_document_id_search_document",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "word", name="pk_search_reading"),
    )
    op.create_index("ix_search_reading_key", "search_reading", ["key"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title, text, facets, content='', prefix='1', "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")"
        )
    _index_what_is_there()


def _index_what_is_there() -> None:
    """A site that has pages already gets its index by a job, as soon as jobs run again."""
    if op.get_bind().scalar(sa.text("SELECT id FROM page LIMIT 1")) is not None:
        op.execute(
            "INSERT INTO job (kind, payload, run_at, tries) VALUES ('search.reindex', '{}', CURRENT_TIMESTAMP, 0)"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_reading")
    op.drop_table("search_document")
    op.execute("DELETE FROM job WHERE kind IN ('search.reindex', 'search.read')")
