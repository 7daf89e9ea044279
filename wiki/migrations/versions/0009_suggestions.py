"""Residents suggest edits of pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "accepted", "declined", "withdrawn", name="state", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "why",
            sa.Enum(
                "source",
                "facts",
                "already",
                "wording",
                "scope",
                "rules",
                "other",
                name="why",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_suggestion_author_id_person"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_suggestion_decided_by_person"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_suggestion_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="fk_suggestion_revision_id_revision", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
        sa.UniqueConstraint("author_id", "request_key", name="uq_suggestion_author_id_request_key"),
    )
    op.create_index("ix_suggestion_page_id", "suggestion", ["page_id"])
    op.create_index("ix_suggestion_revision_id", "suggestion", ["revision_id"])
    op.create_index("ix_suggestion_state_id", "suggestion", ["state", "id"])


def downgrade() -> None:
    op.drop_table("suggestion")
