"""Signing up for the talent community: asked for on a form, and meant once the address says so."""

from dataclasses import dataclass
from datetime import timedelta

from domain.clocks import Clock

CONFIRM_WITHIN = timedelta(days=7)
"""How long a sign-up waits for its address; then it is deleted, and with it whoever was put on record by it alone."""


@dataclass(frozen=True, slots=True)
class AwaitedSignup:
    """Input of the workflow `Signup`. `wait_seconds` are of real time."""

    signup_id: int
    candidate_id: str
    wait_seconds: float
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class LapseSignup:
    """Input of the activity `lapse_signup`."""

    signup_id: int
    candidate_id: str
    clock: Clock | None = None
