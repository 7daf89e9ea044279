"""Proposals are assigned to a department with a due date, and take turns in being shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("proposal") as table:
        table.add_column(sa.Column("department_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("turns", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("shown_turns", sa.Integer(), nullable=False, server_default="0"))
        table.create_foreign_key("fk_proposal_department_id_department", "department", ["department_id"], ["id"])
        table.create_index("ix_proposal_department_id", ["department_id"])


def downgrade() -> None:
    with op.batch_alter_table("proposal") as table:
        table.drop_index("ix_proposal_department_id")
        table.drop_constraint("fk_proposal_department_id_department", type_="foreignkey")
        for name in ("shown_turns", "turns", "due_on", "department_id"):
            table.drop_column(name)
