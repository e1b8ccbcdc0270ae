"""The epoch of each person's links to their pages: raising it ends every link that was made before."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from storage.candidates import UnknownCandidate
from storage.locks import lock_candidates
from storage.tables import candidates


def epoch_of(connection: Connection, candidate_id: str) -> int:
    """The epoch that links made now carry. Raises UnknownCandidate."""
    epoch = connection.scalar(select(candidates.c.link_epoch).where(candidates.c.id == candidate_id))
    if epoch is None:
        raise UnknownCandidate(f"no candidate {candidate_id}")
    return int(epoch)


def end(connection: Connection, candidate_id: str, epoch: int) -> bool:
    """End all links of an epoch; False where they have ended before. Whoever sends waits, so that no mail leaves with one of them."""
    lock_candidates(connection, [candidate_id])
    c = candidates.c
    current = update(candidates).where(c.id == candidate_id, c.link_epoch == epoch)
    return connection.execute(current.values(link_epoch=epoch + 1)).rowcount == 1
