"""意見公募: consultations, their opinions, groups and results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _to(column: str, table: str, own: str, cascade: bool = True) -> sa.ForeignKeyConstraint:
    name, rule = f"fk_{own}_{column}_{table}", "CASCADE" if cascade else None
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=rule)


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("materials_html", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("why_short", sa.Text(), nullable=False),
        sa.Column("draft_number", sa.Integer(), nullable=False),
        sa.Column("result_number", sa.Integer(), nullable=False),
        sa.Column("set_up_by_id", sa.Integer(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        _to("page_id", "page", "consultation"),
        _to("set_up_by_id", "person", "consultation", cascade=False),
        sa.PrimaryKeyConstraint("id", name="pk_consultation"),
        sa.UniqueConstraint("page_id", name="uq_consultation_page_id"),
    )
    op.create_table(
        "consultation_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _to("consultation_id", "consultation", "consultation_extension"),
        sa.PrimaryKeyConstraint("id", name="pk_consultation_extension"),
    )
    op.create_index("ix_consultation_extension_consultation_id", "consultation_extension", ["consultation_id"])
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("redactions", sa.JSON(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        _to("consultation_id", "consultation", "opinion"),
        _to("author_id", "person", "opinion", cascade=False),
        _to("entered_by_id", "person", "opinion", cascade=False),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
        sa.UniqueConstraint("consultation_id", "number", name="uq_opinion_consultation_id_number"),
        sa.UniqueConstraint("consultation_id", "request_key", name="uq_opinion_consultation_id_request_key"),
    )
    op.create_index("ix_opinion_author_id", "opinion", ["author_id"])
    op.create_table(
        "opinion_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=True),
        _to("consultation_id", "consultation", "opinion_group"),
        sa.PrimaryKeyConstraint("id", name="pk_opinion_group"),
    )
    op.create_index("ix_opinion_group_consultation_id_id", "opinion_group", ["consultation_id", "id"])
    op.create_table(
        "grouped_opinion",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        _to("group_id", "opinion_group", "grouped_opinion"),
        _to("opinion_id", "opinion", "grouped_opinion"),
        sa.PrimaryKeyConstraint("group_id", "opinion_id", name="pk_grouped_opinion"),
    )
    op.create_index("ix_grouped_opinion_opinion_id", "grouped_opinion", ["opinion_id"])
    op.create_table(
        "consultation_result",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _to("consultation_id", "consultation", "consultation_result"),
        _to("person_id", "person", "consultation_result", cascade=False),
        sa.PrimaryKeyConstraint("consultation_id", "number", name="pk_consultation_result"),
    )


def downgrade() -> None:
    tables = ("consultation_result", "grouped_opinion", "opinion_group", "opinion", "consultation_extension")
    for table in (*tables, "consultation"):
        op.drop_table(table)
