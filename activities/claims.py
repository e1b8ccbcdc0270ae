"""Claiming: a touch passes the gates and is written down as about to leave, or as why it does not. Many at once, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from activities.bookings import read_meetings, why_obsolete
from activities.letters import read_letters
from activities.messages import Composed, Composer, Names, UnknownWords, Version, find_words
from activities.rules import House, Request, Rules, gate_facts_of, limits_of, read_house, read_rules
from activities.settlements import finish
from domain.conditions import holds
from domain.facts import Fact
from domain.gates import Defer, Gate, GateFacts, Pass, Skip, decide
from domain.plans import read_plan
from domain.touches import TRANSACTIONAL, Outcome, Priority, SendTouch, Settlement, Touch
from domain.windows import Caps, Window, look_back
from storage import facts, journeys, ledger, standings, tasks, upcoming
from storage.locks import lock_candidates
from storage.openings import open_titles
from storage.recruiters import writing_for
from storage.standings import Question, Standing
from storage.traits import answers_of, traits_of
from templates.rendering import MissingTokens

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
        house = read_house(connection, requests, House(self.window, self.caps))
        known = standings.read(connection, [_question(request, look_back(house.caps)) for request in requests])
        rules = read_rules(connection, requests, house, _names(connection, requests, known.values()))
        rules = replace(rules, unmet=self._unmet_conditions(connection, requests))
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
        gate_facts = gate_facts_of(request, standing, version, rules)
        obsolete = why_obsolete(touch, rules.names.meetings.of(order.candidate_id, touch), now)
        if obsolete:
            gate_facts = replace(gate_facts, obsolete=obsolete)
        decision, composed = decide(gate_facts, touch, now), None
        if isinstance(decision, Pass):
            decision, composed = self._words(gate_facts, request, standing, version, rules)
        entry = _entry(touch, order.candidate_id, [one for one in touch.also if one in rules.names.openings])
        return self._entered(connection, request, standing, decision, composed, gate_facts, entry)

    def _words(
        self, gate_facts: GateFacts, request: Request, standing: Standing, version: Version | None, rules: Rules
    ) -> tuple[Pass | Skip | Defer, Composed | None]:
        """The message, or the gate that its words meet."""
        touch, candidate_id, now = request.order.touch, request.order.candidate_id, request.now
        try:
            source = find_words(touch, standing, version, self.composer.language)
            composed = self.composer.compose(touch, candidate_id, standing, source, rules.names)
        except UnknownWords as error:
            return decide(replace(gate_facts, unwritten=str(error)), touch, now), None
        except MissingTokens as missing:
            return decide(replace(gate_facts, missing_tokens=missing.tokens), touch, now), None
        return decide(gate_facts, touch, now), composed

    def _entered(
        self, connection: Connection, request: Request, standing: Standing, decision: Pass | Skip | Defer,
        composed: Composed | None, gate_facts: GateFacts, entry: ledger.Entry,
    ) -> _Verdict:  # fmt: skip
        order, now = request.order, request.now
        touch = order.touch
        match decision:
            case Pass(consent_id) if composed is not None:
                if standing.gate == Gate.TOKENS:
                    tasks.finish(connection, [_tokens_task(touch)], now)
                return _Verdict(composed, _claimed(entry, gate_facts, touch, composed, consent_id, now))
            case Defer(until, gate, because):
                if gate is Gate.TOKENS:
                    _ask(connection, _tokens_task(touch), "missing_token", order, standing, because, now)
                deferral = Settlement(Outcome.DEFERRED, now, gate, until, because)
                return _Verdict(deferral, replace(entry, gate=gate, because=because, not_before=until))
            case Skip(gate, because):
                if gate is Gate.WORDS:
                    _ask(connection, f"words/{touch.key}", "missing_words", order, standing, because, now)
                settlement = Settlement(Outcome.SKIPPED, now, gate, because=because)
                finish(connection, order, settlement)
                return _Verdict(settlement, replace(entry, state="skipped", gate=gate, because=because, settled_at=now))
        raise AssertionError(f"{decision} without words")

    def _unmet_conditions(self, connection: Connection, requests: Sequence[Request]) -> dict[str, str]:
        """By touch key, the conditions of steps that do not hold for the person. Asks nothing where no step has one."""
        asked: dict[str, tuple[Request, str]] = {}
        for request in requests:
            touch = request.order.touch
            version = self._version(connection, touch)
            condition = version.condition_of(touch.template) if version else ""
            if condition:
                asked[touch.key] = (request, condition)
        if not asked:
            return {}
        now = max(request.now for request, _ in asked.values())
        people = traits_of(connection, [request.order.candidate_id for request, _ in asked.values()], now)
        answers = answers_of(connection, [stay_of(request.order) for request, _ in asked.values()])
        unmet = {}
        for key, (request, condition) in asked.items():
            known = people.get(request.order.candidate_id)
            if known and not holds(condition, replace(known, answers=answers.get(stay_of(request.order), {}))):
                unmet[key] = condition
        return unmet

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
    entry: ledger.Entry, gate_facts: GateFacts, touch: Touch, composed: Composed, consent_id: int, now: datetime
) -> ledger.Entry:
    """The row of a claim, with the rules that it keeps, so that they can be proved later whatever they are by then."""
    caps = gate_facts.caps if touch.purpose not in TRANSACTIONAL else None
    return replace(
        entry,
        state="claimed",
        consent_id=consent_id,
        address=gate_facts.address,
        message_id=composed.message.message_id,
        subject=composed.subject,
        body=composed.body,
        zone=gate_facts.zone,
        cap_per_day=caps.per_day if caps else None,
        cap_per_week=caps.per_week if caps else None,
        limits=limits_of(gate_facts, touch, caps, now) or None,
        sender=composed.sender,
        claimed_at=now,
    )


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


def _names(connection: Connection, requests: Sequence[Request], known: Collection[Standing]) -> Names:
    """Who writes for whom, what the openings are called that alerts tell of besides their own, and the interviews and letters meant."""
    letters = read_letters(connection, (request.order for request in requests))
    owners = {owner for one in known for owner in (one.owner, one.opening_owner)}
    owners |= {letter.by for letter in letters.values()}
    further = {opening for request in requests for opening in request.order.touch.also}
    now = max(request.now for request in requests)
    meetings = read_meetings(connection, (request.order for request in requests), now)
    return Names(writing_for(connection, owners), open_titles(connection, further), meetings, letters)


def _question(request: Request, look_back: timedelta) -> Question:
    touch, since = request.order.touch, request.now - look_back
    return Question(
        touch.key, request.order.candidate_id, touch.purpose, touch.channel, touch.opening_id, touch.event_id, since
    )


def _entry(touch: Touch, candidate_id: str, also: list[str]) -> ledger.Entry:
    """The row of a touch; `also` are the open openings that it tells of besides its own."""
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
        also=also,
        state="intended",
    )


def _ask(
    connection: Connection, task_key: str, kind: str, order: SendTouch, standing: Standing, because: str, now: datetime
) -> None:
    owner = standing.opening_owner or standing.owner
    work = tasks.NewTask(task_key, kind, because, now, order.candidate_id, order.touch.key, owner)
    tasks.ask(connection, [work])


def _tokens_task(touch: Touch) -> str:
    return f"tokens/{touch.key}"


def stay_of(order: SendTouch) -> tuple[str, str]:
    """The candidate and the journey that a touch belongs to."""
    return order.candidate_id, order.touch.journey


def is_acknowledgment(touch: Touch) -> bool:
    """Whether silence would be worse than a second copy."""
    return touch.priority is Priority.ACKNOWLEDGMENT
