"""Voices on paper: sheets that staff entered, lists waiting to be taken in, the name a comment is signed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("signed_as", sa.Text(), nullable=True))
    op.create_table(
        "sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.String(length=32), nullable=True),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_sheet_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_sheet_comment_id_comment", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name="fk_sheet_entered_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet"),
        sa.UniqueConstraint("number", name="uq_sheet_number"),
        sa.UniqueConstraint("comment_id", name="uq_sheet_comment_id"),
    )
    op.create_index("ix_sheet_page_id_digest", "sheet", ["page_id", "digest"])
    op.create_index("ix_sheet_entered_by_id_id", "sheet", ["entered_by_id", "id"])
    op.create_table(
        "intake_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_intake_batch_person_id_person", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_intake_batch_page_id_page", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_batch"),
    )


def downgrade() -> None:
    op.drop_table("intake_batch")
    op.drop_table("sheet")
    op.drop_column("comment", "signed_as")
