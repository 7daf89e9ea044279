"""Revisions of a page reflect comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_reflection",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="fk_comment_reflection_revision_id_revision", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_comment_reflection_comment_id_comment", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", "comment_id", name="pk_comment_reflection"),
    )
    op.create_index("ix_comment_reflection_comment_id", "comment_reflection", ["comment_id"])


def downgrade() -> None:
    op.drop_table("comment_reflection")
