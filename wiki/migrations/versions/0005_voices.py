"""Where the sentences of a page come from. What earlier revisions say is traced by the job pages.trace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provenance",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("chains", sa.JSON(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="fk_provenance_revision_id_revision", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", name="pk_provenance"),
    )
    op.create_table(
        "page_sentence",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_page_sentence_page_id_page", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("page_id", "digest", name="pk_page_sentence"),
    )


def downgrade() -> None:
    op.drop_table("page_sentence")
    op.drop_table("provenance")
