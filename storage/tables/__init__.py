"""The tables. Facts and projections; what happens next lives in Temporal.

Moments are `timestamptz`, kept in UTC. Ids are text: stable, chosen by people where they want (`be-1`), else made by a
sequence. Moments of a candidate's story (`at`, `due`, `claimed_at` …) are in the deployment's clock, which is real time
unless `KEEPWARM_CLOCK_SPEED` says otherwise. Those that end in `recorded_at` are the database's own: they order what was
known before what was done, whatever a worker's clock or a story says.
"""

from storage.tables.candidates import (
    candidate_facts,
    candidate_numbers,
    candidates,
    consent_log,
    contact_points,
    pool_members,
    skills,
    tags,
)
from storage.tables.columns import metadata
from storage.tables.house import closures, controls, offices, recruiters
from storage.tables.journeys import enrollments, journey_moves, journey_versions
from storage.tables.messages import ledger, message_events, tasks, upcoming
from storage.tables.openings import applications, decision_notes, opening_matches, openings, promises, stage_log

__all__ = [
    "applications",
    "candidate_facts",
    "candidate_numbers",
    "candidates",
    "closures",
    "consent_log",
    "contact_points",
    "controls",
    "decision_notes",
    "enrollments",
    "journey_moves",
    "journey_versions",
    "ledger",
    "message_events",
    "metadata",
    "offices",
    "opening_matches",
    "openings",
    "pool_members",
    "promises",
    "recruiters",
    "skills",
    "stage_log",
    "tags",
    "tasks",
    "upcoming",
]
