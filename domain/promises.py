"""What a candidate is owed by a moment, and the guide that says how an opening's process goes.

Plain data that travels with the relationship; `obligations` makes promises and keeps them, `deadlines` knows when they ask for something.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from domain.clocks import Clock
from domain.stages import OPEN_KINDS, Pipeline, Stage, StageKind
from domain.touches import Purpose

ACKNOWLEDGE_WITHIN = timedelta(hours=24)
LONGEST_DAYS = 365
HOLDING, SLIPPED, SURVEY = "holding", "slipped", "survey"
WORDS = frozenset({HOLDING, SLIPPED, SURVEY})
"""The messages that promises propose; each names both the template and the step in the touch key."""


class PromiseKind(StrEnum):
    """What is owed."""

    ACKNOWLEDGMENT = "acknowledgment"
    ANSWER = "answer"
    """Word by the date that the candidate was told."""
    SILENCE = "silence"
    """Some word, whatever it says, before the stage's `silence_days` are over."""
    FEEDBACK = "feedback"
    """Why not, and what those who met the person want them to know."""
    SURVEY = "survey"
    QUESTION = "question"
    """An answer to what the person asked, about no application in particular."""


class PromiseState(StrEnum):
    """How a promise stands. Moved: a later date was told before it passed; waived: nobody is owed it any more."""

    DUE = "due"
    KEPT = "kept"
    BROKEN = "broken"
    WAIVED = "waived"
    MOVED = "moved"


@dataclass(slots=True)
class Promise:
    """Something due to a candidate before the moment `due`. `key` is also the database's; ids and names only.

    `worded`: the message that goes when nobody else has word has been proposed. `reminded` counts who was told that it falls due:
    the owner, then the deputy. `recorded`: the database knows of it. A broken one stays until the candidate has word.
    """

    key: str
    kind: PromiseKind
    opening_id: str
    stage: str
    made_at: datetime
    due: datetime
    owner: str = ""
    state: PromiseState = PromiseState.DUE
    worded: bool = False
    recorded: bool = False
    reminded: int = 0
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """How the process of an opening goes, as candidates are told. Days in `timetable` are calendar days from entering the stage; the other
    days are working days.

    `next_date` (ISO, or empty) is told in stages that the timetable leaves out. A date that can't be kept is moved by `slip_days`,
    told `lead_days` before it passes; `remind_days` before that the owner hears, and the deputy `escalate_hours` of work later.
    `feedback_days`: how soon an interviewed person has feedback; `survey_days`: how long after the decision was delivered they are asked
    (0: never).
    """

    criteria: list[str] = field(default_factory=list)
    timetable: dict[str, int] = field(default_factory=dict)
    next_date: str = ""
    lead_days: int = 1
    slip_days: int = 5
    remind_days: int = 2
    escalate_hours: float = 8
    feedback_days: int = 5
    survey_days: int = 0
    owner: str = ""
    deputy: str = ""


NO_GUIDE = Guide()


@dataclass(frozen=True, slots=True)
class RemindOf:
    """Input of the activity `remind`: a promise falls due (or fell), and `level` (owner, deputy) is to hear of it.

    `owner` and `deputy` are the guide's; where empty, the record names them. `facts` are what the workflow has learnt and not yet
    recorded: written first.
    """

    candidate_id: str
    promise: str
    kind: str
    opening_id: str
    stage: str
    due: datetime
    level: str = "owner"
    broken: bool = False
    owner: str = ""
    deputy: str = ""
    clock: Clock | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Word:
    """What the key of a message about an application says of it. `step` is `message`, or one of WORDS."""

    opening_id: str
    stage: str
    step: str
    occurrence: str

    def promised(self) -> date | None:
        """The day that a holding message or a slip names as the next date; None for others."""
        return date.fromisoformat(self.occurrence[:10]) if self.step in (HOLDING, SLIPPED) else None


def read_word(candidate_id: str, key: str) -> Word | None:
    """The word that a touch key stands for; None where it is about no stage of an application."""
    about = f"{candidate_id}/{Purpose.APPLICATION}/"
    parts = key.removeprefix(about).rsplit("/", 2)
    if not key.startswith(about) or len(parts) < 3:
        return None
    opening_id, colon, stage = parts[0].rpartition(":")
    step, occurrence = parts[1:]
    return Word(opening_id, stage, step, occurrence) if colon and (step == "message" or step in WORDS) else None


# Questions and their answers

LETTER = "letter"
"""The message that holds nothing but what somebody of ours wrote."""
_ANSWER = re.compile(rf"/{Purpose.SERVICE}/single/{LETTER}/answer-([0-9]+)-")


def answer_id(message: int, unique: str) -> str:
    """The id of the touch by which somebody answers a message of the record: its key says which one (`read_answer`)."""
    return f"answer-{message}-{unique}"


def read_answer(candidate_id: str, key: str) -> str:
    """The message that the letter of a touch key answers; empty where it is no answer."""
    found = _ANSWER.match(key.removeprefix(candidate_id)) if key.startswith(f"{candidate_id}/") else None
    return found[1] if found else ""


def question_key(candidate_id: str, message_id: str) -> str:
    """The key of the promise that a message is answered. One that is owed once more adds `.` and its moment."""
    return f"{candidate_id}/promise/question/{message_id}"


def is_about(promise: Promise, candidate_id: str, message_id: str) -> bool:
    """Whether a promise is that this message is answered."""
    key = question_key(candidate_id, message_id)
    return promise.kind is PromiseKind.QUESTION and (promise.key == key or promise.key.startswith(f"{key}."))


def closing_refusal(
    furthest: Stage | None, stage: Stage | None, *, has_reason: bool, has_feedback: bool, waived: bool
) -> str:
    """Why an application can't be moved to a stage: who was interviewed is owed a reason and feedback, or a recorded waiver (S7).

    Empty when it can. `furthest` is the most advanced open stage that the application reached.
    """
    if stage is None or stage.kind is not StageKind.REFUSED or furthest is None or furthest.kind is not StageKind.LATE:
        return ""
    lacking = [name for name, given in (("reason", has_reason), ("feedback", has_feedback)) if not given]
    if waived or not lacking:
        return ""
    return (
        f"they came to {furthest.name}, and {' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing; "
        'give --reason and --feedback, or say with --waiver "…" why there is none'
    )


# Guides


def read_guide(raw: Any) -> Guide:
    """The guide from its JSON or YAML. Raises ValueError that names every field that can't be read."""
    if not isinstance(raw, dict):
        raise ValueError("a guide is a mapping: criteria, timetable, next_date, owner, deputy …")  # noqa: TRY004
    faults = [f"unknown field {name!r}{_meant(str(name), _FIELDS)}" for name in raw if name not in _FIELDS]
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in _FIELDS or value is None:
            continue
        try:
            values[name] = _FIELDS[name](value)
        except (TypeError, ValueError) as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise ValueError("; ".join(faults))
    return Guide(**values)


def check_guide(guide: Guide, pipeline: Pipeline, today: date) -> list[str]:
    """What is wrong with a guide for a pipeline, each with its cure; empty when it can be used."""
    open_names = [stage.name for stage in pipeline.stages if stage.kind in OPEN_KINDS]
    faults = []
    for name, days in guide.timetable.items():
        if name not in open_names:
            faults.append(f"timetable: no open stage {name!r}; open stages: {', '.join(open_names)}")
        elif not guide.lead_days < days <= LONGEST_DAYS:
            faults.append(
                f"timetable: {name} has {days} days; give more than lead_days ({guide.lead_days}), so that a slip can be told "
                f"before the date passes, and at most {LONGEST_DAYS}"
            )
    if guide.next_date and date.fromisoformat(guide.next_date) <= today:
        faults.append(f"next_date: {guide.next_date} has passed; give a day ahead, or leave it out")
    for name, least in (
        ("lead_days", 1),
        ("slip_days", 2),
        ("remind_days", 0),
        ("feedback_days", 1),
        ("survey_days", 0),
    ):
        days = getattr(guide, name)
        if not least <= days <= LONGEST_DAYS:
            faults.append(f"{name}: {days}; give {least} to {LONGEST_DAYS}")
    if guide.slip_days <= guide.lead_days:
        faults.append(f"slip_days: {guide.slip_days}; give more than lead_days ({guide.lead_days})")
    if not 0 < guide.escalate_hours <= 24 * LONGEST_DAYS:
        faults.append(f"escalate_hours: {guide.escalate_hours:g}; give more than 0")
    if guide.deputy and guide.deputy == guide.owner:
        faults.append(f"deputy: {guide.deputy} is the owner too; name somebody else")
    return faults


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise TypeError("write a text")
    return str(value).strip()


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise TypeError("write a list of texts")
    return [entry.strip() for entry in value]


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number of days")
    return value


def _hours(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number of hours")
    return float(value)


def _timetable(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        raise TypeError("write a mapping of stage to days, such as `interview: 10`")
    return {str(name): _days(days) for name, days in value.items()}


def _day(value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise TypeError(f"{value!r} is no day; write 2026-12-18")
    try:
        return date.fromisoformat(str(value)).isoformat() if value else ""
    except ValueError:
        raise ValueError(f"{value!r} is no day; write 2026-12-18") from None


def _meant(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


_FIELDS = {
    "criteria": _texts,
    "timetable": _timetable,
    "next_date": _day,
    "lead_days": _days,
    "slip_days": _days,
    "remind_days": _days,
    "escalate_hours": _hours,
    "feedback_days": _days,
    "survey_days": _days,
    "owner": _text,
    "deputy": _text,
}
