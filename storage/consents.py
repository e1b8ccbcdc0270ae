"""Consent per purpose and channel, as a log: what holds is the latest word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.keeping import ASK_BEFORE, ASK_TOGETHER
from domain.touches import Channel, Purpose, withdrawable
from storage import controls
from storage.locks import lock_candidates
from storage.tables import consent_log

PURPOSES = tuple(str(purpose) for purpose in Purpose)
CHANNELS = (str(Channel.EMAIL), str(Channel.SMS))


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A word about consent, with its proof: `wording` is what was agreed to, `source` where. The same `event_id` is one word.

    `basis`: consent, application, legitimate_interest; request or legal_obligation for service messages. A consent without `expires_at`
    runs out by the house's terms, as far as they say so.
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
    ip: str = ""
    expires_at: datetime | None = None


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
    ip: str
    expires_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether this is a consent that has not run out."""
        return self.granted and (self.expires_at is None or self.expires_at > now)

    def is_to_be_renewed(self, now: datetime) -> bool:
        """Whether this consent has run out, or its renewal is asked for: the same word again is then a new one."""
        return self.granted and self.expires_at is not None and self.expires_at - ASK_BEFORE - ASK_TOGETHER <= now


_ROW = [consent_log.c[name] for name in ConsentRow.__dataclass_fields__]


def record(connection: Connection, consents: Sequence[NewConsent]) -> int:
    """Write words of consent; how many were new. Holds the candidates, so that none slips in beside a hand-over."""
    if not consents:
        return 0
    lock_candidates(connection, [consent.candidate_id for consent in consents])
    dated = with_ends(connection, consents)
    rows = [{name: getattr(consent, name) for name in NewConsent.__dataclass_fields__} for consent in dated]
    written = upsert(consent_log).values(rows).on_conflict_do_nothing().returning(consent_log.c.id)
    return len(connection.execute(written).all())


def with_ends(connection: Connection, consents: Sequence[NewConsent]) -> list[NewConsent]:
    """The same words, each consent with the moment when it runs out by the house's terms."""
    if not any(word.granted and word.basis == "consent" for word in consents):
        return list(consents)
    terms = controls.terms(connection)
    return [
        replace(word, expires_at=terms.expiry(word.purpose, word.basis, word.at))
        if word.granted and word.expires_at is None
        else word
        for word in consents
    ]


def end_of(connection: Connection, candidate_id: str, purpose: str, channel: str) -> datetime | None:
    """When the consent that holds for a purpose and channel runs out; None for good, or where none holds."""
    c = consent_log.c
    wanted = select(c.granted, c.expires_at).where(
        c.candidate_id == candidate_id, c.purpose == purpose, c.channel == channel
    )
    row = connection.execute(wanted.order_by(c.at.desc(), c.id.desc()).limit(1)).first()
    return row.expires_at if row and row.granted else None


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
