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
from storage.tables.conversations import attachments, letters, mailboxes, messages, received
from storage.tables.house import closures, controls, offices, recruiters
from storage.tables.journeys import enrollments, journey_moves, journey_versions
from storage.tables.ledger import ledger, message_events, tasks, upcoming
from storage.tables.openings import applications, decision_notes, opening_matches, openings, promises, stage_log
from storage.tables.pages import bookings, corrections, erasures, signups, slots, survey_answers

__all__ = [
    "applications",
    "attachments",
    "bookings",
    "candidate_facts",
    "candidate_numbers",
    "candidates",
    "closures",
    "consent_log",
    "contact_points",
    "controls",
    "corrections",
    "decision_notes",
    "enrollments",
    "erasures",
    "journey_moves",
    "journey_versions",
    "ledger",
    "letters",
    "mailboxes",
    "message_events",
    "messages",
    "metadata",
    "offices",
    "opening_matches",
    "openings",
    "pool_members",
    "promises",
    "received",
    "recruiters",
    "signups",
    "skills",
    "slots",
    "stage_log",
    "survey_answers",
    "tags",
    "tasks",
    "upcoming",
]
