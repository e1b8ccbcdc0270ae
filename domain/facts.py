"""What the core has learnt and the database is to keep: one flat shape, written by activities."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class FactKind(StrEnum):
    """Which table a fact belongs to."""

    STAGE = "stage"
    """stage_log and applications: `opening_id`, `stage`, `outcome`, `furthest`, `by`."""
    ENROLLMENT = "enrollment"
    """enrollments: `journey`, `version`, `occurrence`, `outcome` is the status, or `resumed` for one that is active again."""
    ALERT = "alert"
    """opening_matches: `opening_id`, `round`, `outcome` (waiting, not_told)."""
    CONSENT = "consent"
    """consent_log: `purpose`, `channel`, `outcome` (granted, withdrawn), `by` is the source, `because` the basis (empty: consent), `until`
    when it runs out."""
    ACTIVE = "active"
    """candidates.active_at = `at`: a sign of life."""
    INFORMED = "informed"
    """candidates.informed_at = `at`: told what we keep and where it came from."""
    SNOOZE = "snooze"
    """candidates.snoozed_until = `until` (None clears it)."""
    PAUSE = "pause"
    """candidates.paused_at = `until`, the moment from which everything is held (None: resumed)."""
    AWAY = "away"
    """candidates.away_until = `until`: absent, as an automatic reply said."""
    COOL_OFF = "cool_off"
    """candidates.cool_off_until = `until`: at rest after a polite no."""
    STEP = "step"
    """enrollments.answers: `journey`, `occurrence`, `stage` is the step's id, `outcome` how it came out (empty: not yet, after all)."""
    CONTACT = "contact"
    """contact_points: the one in use for `channel` is suppressed, or usable again (`outcome`); `because` of `event_id`."""
    TASK = "task"
    """tasks: `touch_key` is the task's key, `journey`, `stage` is the step's id, `because` the title, `by` the owner, `until` when it is
    overdue; `outcome` is ask, done or overdue."""
    MOVE = "move"
    """enrollments.version = `version` and journey_moves.moved_at: `journey`, `occurrence`, `event_id` is the move's id."""
    PROMISE = "promise"
    """promises: `touch_key` is the promise's key, `stage` its kind, `opening_id`, `by` the owner, `until` when it is due, `outcome` the
    state."""
    REFUSED = "refused"
    """tasks, for a signal that was refused: `event_id`, `touch_key` is the task's key, `because` what was wrong, `by` the owner;
    `outcome` is ask, or done once it came corrected."""
    NOT_SENT = "not_sent"
    """ledger, as skipped: `touch_key`, `purpose`, `channel`, `template`, `outcome` is the gate."""
    WANTED = "wanted"
    """ledger: that `touch_key` was not sent no longer holds; it is planned again under the same key."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to record. Which fields matter depends on `kind`; the rest keep their defaults."""

    kind: FactKind
    at: datetime
    event_id: str = ""
    opening_id: str = ""
    stage: str = ""
    furthest: str = ""
    journey: str = ""
    version: int = 0
    occurrence: str = ""
    round: int = 0
    touch_key: str = ""
    purpose: str = ""
    channel: str = ""
    template: str = ""
    outcome: str = ""
    because: str = ""
    by: str = ""
    until: datetime | None = None

    def compact(self) -> dict[str, Any]:
        """Only the fields that are set, for an activity's input; moments as ISO 8601."""
        filled = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in filled.items() if value
        }

    @classmethod
    def read(cls, compact: dict[str, Any]) -> Self:
        """The fact that `compact` was made from."""
        values = dict(compact)
        values["kind"] = FactKind(values["kind"])
        values["at"] = datetime.fromisoformat(values["at"])
        if "until" in values:
            values["until"] = datetime.fromisoformat(values["until"])
        return cls(**values)
