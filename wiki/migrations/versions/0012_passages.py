"""Comments on a passage, and how a comment wants to be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("stance", sa.String(length=32), nullable=True))
    op.create_table(
        "comment_passage",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_comment_passage_comment_id_comment", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_comment_passage_page_id_page", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_comment_passage"),
    )
    op.create_index("ix_comment_passage_page_id", "comment_passage", ["page_id"])


def downgrade() -> None:
    op.drop_table("comment_passage")
    op.drop_column("comment", "stance")
