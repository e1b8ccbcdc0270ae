"""Claiming: a touch passes the gates and is written down as about to leave, or as why it does not. Many at once, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from activities.messages import Composed, Composer, Names, UnknownWords, Version, find_words
from activities.rules import House, Rules, read_rules, scope_in
from activities.settlements import finish
from domain.calendars import Closures
from domain.conditions import holds
from domain.facts import Fact
from domain.gates import Consent, Defer, Gate, GateFacts, Pass, Skip, decide
from domain.plans import read_plan
from domain.touches import Outcome, Priority, Purpose, SendTouch, Settlement, Touch
from domain.windows import Caps, Window
from storage import facts, journeys, ledger, standings, tasks, traits, upcoming
from storage.locks import lock_candidates
from storage.openings import open_titles
from storage.recruiters import writing_for
from storage.standings import Question, Standing
from templates.rendering import MissingTokens

CAP_LOOK_BACK = timedelta(days=33)
"""How far back earlier messages can bear on a monthly cap, whatever the zone."""
IN_FLIGHT_FOR = timedelta(seconds=15)
"""How long a hand-over may still be under way, by real time: the start-to-close timeout of a send."""
SENT_STATES = frozenset({"accepted", "delivered", "bounced", "complained"})


@dataclass(frozen=True, slots=True)
class Claimed:
    """The touch may be handed over, by the claim that `attempts` numbers."""

    attempts: int
    composed: Composed


@dataclass(frozen=True, slots=True)
class InDoubt:
    """It was handed over, and nobody recorded what came of it."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class InFlight:
    """Another attempt may be handing it over at this moment; look again after `rest`."""

    rest: timedelta


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Another attempt moved it while this one looked; look again."""


Claim = Claimed | InDoubt | InFlight | Overtaken | Settlement


@dataclass(frozen=True, slots=True)
class Request:
    """One touch that asks to leave, at a story moment."""

    order: SendTouch
    now: datetime


@dataclass(slots=True)
class Claims:
    """The rules of the house for what may leave, and the words it leaves in. Versions never change, so they are kept."""

    composer: Composer
    window: Window
    caps: Caps
    _versions: dict[tuple[str, int], Version | None] = field(default_factory=dict)

    def claim(self, connection: Connection, requests: Sequence[Request]) -> list[Claim]:
        """Decide each request; all are of different candidates. What workflows have learnt is written first."""
        lock_candidates(connection, [request.order.candidate_id for request in requests])
        for request in requests:
            write_down(connection, request.order)
        known = standings.read(connection, [_question(request) for request in requests])
        owners = {owner for one in known.values() for owner in (one.owner, one.opening_owner)}
        further = {opening for request in requests for opening in request.order.touch.also}
        names = Names(writing_for(connection, owners), open_titles(connection, further))
        rules = read_rules(connection, requests, House(self.window, self.caps), names)
        verdicts = [self._judge(connection, request, known[request.order.touch.key], rules) for request in requests]
        attempts = ledger.write(connection, [verdict.entry for verdict in verdicts if verdict.entry])
        return [verdict.claim(attempts) for verdict in verdicts]

    def _judge(self, connection: Connection, request: Request, standing: Standing, rules: Rules) -> _Verdict:
        order, now = request.order, request.now
        touch = order.touch
        if not standing.known:
            return _Verdict(Settlement(Outcome.FAILED, now, Gate.ERASED, because="nobody has this id"))
        settled = answer(standing, now)
        if settled:
            return _Verdict(settled)
        if standing.state == "handed_over":
            age = timedelta(seconds=float(standing.handed_over_seconds))
            return _Verdict(InFlight(IN_FLIGHT_FOR - age) if age < IN_FLIGHT_FOR else InDoubt(standing))
        version = self._version(connection, touch)
        gate_facts = self._gate_facts(connection, request, standing, version, rules)
        decision, composed = decide(gate_facts, touch, now), None
        if isinstance(decision, Pass):
            decision, composed = self._words(gate_facts, request, standing, version, rules)
        return self._entered(connection, request, standing, decision, composed, rules)

    def _words(
        self, gate_facts: GateFacts, request: Request, standing: Standing, version: Version | None, rules: Rules
    ) -> tuple[Pass | Skip | Defer, Composed | None]:
        """The message, or the gate that its words meet."""
        touch, candidate_id, now = request.order.touch, request.order.candidate_id, request.now
        try:
            source = find_words(touch, standing, version, self.composer.language)
            composed = self.composer.compose(touch, candidate_id, standing, source, rules.names)
        except UnknownWords as error:
            return decide(replace(gate_facts, obsolete=str(error)), touch, now), None
        except MissingTokens as missing:
            return decide(replace(gate_facts, missing_tokens=missing.tokens), touch, now), None
        return decide(gate_facts, touch, now), composed

    def _entered(
        self, connection: Connection, request: Request, standing: Standing, decision: Pass | Skip | Defer,
        composed: Composed | None, rules: Rules,
    ) -> _Verdict:  # fmt: skip
        order, now = request.order, request.now
        touch = order.touch
        entry = _entry(touch, order.candidate_id)
        match decision:
            case Pass(consent_id) if composed is not None:
                if standing.gate == Gate.TOKENS:
                    tasks.finish(connection, [_tokens_task(touch)], now)
                return _Verdict(composed, _claimed(entry, standing, composed, consent_id, now, rules.caps))
            case Defer(until, gate, because):
                if gate is Gate.TOKENS:
                    _ask_for_tokens(connection, order, standing, because, now)
                deferral = Settlement(Outcome.DEFERRED, now, gate, until, because)
                return _Verdict(deferral, replace(entry, gate=gate, because=because, not_before=until))
            case Skip(gate, because):
                settlement = Settlement(Outcome.SKIPPED, now, gate, because=because)
                finish(connection, order, settlement)
                return _Verdict(settlement, replace(entry, state="skipped", gate=gate, because=because, settled_at=now))
        raise AssertionError(f"{decision} without words")

    def _gate_facts(
        self, connection: Connection, request: Request, standing: Standing, version: Version | None, rules: Rules
    ) -> GateFacts:
        touch, candidate_id = request.order.touch, request.order.candidate_id
        consent = Consent(standing.consent_id, standing.granted) if standing.consent_id else None
        hours = rules.hours(candidate_id)
        holidays = rules.holidays(candidate_id)
        quiet = tuple((first, last) for first, last in version.plan.quiet) if version else ()
        return GateFacts(
            stopped=scope_in(standing.switches, "stop", touch, standing.owner),
            paused=scope_in(standing.switches, "pause", touch, standing.owner),
            erased=standing.erased,
            address=standing.contact,
            suppressed=standing.suppressed,
            consent=consent,
            snoozed_until=standing.snoozed_until,
            sent=standing.sent,
            zone=standing.zone,
            window=version.plan.window if version and version.plan.window else hours,
            caps=rules.caps,
            closures=Closures(frozenset(holidays), quiet),
            holidays=holidays,
            condition_failed=_failed_condition(connection, request, version),
            obsolete=_obsolete(touch, standing, version),
        )

    def _version(self, connection: Connection, touch: Touch) -> Version | None:
        """The journey version that a touch belongs to; None for none, and for one that is not on record."""
        if not touch.journey:
            return None
        key = (touch.journey, touch.version)
        if self._versions.get(key) is None:
            try:
                found = journeys.get(connection, *key)
            except journeys.UnknownJourney:
                return None
            self._versions[key] = Version(found.snapshot, read_plan(found.plan))
        return self._versions[key]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What was decided about a touch, and its row where one is to be written. Words stand for a claim that is not yet numbered."""

    found: Composed | Settlement | InDoubt | InFlight
    entry: ledger.Entry | None = None

    def claim(self, attempts: dict[str, int]) -> Claim:
        if self.entry and self.entry.touch_key not in attempts:
            return Overtaken()
        if isinstance(self.found, Composed):
            return Claimed(attempts[self.found.message.touch_key], self.found)
        return self.found


def _claimed(
    entry: ledger.Entry, standing: Standing, composed: Composed, consent_id: int, now: datetime, caps: Caps
) -> ledger.Entry:
    capped = entry.purpose != Purpose.APPLICATION
    further = {
        "per_month": caps.per_month,
        "spacing_hours": caps.spacing_hours,
        "limits": [asdict(one) for one in caps.limits],
    }
    return replace(
        entry,
        state="claimed",
        consent_id=consent_id,
        address=standing.contact,
        message_id=composed.message.message_id,
        subject=composed.subject,
        body=composed.body,
        zone=standing.zone,
        cap_per_day=caps.per_day if capped else None,
        cap_per_week=caps.per_week if capped else None,
        limits=further if capped and any(further.values()) else None,
        sender=composed.sender,
        claimed_at=now,
    )


def _failed_condition(connection: Connection, request: Request, version: Version | None) -> str:
    """The condition of the touch's step, where it does not hold for the person; empty where it does, or there is none."""
    if version is None:
        return ""
    order = request.order
    position = version.plan.position_of(order.touch.template)
    condition = version.plan.steps[position].condition if position >= 0 else ""
    if not condition:
        return ""
    person = traits.of(connection, [order.candidate_id], request.now.date(), journey=order.touch.journey)
    known = person.get(order.candidate_id)
    return "" if known and holds(condition, known) else condition


def write_down(connection: Connection, order: SendTouch) -> None:
    """Write what the workflow has learnt: facts, and the candidate's new plan where it moved."""
    if order.facts:
        facts.apply(connection, order.candidate_id, [Fact.read(fact) for fact in order.facts])
    if order.upcoming is not None:
        upcoming.replace(connection, order.candidate_id, order.upcoming)


def answer(standing: Standing, now: datetime) -> Settlement | None:
    """What a touch that is settled answers when it is asked for again; None where it is not settled."""
    at = standing.settled_at or now
    match standing.state:
        case state if state in SENT_STATES:
            return Settlement(Outcome.SENT, at)
        case "skipped":
            return Settlement(Outcome.SKIPPED, at, standing.gate, because=standing.because)
        case "unknown":
            return Settlement(Outcome.UNKNOWN, at, because=standing.because)
        case "failed":
            return Settlement(Outcome.FAILED, at, standing.gate or Gate.UNDELIVERABLE, because=standing.because)
    return None


def _question(request: Request) -> Question:
    touch, since = request.order.touch, request.now - CAP_LOOK_BACK
    return Question(
        touch.key, request.order.candidate_id, touch.purpose, touch.channel, touch.opening_id, touch.event_id, since
    )


def _entry(touch: Touch, candidate_id: str) -> ledger.Entry:
    return ledger.Entry(
        touch_key=touch.key,
        candidate_id=candidate_id,
        purpose=touch.purpose,
        channel=touch.channel,
        template=touch.template,
        opening_id=touch.opening_id,
        journey=touch.journey,
        version=touch.version,
        due=touch.due,
        variant=touch.variant,
        also=touch.also,
        state="intended",
    )


def _obsolete(touch: Touch, standing: Standing, version: Version | None) -> str:
    """Why a message no longer makes sense; empty while it does."""
    if touch.journey and version is None:
        return f"version {touch.version} of {touch.journey} is not on record"
    if touch.purpose is Purpose.ALERTS and standing.opening_status != "open":
        return f"{touch.opening_id} is {standing.opening_status or 'not on record'}"
    return ""


def _ask_for_tokens(connection: Connection, order: SendTouch, standing: Standing, because: str, now: datetime) -> None:
    owner = standing.opening_owner or standing.owner
    touch = order.touch
    task = tasks.NewTask(_tokens_task(touch), "missing_token", because, now, order.candidate_id, touch.key, owner)
    tasks.ask(connection, [task])


def _tokens_task(touch: Touch) -> str:
    return f"tokens/{touch.key}"


def is_acknowledgment(touch: Touch) -> bool:
    """Whether silence would be worse than a second copy."""
    return touch.priority is Priority.ACKNOWLEDGMENT
