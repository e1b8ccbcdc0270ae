"""What a candidate's workflow is started with, read from plain JSON: anybody may start one, and a fault must not look like a life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temporalio.converter import value_to_type

from domain.relationships import FIRST_RULES, Relationship
from domain.windows import is_zone


class NobodyNamed(Exception):
    """An input without a candidate's id; the text says what to give."""


def read_relationship(given: Any) -> Relationship:
    """The state to begin with. Raises NobodyNamed.

    A zone that nobody knows counts as UTC, and is told as a refused signal is. What a later release can't read raises whatever the
    converter raises: the task then waits for code that can, instead of ending a relationship of years.
    """
    if not isinstance(given, Mapping) or not given.get("candidate_id"):
        raise NobodyNamed('a Candidate is started with {"candidate_id": "<id>"} or more; nothing was done')
    relationship: Relationship = value_to_type(Relationship, {"rules": FIRST_RULES, **given})
    if not is_zone(relationship.zone):
        unknown = f"the zone {relationship.zone!r:.60} is unknown, so UTC stands for it"
        relationship.refuse(f"{unknown}; signal profile_changed with an IANA name")
        relationship.zone = "UTC"
    return relationship
