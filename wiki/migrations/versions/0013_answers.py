"""市の考え方: answers, the voices they are given to, approvals, and what was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("needed IN (1, 2)", name="ck_answer_needed"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_answer_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_answer_department_id_department"),
        sa.ForeignKeyConstraint(["writer_id"], ["person.id"], name="fk_answer_writer_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_page_id", "answer", ["page_id"])
    op.create_index("ix_answer_state_due_on", "answer", ["state", "due_on"])
    op.create_table(
        "answered_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(comment_id IS NULL) != (proposal_id IS NULL)", name="ck_answered_voice_one"),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name="fk_answered_voice_answer_id_answer", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_answered_voice_comment_id_comment", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_answered_voice_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answered_voice"),
        sa.UniqueConstraint("comment_id", name="uq_answered_voice_comment_id"),
        sa.UniqueConstraint("proposal_id", name="uq_answered_voice_proposal_id"),
    )
    op.create_index("ix_answered_voice_answer_id", "answered_voice", ["answer_id"])
    op.create_table(
        "answer_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name="fk_answer_approval_answer_id_answer", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_answer_approval_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_answer_approval"),
    )
    op.create_index("ix_answer_approval_answer_id", "answer_approval", ["answer_id"])
    op.create_table(
        "answer_publication",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name="fk_answer_publication_answer_id_answer", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_answer_publication_person_id_person"),
        sa.PrimaryKeyConstraint("answer_id", "number", name="pk_answer_publication"),
    )


def downgrade() -> None:
    for table in ("answer_publication", "answer_approval", "answered_voice", "answer"):
        op.drop_table(table)
