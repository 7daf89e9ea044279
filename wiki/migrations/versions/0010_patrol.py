"""What is published waits for a second look of staff. Revisions from before have no row, and wait for nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patrol",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_patrol_person_id_person"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="fk_patrol_revision_id_revision", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", name="pk_patrol"),
    )
    waiting = sa.text("at IS NULL")
    op.create_index("ix_patrol_waiting", "patrol", ["revision_id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_event_page_id_id", "event", ["page_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_event_page_id_id", "event")
    op.drop_table("patrol")
