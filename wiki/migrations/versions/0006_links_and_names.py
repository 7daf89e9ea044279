"""Links between pages, and titles as names."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title_key", sa.Text(), server_default="", nullable=False))
    _fill_title_keys()
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.alter_column("title_key", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch_op.create_index("ix_page_title_key", ["title_key"], unique=False)
    op.create_table(
        "page_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("fragment", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_page_link_page_id_page", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_page_link"),
    )
    for column in ("page_id", "key", "target_id"):
        op.create_index(f"ix_page_link_{column}", "page_link", [column], unique=False)


def downgrade() -> None:
    op.drop_table("page_link")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index("ix_page_title_key")
        batch_op.drop_column("title_key")


def _fill_title_keys() -> None:
    """As text/slugs.py:page_key made them when this was written; the job `pages.render` then notes the links."""
    page = sa.table("page", sa.column("id", sa.Integer), sa.column("title", sa.Text), sa.column("title_key", sa.Text))
    connection = op.get_bind()
    rows = [
        {"number": number, "folded": _folded(title)}
        for number, title in connection.execute(sa.select(page.c.id, page.c.title))
    ]
    if rows:
        wanted = page.update().where(page.c.id == sa.bindparam("number"))
        connection.execute(wanted.values(title_key=sa.bindparam("folded")), rows)


def _folded(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())
