"""Pages have states, protection and review; unpublished versions wait in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # in place, one by one: were the table written anew, SQLite would delete all that points to it
    op.add_column("page", sa.Column("state", sa.String(length=32), server_default="published", nullable=False))
    op.add_column("page", sa.Column("protection", sa.String(length=32), server_default="open", nullable=False))
    op.add_column("page", sa.Column("needs_review", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("page", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reflects", sa.JSON(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_submission_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_submission_author_id_person"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name="fk_submission_reviewer_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_author_id", "submission", ["author_id"])
    op.create_index("ix_submission_page_id", "submission", ["page_id"])
    op.create_index("ix_submission_state_publish_at", "submission", ["state", "publish_at"])


def downgrade() -> None:
    op.drop_table("submission")
    for column in ("deleted_at", "needs_review", "protection", "state"):
        op.execute(f"ALTER TABLE page DROP COLUMN {column}")
