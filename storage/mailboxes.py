"""How far each mailbox was read. Moved in the same transaction that stores what was read: neither is ever ahead of the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import mailboxes


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every mail up to `last_uid` of this `uid_validity` is stored; `recorded_at` is when it was moved last."""

    uid_validity: int
    last_uid: int
    recorded_at: datetime


def cursor(connection: Connection, mailbox: str, folder: str) -> Cursor | None:
    """Where to go on; None for a folder that was never read."""
    c = mailboxes.c
    wanted = select(c.uid_validity, c.last_uid, c.recorded_at).where(c.mailbox == mailbox, c.folder == folder)
    row = connection.execute(wanted).first()
    return Cursor(*row) if row else None


def move(connection: Connection, mailbox: str, folder: str, uid_validity: int, last_uid: int) -> None:
    """Everything up to `last_uid` is stored. Never backwards, but where the server has counted anew."""
    c = mailboxes.c
    row = upsert(mailboxes).values(mailbox=mailbox, folder=folder, uid_validity=uid_validity, last_uid=last_uid)
    further = case(
        (c.uid_validity == row.excluded.uid_validity, func.greatest(c.last_uid, row.excluded.last_uid)),
        else_=row.excluded.last_uid,
    )
    moved = {
        "uid_validity": row.excluded.uid_validity,
        "last_uid": further,
        "recorded_at": func.clock_timestamp(),
    }
    connection.execute(row.on_conflict_do_update(index_elements=[c.mailbox, c.folder], set_=moved))
