"""How a word is read is looked up by the word: without this every search that finds little reads all readings."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_search_reading_word_reading", "search_reading", ["word", "reading"])


def downgrade() -> None:
    op.drop_index("ix_search_reading_word_reading", "search_reading")
