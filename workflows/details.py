"""What operators see of a candidate in the Temporal UI: search attributes, changed only where they differ, and the current details."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import outlook
    from domain.relationships import Relationship
    from workflows.names import JOURNEYS, NEXT_TOUCH, OWNER, STAGES, STATE

NEXT_TOUCH_MOVES = timedelta(days=1)
"""The search attribute follows the next touch only when it moves by more than this: each upsert is a billable action."""


def show(state: Relationship, now: datetime) -> None:
    """Let the UI say where a person stands, what comes next and why."""
    labels = outlook.labels(state, now)
    shown = workflow.info().typed_search_attributes
    updates: list[Any] = []
    for key, value in ((STATE, labels.state), (OWNER, labels.owner or None)):
        if shown.get(key) != value:
            updates.append(key.value_set(value) if value else key.value_unset())
    for names, listed in ((STAGES, labels.stages), (JOURNEYS, labels.journeys)):
        if list(shown.get(names) or []) != listed:
            updates.append(names.value_set(listed) if listed else names.value_unset())
    before, after = shown.get(NEXT_TOUCH), labels.next_touch
    if (before is None) != (after is None) or (before and after and abs(after - before) > NEXT_TOUCH_MOVES):
        updates.append(NEXT_TOUCH.value_set(after) if after else NEXT_TOUCH.value_unset())
    if updates:
        workflow.upsert_search_attributes(updates)
    workflow.set_current_details(outlook.describe(state, now))
