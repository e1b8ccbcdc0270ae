"""Consent per purpose and channel, as a log: what holds is the latest word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.touches import Channel, Purpose, withdrawable
from storage.locks import lock_candidates
from storage.tables import consent_log

PURPOSES = tuple(str(purpose) for purpose in Purpose)
CHANNELS = (str(Channel.EMAIL), str(Channel.SMS))


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A word about consent, with its proof: `wording` is what was agreed to, `source` where. The same `event_id` is one word.

    `basis`: consent, application, legitimate_interest; request or legal_obligation for service messages.
    """

    candidate_id: str
    purpose: str
    channel: str
    granted: bool
    at: datetime
    event_id: str
    basis: str = "consent"
    wording: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A row of the log."""

    id: int
    candidate_id: str
    purpose: str
    channel: str
    granted: bool
    basis: str
    wording: str
    source: str
    at: datetime
    event_id: str
    recorded_at: datetime


_ROW = [consent_log.c[name] for name in ConsentRow.__dataclass_fields__]


def record(connection: Connection, consents: Sequence[NewConsent]) -> int:
    """Write words of consent; how many were new. Holds the candidates, so that none slips in beside a hand-over."""
    if not consents:
        return 0
    lock_candidates(connection, [consent.candidate_id for consent in consents])
    rows = [{name: getattr(consent, name) for name in NewConsent.__dataclass_fields__} for consent in consents]
    written = upsert(consent_log).values(rows).on_conflict_do_nothing().returning(consent_log.c.id)
    return len(connection.execute(written).all())


def latest(connection: Connection, candidate_id: str) -> list[ConsentRow]:
    """What holds for a candidate: the latest row of each purpose and channel that has any."""
    c = consent_log.c
    wanted = (
        select(*_ROW)
        .where(c.candidate_id == candidate_id)
        .ext(distinct_on(c.purpose, c.channel))
        .order_by(c.purpose, c.channel, c.at.desc(), c.id.desc())
    )
    return [ConsentRow(*row) for row in connection.execute(wanted)]


def history(connection: Connection, candidate_id: str) -> list[ConsentRow]:
    """Every word of a candidate, the oldest first."""
    c = consent_log.c
    wanted = select(*_ROW).where(c.candidate_id == candidate_id).order_by(c.at, c.id)
    return [ConsentRow(*row) for row in connection.execute(wanted)]


def opt_out(
    connection: Connection, candidate_id: str, purpose: str, channel: str, *, at: datetime, event_id: str, source: str
) -> int:
    """Withdraw at once, before any workflow hears of it; how many words were new. `*` stands for every purpose or channel.

    `*` as purpose leaves what is transactional on email, and nothing on SMS, as the core does.
    """
    pairs = [
        (one_purpose, one_channel)
        for one_channel in (CHANNELS if channel == "*" else (channel,))
        for one_purpose in (withdrawable(one_channel) if purpose == "*" else (purpose,))
    ]
    words = [
        NewConsent(candidate_id, one_purpose, one_channel, False, at, f"{event_id}:{one_purpose}/{one_channel}",
                   source=source)
        for one_purpose, one_channel in pairs
    ]  # fmt: skip
    return record(connection, words)
