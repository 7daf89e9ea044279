"""The whole life of a proposal: edits, co-signers, merging, withdrawal, archiving."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edit_untold", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ending", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_ended", sa.String(length=32), nullable=True),
        sa.Column("ended_note", sa.Text(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table("proposal") as batch:
        for column in _columns():
            batch.add_column(column)
        batch.create_foreign_key("fk_proposal_merged_into_id_proposal", "proposal", ["merged_into_id"], ["id"])
    op.execute("UPDATE proposal SET active_at = created_at")
    with op.batch_alter_table("proposal") as batch:
        batch.alter_column("active_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch.alter_column("edit_untold", existing_type=sa.Boolean(), server_default=None)
    op.create_index("ix_proposal_active_at", "proposal", ["active_at"])
    op.create_index("ix_proposal_merged_into_id", "proposal", ["merged_into_id"])
    op.create_table(
        "proposal_version",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_version_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "number", name="pk_proposal_version"),
    )
    op.create_table(
        "cosigner",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_cosigner_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_cosigner_person_id_person", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["proposal.id"], name="fk_cosigner_source_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name="pk_cosigner"),
    )
    op.create_index("ix_cosigner_person_id", "cosigner", ["person_id"])
    op.create_table(
        "merged_vote",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_merged_vote_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["proposal.id"], name="fk_merged_vote_source_id_proposal", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_merged_vote_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "source_id", "person_id", name="pk_merged_vote"),
    )


def downgrade() -> None:
    for table in ("merged_vote", "cosigner", "proposal_version"):
        op.drop_table(table)
    op.drop_index("ix_proposal_merged_into_id", "proposal")
    op.drop_index("ix_proposal_active_at", "proposal")
    with op.batch_alter_table("proposal") as batch:
        batch.drop_constraint("fk_proposal_merged_into_id_proposal", type_="foreignkey")
        for column in reversed(_columns()):
            batch.drop_column(column.name)
