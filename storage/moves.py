"""Who was moved from one version of a journey to another, together under one id, so that it can be undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from storage.tables import journey_moves


def done(connection: Connection, candidate_id: str, move_id: str, at: datetime) -> None:
    """Note that a person's workflow has made the move."""
    c = journey_moves.c
    mine = (c.move_id == move_id) & (c.candidate_id == candidate_id) & c.moved_at.is_(None)
    connection.execute(update(journey_moves).where(mine).values(moved_at=at))
