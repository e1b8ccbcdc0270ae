"""The state of one candidate's whole relationship: everything that decides what they are sent next.

It is plain data (JSON through dataclasses), the only argument of the workflow and all that continue-as-new carries. It holds ids,
step names and moments; names, addresses and words stay in the database. The functions in `transitions` change it, those in
`arbiter` read it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from domain.clocks import Clock
from domain.events import event_id_of, is_identified
from domain.plans import Plan, PlanStep
from domain.promises import Guide, Promise
from domain.stages import DEFAULT_PIPELINE, OPEN_KINDS, Pipeline, Stage, StageKind
from domain.touches import Channel, Priority, Purpose, Touch
from domain.windows import Caps, Sent, Window, at_pace

RULES = 4
"""The version of the core's behaviour that a new run uses; `Relationship.rules` pins the one a run began with, until it rolls over.

2: the end of a journey by its last message, which the send activity records, asks for no further record.
3: a hard bounce sets journeys aside until the address is corrected, instead of ending them.
4: a correction lets a journey wait again whose wait the message had answered, and that message, of whatever classes, does not end it.
   What was sent is remembered for as long as the longest cap looks back. A paused journey lets those behind it act. A message that
   came back leaves once more when its journey goes on, and a word about a stage also while an acknowledgment waits.
"""
FIRST_RULES = 1
"""What holds for a run that was started without naming any: it may have begun with these, and is replayed for ever."""
SEEN_EVENTS = 400
SETTLED_TOUCHES = 200
DECISIONS = 60
HEARD_MESSAGES = 20
REFUSED_SIGNALS = 10


@dataclass(slots=True)
class Held:
    """Why a touch that fell due has not gone: the gate that deferred it, and until when."""

    until: datetime
    gate: str
    because: str = ""


@dataclass(slots=True)
class StageMessage:
    """A message that is due and not yet settled: about the `stage` of an application, or a single one that a person asked for."""

    touch: Touch
    held: Held | None = None
    stage: str = ""


@dataclass(slots=True)
class Application:
    """A candidate at an opening, in `stage` since `at` by the event `event_id`.

    `told` is the stage that the candidate was last told of; `furthest` the most advanced open one. `guide` is the opening's process
    guide; `waived`: the record says why an interviewed person gets no feedback. `unread`: the word about this stage came back, or found no
    address to go to.
    """

    opening_id: str
    stage: str
    at: datetime
    told: str = ""
    furthest: str = ""
    pipeline: Pipeline | None = None
    event_id: str = ""
    guide: Guide | None = None
    waived: bool = False
    unread: bool = False

    def stages(self) -> Pipeline:
        """The pipeline that holds for this application."""
        return self.pipeline or DEFAULT_PIPELINE

    def kind(self) -> StageKind:
        """What the present stage means."""
        stage = self.stages().find(self.stage)
        return stage.kind if stage else StageKind.OPEN

    def is_open(self) -> bool:
        """Whether the candidate is still in the running."""
        return self.kind() in OPEN_KINDS

    def is_news(self, stage: Stage) -> bool:
        """Whether the candidate is to be told of a stage: not what they were last told, and no step back among open stages."""
        if stage.name == self.told:
            return False
        stages = self.stages()
        told = stages.find(self.told)
        if told is None or told.kind not in OPEN_KINDS or stage.kind not in OPEN_KINDS:
            return True
        return stages.rank(stage.name) > stages.rank(told.name)


@dataclass(slots=True)
class Enrollment:
    """A candidate in a journey version: the pinned plan, where they are in it, and when that step acts (`due`: its wait is over).

    `since` is the moment from which the step's wait counts; `dated` that a wait which counts from a fact knows it. `asked`: what a
    task or a wait for an answer asks for has been asked. `answers` are how earlier steps came out, `done` the messages that are settled.
    `repeats`: the messages that came back and go once more, by step; 2 is the first time.
    """

    plan: Plan
    occurrence: str
    entered_at: datetime
    position: int
    due: datetime
    held: Held | None = None
    since: datetime | None = None
    dated: bool = False
    asked: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    repeats: dict[str, int] = field(default_factory=dict)

    def step(self) -> PlanStep | None:
        """The present step; None when the journey is over."""
        return self.plan.steps[self.position] if 0 <= self.position < len(self.plan.steps) else None


@dataclass(slots=True)
class Alert:
    """An opening that this person may want to hear of."""

    opening_id: str
    round: int
    touch: Touch
    held: Held | None = None


@dataclass(slots=True)
class Keeping:
    """What time asks of us for one person, whatever journey they are in (domain.keeping); empty where nothing applies.

    `consents` are pairs (`nurture/email`) that run out, and when; `asked_until`: renewal was asked for those that run out by then.
    `sourced_at`: others gave us their data then, and they have not been told. `retention_days` (0: for good) count from `active_at`, their
    last sign of life; `warned_at`: they were told that their data will be forgotten; `grounded`: the basis of that is on record, for this
    touch. `held` is what deferred each message, by touch key.
    """

    consents: dict[str, datetime] = field(default_factory=dict)
    asked_until: datetime | None = None
    sourced_at: datetime | None = None
    retention_days: int = 0
    active_at: datetime | None = None
    warned_at: datetime | None = None
    grounded: str = ""
    held: dict[str, Held] = field(default_factory=dict)


@dataclass(slots=True)
class SetAside:
    """A stay in a journey that rests in place from `since` on, and ends for good at `until` unless it is given back.

    `waits_for` is the channel (`email`, `sms`) of which an address that works is missing, or `message:<id>`: a reply ended it, which may be
    found to be none. `unsent` is the key of the touch that was recorded as not sent. `answered`: the reply did not end the stay but
    answered that step, and this is how it stood there; `ended`: it has come to its own end since, and could still go back.
    """

    enrollment: Enrollment
    waits_for: str
    since: datetime
    until: datetime
    unsent: str = ""
    answered: str = ""
    ended: bool = False

    @property
    def lacks_contact(self) -> bool:
        """Whether it waits for an address or number, and not for a correction."""
        return not self.waits_for.startswith("message:")


@dataclass(slots=True)
class Heard:
    """What a message of the person was taken for, as long as that may be corrected. One that also asks something is taken for both."""

    message_id: str
    kind: str
    at: datetime
    channel: str = "email"
    until: datetime | None = None


@dataclass(slots=True)
class Booking:
    """An interview that the person has booked, by the latest word of it. A cancelled one is kept, so that late word changes nothing."""

    opening_id: str
    starts_at: datetime
    sequence: int
    at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """When somebody of ours answers: the hours of the office where the person's owner works, on its own clock."""

    zone: str = "UTC"
    window: Window = field(default_factory=Window)


@dataclass(slots=True)
class Signal:
    """A signal as it came, not yet read."""

    name: str
    payload: Any


@dataclass(slots=True)
class Relationship:
    """One candidate. Moments are story time (`clock`); lists that could grow for ever are bounded rings.

    `closed` are the days (ISO dates) on which we do not write to this person, as far as they are known; the gates know them all.
    `pauses` are the scopes that rest, each since when. `left` is when journeys that restrict a second entry were left. `seen` are the ids
    of events that have happened; `refused_ids` those of signals that were refused and may come again, corrected; `refusals` counts them.
    `heard` and `set_aside` may be taken back. `caps` are the house's, `pace` is the person's own (domain.windows.PACES; empty: as
    everybody). A question is answered within `question_hours` of the `desk` (None: of the person's window).
    """

    candidate_id: str
    rules: int = RULES
    clock: Clock = field(default_factory=Clock)
    zone: str = "UTC"
    channel: Channel = Channel.EMAIL
    owner: str = ""
    window: Window = field(default_factory=Window)
    caps: Caps = field(default_factory=Caps)
    pace: str = ""
    closed: list[str] = field(default_factory=list)
    refusal_delay_minutes: int | None = None
    desk: Desk | None = None
    question_hours: float = 8

    applications: dict[str, Application] = field(default_factory=dict)
    messages: list[StageMessage] = field(default_factory=list)
    enrollments: dict[str, Enrollment] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    scheduled: list[StageMessage] = field(default_factory=list)
    promises: dict[str, Promise] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    erased: bool = False
    keeping: Keeping = field(default_factory=Keeping)

    paused_at: datetime | None = None
    pauses: dict[str, datetime] = field(default_factory=dict)
    snoozed_until: datetime | None = None
    away_until: datetime | None = None
    cool_off_until: datetime | None = None
    opted_out: list[str] = field(default_factory=list)
    told_openings: dict[str, datetime] = field(default_factory=dict)
    left: dict[str, datetime] = field(default_factory=dict)
    recent: list[Sent] = field(default_factory=list)

    inbox: list[Signal] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    unrecorded: list[dict[str, Any]] = field(default_factory=list)
    outlook_stale: bool = False
    decisions: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    refused_ids: list[str] = field(default_factory=list)
    refusals: int = 0

    def compact(self) -> dict[str, Any]:
        """Only the fields that differ from a new relationship's, as a workflow's first input: the rest is in the defaults.

        `rules` always stands in it: its default changes with the code, the pinned value must not.
        """
        new = Relationship(self.candidate_id)
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        changed = {name: value for name, value in kept.items() if value != getattr(new, name)}
        return {"candidate_id": self.candidate_id, "rules": self.rules, **changed}

    def receive(self, name: str, payload: Any) -> bool:
        """Put a signal into the inbox; False, and nothing happens, when its event is known."""
        if self.knows(name, payload):
            return False
        self.inbox.append(Signal(name, payload))
        return True

    def knows(self, name: str, payload: Any) -> bool:
        """Whether a signal's event has happened. One that names neither its id nor its moment is always new: the same words may mean
        a new event."""
        return is_identified(payload) and event_id_of(name, payload) in self.seen

    def remember(self, name: str, payload: Any) -> None:
        """Note that a signal's event has happened."""
        self.seen.append(event_id_of(name, payload))
        del self.seen[:-SEEN_EVENTS]

    def close(self, key: str) -> None:
        """Remember that a touch is done with, whatever became of it: its key is never used again."""
        self.settled.append(key)
        del self.settled[:-SETTLED_TOUCHES]

    def holders(self) -> Iterator[StageMessage | Enrollment | Alert]:
        """Everything that proposes a touch and may be holding it."""
        yield from (*self.messages, *self.scheduled)
        yield from self.enrollments.values()
        yield from self.alerts.values()

    def note(self, now: datetime, text: str) -> None:
        """Remember a decision for the query `why`; the database keeps them all."""
        self.decisions.append(f"{now:%Y-%m-%d %H:%M} {text}")
        del self.decisions[:-DECISIONS]

    def refuse(self, text: str) -> None:
        """Remember a signal that was refused, for operators to see."""
        self.refusals += 1
        self.refused.append(text)
        del self.refused[:-REFUSED_SIGNALS]

    def own_caps(self) -> Caps:
        """The caps that hold for this person."""
        return at_pace(self.caps, self.pace)

    def is_hired(self) -> bool:
        """Whether any application ended in a hire."""
        return any(application.kind() is StageKind.HIRED for application in self.applications.values())

    def has_opted_out(self, purpose: str, channel: str) -> bool:
        """Whether consent for this purpose and channel was withdrawn."""
        wanted = {f"{purpose}/{channel}", f"{purpose}/*", f"*/{channel}", "*/*"}
        return not wanted.isdisjoint(self.opted_out)

    def resolve(self, channel: Channel) -> Channel:
        """The channel a message takes: the one named, or the person's own."""
        return self.channel if channel is Channel.PREFERRED else channel

    def priority_of(self, purpose: Purpose) -> Priority:
        """Where a message of this purpose stands in the queue."""
        match purpose:
            case Purpose.APPLICATION | Purpose.SERVICE:
                return Priority.STAGE
            case Purpose.NURTURE:
                return Priority.NURTURE
            case Purpose.ALERTS:
                return Priority.ALERT
