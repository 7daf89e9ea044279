"""Who is heard: what people chose to say of themselves, and the census."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_facts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.String(length=32), nullable=True),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("is_first_time", sa.Boolean(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_person_facts_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_facts"),
    )
    op.create_table(
        "census_cell",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_census_cell"),
    )


def downgrade() -> None:
    op.drop_table("census_cell")
    op.drop_table("person_facts")
