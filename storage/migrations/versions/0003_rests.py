"""Why a person is at rest: paused by us, away, or after a polite no. Lost with Temporal's store, they would be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: to go back, restore a backup."""
    for name in ("paused_at", "away_until", "cool_off_until"):
        op.add_column("candidates", sa.Column(name, sa.DateTime(timezone=True)))
