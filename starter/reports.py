"""What a rehearsal found, as JSON, as lines for the terminal, and as an HTML page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from domain.totals import STAYS, Broken, Totals
from starter.rehearsals import Rehearsal
from templates.reports import Table, chart, rehearsal_html


def as_json(made: Rehearsal, broken: Sequence[Broken]) -> dict[str, Any]:
    """Everything that was counted."""
    totals = made.totals
    return {
        "start": made.start, "days": made.wish.days, "people": totals.people, "sent": totals.sent,
        "by_day": _days(totals.by_day), "by_channel": dict(totals.by_channel), "by_sender": _named(totals.by_sender),
        "by_sender_day": [
            {"sender": sender or "the house", "day": day, "sent": count} for (sender, day), count in sorted(totals.by_sender_day.items())
        ],
        "steps": [
            {"journey": journey, "step": step, "sent": one.sent, "skipped": one.skipped, "deferred": one.deferred,
             "replied": one.replied, "opted_out": one.opted_out}
            for (journey, step), one in totals.steps.items()
        ],
        "gates": [
            {"gate": gate, "skipped": one.skipped, "deferred": one.deferred, "first": one.first}
            for gate, one in sorted(totals.gates.items())
        ],
        "stays": [{"journey": journey, "status": status, "people": count} for (journey, status), count in sorted(totals.stays.items())],
        "refused": dict(totals.refusals.most_common()),
        "collisions": [
            {"journey": one, "waits_for": first, "people": count} for (one, first), count in sorted(totals.collisions.items())
        ],
        "tasks": sum(totals.tasks.values()), "forgotten": _days(totals.forgotten),
        "broken": [{"day": one.day, "count": one.count, "limit": one.limit, "sender": one.sender} for one in broken],
        "seconds": round(made.seconds, 2), "megabytes": round(made.megabytes),
        "lives": {
            candidate: [
                {"at": one.at, "kind": one.kind, "journey": one.journey, "step": one.step, "gate": one.gate, "because": one.because}
                for one in life
            ]
            for candidate, life in made.lives.items()
        },
    }  # fmt: skip


def lines(made: Rehearsal, broken: Sequence[Broken]) -> list[str]:
    """The same for people, in short."""
    totals = made.totals
    told = [_summary(made)]
    told += [f"  {journey}: " + ", ".join(f"{count} {status}" for status, count in _stays(totals, journey))
             for journey in sorted({journey for journey, _ in totals.stays})]  # fmt: skip
    told += [f"  refused: {count} because {because}" for because, count in totals.refusals.most_common(5)]
    for (journey, step), one in totals.steps.items():
        told.append(
            f"  {journey}/{step}: {one.sent} sent, {one.skipped} skipped, {one.deferred} times put off, {one.replied} replies"
        )
    told += [
        f"  gate {gate}: {one.skipped} skipped, {one.deferred} times put off, first on {one.first}"
        for gate, one in sorted(totals.gates.items())
    ]
    told += [f"  {count} people: {one} waits for {first}" for (one, first), count in sorted(totals.collisions.items())]
    if totals.forgotten:
        told.append(f"  {sum(totals.forgotten.values())} people forgotten, the first on {min(totals.forgotten)}")
    told += [f"LIMIT: {one}" for one in broken]
    for candidate, life in made.lives.items():
        told.append(f"{candidate}:")
        told += [
            f"  {one.at:%Y-%m-%d %H:%M} {one.kind} {one.journey}/{one.step} {one.gate} {one.because}".rstrip(" /")
            for one in life
        ]
    return told


def as_html(made: Rehearsal, broken: Sequence[Broken], title: str) -> str:
    """A page of its own with charts and tables."""
    totals, first = made.totals, made.start.date()
    days = [first + timedelta(days=ahead) for ahead in range(made.wish.days + 1)]
    busiest = totals.busiest()
    peak = f"the busiest day is {busiest[0]} with {busiest[1]} messages" if busiest else "nothing is sent"
    charts = [
        chart("Messages a day", [(day.isoformat(), totals.by_day[day]) for day in days], peak),
        chart("Messages a week", _weeks(totals.by_day, days), f"{totals.sent} messages in {made.wish.days} days"),
    ]
    tables = [
        Table("Journeys", ("Journey", *STAYS), [
            (journey, *(totals.stays[journey, status] for status in STAYS)) for journey in sorted({name for name, _ in totals.stays})
        ]),
        Table("Steps", ("Step", "sent", "skipped", "put off", "replies", "opt-outs"), [
            (f"{journey}/{step}", one.sent, one.skipped, one.deferred, one.replied, one.opted_out)
            for (journey, step), one in totals.steps.items()
        ]),
        Table("Gates", ("Gate", "dropped", "put off", "first day"), [
            (gate, one.skipped, one.deferred, one.first) for gate, one in sorted(totals.gates.items())
        ]),
        Table("Senders", ("Sender", "messages", "most on one day"), [
            (sender or "the house", count, max((n for (who, _), n in totals.by_sender_day.items() if who == sender), default=0))
            for sender, count in totals.by_sender.most_common()
        ]),
        Table("Not entering", ("Reason", "people"), totals.refusals.most_common()),
        Table("Collisions", ("Journey", "people"), [
            (f"{one} waits for {other}", count) for (one, other), count in sorted(totals.collisions.items())
        ]),
        Table("Messages a week", ("Week from", "messages"), [pair for pair in _weeks(totals.by_day, days) if pair[1]]),
    ]  # fmt: skip
    return rehearsal_html(title, _summary(made), [str(one) for one in broken], charts, tables)


def _summary(made: Rehearsal) -> str:
    totals, busiest = made.totals, made.totals.busiest()
    peak = f", at most {busiest[1]} on a day ({busiest[0]})" if busiest else ""
    cost = f"rehearsed in {made.seconds:.1f} s with {made.megabytes:.0f} MB"
    return f"{totals.people} people, {made.wish.days} days from {made.start:%Y-%m-%d}: {totals.sent} messages{peak}; {cost}"


def _stays(totals: Totals, journey: str) -> list[tuple[str, int]]:
    return [(status, totals.stays[journey, status]) for status in STAYS if totals.stays[journey, status]]


def _weeks(by_day: Counter[date], days: Sequence[date]) -> list[tuple[str, int]]:
    return [(days[at].isoformat(), sum(by_day[day] for day in days[at : at + 7])) for at in range(0, len(days), 7)]


def _days(counted: Counter[date]) -> dict[str, int]:
    return {day.isoformat(): count for day, count in sorted(counted.items())}


def _named(counted: Counter[str]) -> dict[str, int]:
    return {name or "the house": count for name, count in counted.most_common()}
