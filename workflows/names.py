"""Names that others use to find us: workflow ids, task queues, search attributes. Functions, so that they are made in one place."""

from __future__ import annotations

from datetime import datetime

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

QUEUE = "keepwarm"
"""Workflows and the activities that write facts."""
SEND_QUEUE = "keepwarm-send"
"""Everything that leaves, so that it has its own rate and its own priorities."""

STATE = SearchAttributeKey.for_keyword("KeepwarmState")
STAGES = SearchAttributeKey.for_keyword_list("KeepwarmStages")
JOURNEYS = SearchAttributeKey.for_keyword_list("KeepwarmJourneys")
NEXT_TOUCH = SearchAttributeKey.for_datetime("KeepwarmNextTouch")
OWNER = SearchAttributeKey.for_keyword("KeepwarmOwner")
SEARCH_ATTRIBUTES = (STATE, STAGES, JOURNEYS, NEXT_TOUCH, OWNER)

CANDIDATE_PREFIX = "candidate-"
OPENING_PREFIX = "opening-"
SIGNUP_PREFIX = "signup-"
INTAKE_ID = "intake"
"""The one workflow that takes in what comes by webhook or mailbox."""


def candidate_workflow_id(candidate_id: str) -> str:
    """The id of a candidate's workflow: `candidate-42`."""
    return f"{CANDIDATE_PREFIX}{candidate_id}"


def opening_workflow_id(opening_id: str) -> str:
    """The id of an opening's workflow: `opening-be-1`."""
    return f"{OPENING_PREFIX}{opening_id}"


def signup_workflow_id(signup_id: int) -> str:
    """The id of the workflow that awaits a sign-up's confirmation: `signup-7`."""
    return f"{SIGNUP_PREFIX}{signup_id}"


def search_attributes(
    state: str, stages: list[str], journeys: list[str], next_touch: datetime | None, owner: str
) -> TypedSearchAttributes:
    """The attributes to start a candidate with. Empty lists and unknown values are left out."""
    pairs: list[SearchAttributePair] = [SearchAttributePair(STATE, state)]  # type: ignore[type-arg]
    if stages:
        pairs.append(SearchAttributePair(STAGES, stages))
    if journeys:
        pairs.append(SearchAttributePair(JOURNEYS, journeys))
    if next_touch:
        pairs.append(SearchAttributePair(NEXT_TOUCH, next_touch))
    if owner:
        pairs.append(SearchAttributePair(OWNER, owner))
    return TypedSearchAttributes(pairs)
