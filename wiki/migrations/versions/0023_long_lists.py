"""Long lists of sheets are entered by a job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake_batch") as table:
        table.add_column(sa.Column("is_entering", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("entered", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("passed", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("intake_batch") as table:  # the defaults were for the rows that stood there
        for name in ("is_entering", "entered", "passed"):
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("intake_batch") as table:
        for name in ("passed", "entered", "is_entering"):
            table.drop_column(name)
