"""People who are inside a journey, put on record at once, and the journey's versions as folders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text

from starter.preparations import publish
from templates.journeys import load_journey

JOURNEY = "spring"
SENDER = "Northwind"
HEAD = f'journey: {JOURNEY}\ntitle: Spring\nwindow: {{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "24:00"}}\nsteps:\n'

_PEOPLE = """
    insert into candidates (id, full_name, first_name, zone)
        select id, 'Person ' || id, 'Person', 'Europe/Berlin' from unnest(cast(:ids as text[])) as id;
    insert into contact_points (candidate_id, kind, value, canonical)
        select id, 'email', id || '@example.org', id || '@example.org' from unnest(cast(:ids as text[])) as id;
    insert into consent_log (candidate_id, purpose, channel, granted, basis, wording, source, at, event_id)
        select id, 'nurture', 'email', true, 'consent', 'yes', 'form', :entered, 'said-' || id from unnest(cast(:ids as text[])) as id;
    insert into enrollments (candidate_id, journey, version, occurrence, status, entered_at)
        select id, :journey, 1, :occurrence, 'active', :entered from unnest(cast(:ids as text[])) as id
"""
_GREETED = """
    insert into ledger (touch_key, candidate_id, purpose, channel, template, journey, version, state, due, consent_id, address,
        message_id, provider, provider_id, attempts, zone, claimed_at, handed_over_at, handed_over_recorded_at, accepted_at, settled_at)
    select k.candidate_id || '/nurture/' || :journey || '-1/' || :step || '/' || :occurrence, k.candidate_id, 'nurture', 'email', :step,
        :journey, 1, 'accepted', :at, k.id, k.candidate_id || '@example.org', '<' || :step || '-' || k.candidate_id || '@x>', 'mail',
        :step || '-' || k.candidate_id, 1, 'Europe/Berlin', :at, :at, clock_timestamp(), :at, :at
    from consent_log as k where k.candidate_id = any(cast(:ids as text[]))
"""


def version(folder: Path, number: int, *steps: str, head: str = HEAD, **messages: str) -> Path:
    """A folder with a journey of these lines of YAML; every message named in them is written, `messages` in their own words."""
    place = folder / f"v{number}" / JOURNEY
    place.mkdir(parents=True)
    (place / "journey.yaml").write_text(head + "".join(f"  - {step}\n" for step in steps), encoding="utf-8")
    for step in steps:
        verb, _, name = step.partition(": ")
        if verb == "send":
            (place / name).mkdir()
            words = messages.get(name.replace("-", "_"), "Hi {{ first_name }}, this is about {{ company }}.")
            (place / name / "en.md").write_text(f"---\nsubject: {name}\n---\n{words}\n", encoding="utf-8")
    return place


def publish_all(engine: Engine, places: Iterable[Path]) -> None:
    """Each as the next version."""
    for place in places:
        publish(engine, load_journey(place))


def put_inside(engine: Engine, ids: list[str], entered: datetime) -> str:
    """New people, who entered version 1; their stay's occurrence."""
    occurrence = entered.strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"ids": ids, "journey": JOURNEY, "entered": entered, "occurrence": occurrence}
    with engine.begin() as connection:
        for statement in _PEOPLE.split(";"):
            connection.execute(text(statement), {name: said[name] for name in said if f":{name}" in statement})
    return occurrence


def let_leave(engine: Engine, ids: list[str], step: str, at: datetime, occurrence: str) -> None:
    """A message of version 1 was sent to them."""
    said = {"ids": ids, "journey": JOURNEY, "step": step, "at": at, "occurrence": occurrence}
    with engine.begin() as connection:
        connection.execute(text(_GREETED), said)
