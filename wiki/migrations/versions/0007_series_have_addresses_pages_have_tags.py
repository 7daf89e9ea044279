"""Series have addresses; pages have tags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("series") as batch_op:
        batch_op.add_column(sa.Column("slug", sa.Text(), nullable=True))
    op.execute("UPDATE series SET slug = 'series-' || id")
    with op.batch_alter_table("series") as batch_op:
        batch_op.alter_column("slug", existing_type=sa.Text(), nullable=False)
        batch_op.create_unique_constraint("uq_series_slug", ["slug"])

    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("key", name="uq_tag_key"),
    )
    op.create_table(
        "page_tag",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_page_tag_page_id_page", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_page_tag_tag_id_tag", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("page_id", "tag_id", name="pk_page_tag"),
    )
    op.create_index("ix_page_tag_tag_id", "page_tag", ["tag_id"], unique=False)


def downgrade() -> None:
    op.drop_table("page_tag")
    op.drop_table("tag")
    with op.batch_alter_table("series") as batch_op:
        batch_op.drop_constraint("uq_series_slug", type_="unique")
        batch_op.drop_column("slug")
