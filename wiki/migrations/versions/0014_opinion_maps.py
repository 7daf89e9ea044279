"""声の地図: opinion maps, their statements, and the votes on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chart", sa.JSON(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_due", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_opinion_map_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name="fk_opinion_map_opened_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_opinion_map"),
    )
    op.create_index("ix_opinion_map_page_id", "opinion_map", ["page_id"])
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_map.id"], name="fk_statement_map_id_opinion_map", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_statement_author_id_person"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_statement_decided_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
    )
    op.create_index("ix_statement_map_id_state", "statement", ["map_id", "state"])
    op.create_index("ix_statement_author_id", "statement", ["author_id"])
    op.create_table(
        "statement_vote",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (-1, 0, 1)", name="ck_statement_vote_value"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name="fk_statement_vote_statement_id_statement", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_statement_vote_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "person_id", name="pk_statement_vote"),
    )
    op.create_index("ix_statement_vote_person_id", "statement_vote", ["person_id"])


def downgrade() -> None:
    for table in ("statement_vote", "statement", "opinion_map"):
        op.drop_table(table)
