"""A mailed link may prove a new address; a text kept for a visitor keeps what it replies to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailed_link", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("kept_text", sa.Column("fields", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("kept_text") as table:
        table.alter_column("fields", server_default=None)


def downgrade() -> None:
    op.drop_column("kept_text", "fields")
    op.execute("DELETE FROM mailed_link WHERE purpose = 'change'")
    op.drop_column("mailed_link", "email")
