"""Going on after a pause, without loss and without a burst. Three policies:

- `shift`: every wait lasts longer by what of the pause it spent waiting.
- `drop-overdue`: nurture messages that fell due in the pause are recorded as not sent; all else keeps its own calendar.
- `spread:<n>d`: what fell due in the pause leaves over the next `n` days on which we write, evenly; all else keeps its own calendar.

Whatever the policy, nothing that the pause held leaves all at once: what is overdue and goes is spread by its key, over the first
part of a window (domain.windows.SPREAD) or the days of `spread`. Only a single person's messages about their applications go at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from domain.arbiter import Proposal, earliest, journey_touch
from domain.calendars import Closures, next_local
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import not_sent
from domain.keeping import keeping_touches
from domain.pauses import EVERYTHING, PERSON, holds_enrollment, holds_touch, resting
from domain.plans import StepKind, draw
from domain.programs import acting, answer, asks_at, closures_of, comes_first, elapses_at, enter, lacks_date
from domain.relationships import Alert, Enrollment, Held, Relationship, StageMessage
from domain.touches import TRANSACTIONAL, Purpose, Touch, stamp
from domain.windows import SPREAD, Window, jitter, next_allowed, zone_of

MOST_DAYS = 90
"""The longest stretch over which what is overdue may be spread."""
NOTHING = timedelta()
RESUMED_AT = "@"
"""Between a step and a moment, in the record of when a resume lets the step fall due: no step's id has it."""


class Way(StrEnum):
    """What becomes of waits that a pause froze."""

    SHIFT = "shift"
    DROP = "drop-overdue"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Policy:
    """A way to go on; `days` are those of `spread`."""

    way: Way
    days: int = 0

    def __str__(self) -> str:
        return f"{self.way}:{self.days}d" if self.way is Way.SPREAD else str(self.way)


def read_policy(text: str) -> Policy:
    """The policy that `shift`, `drop-overdue` or `spread:3d` means. Raises ValueError that names the cure."""
    spread = re.fullmatch(r"spread:(\d{1,3})d", text)
    if spread and 1 <= int(spread[1]) <= MOST_DAYS:
        return Policy(Way.SPREAD, int(spread[1]))
    if text in (Way.SHIFT, Way.DROP):
        return Policy(Way(text))
    raise ValueError(f"{text!r} is no way to resume; use shift, drop-overdue, or spread:<days>d with 1 to {MOST_DAYS}")


def resume(relationship: Relationship, scope: str, policy: str, now: datetime) -> list[Fact]:
    """End the pause of a scope by a policy; the facts. Refused (and kept for operators to see) for a policy that can't be read.

    A scope that this relationship does not know as paused may have been met at the gates alone: what they held goes on, spread.
    """
    try:
        chosen = read_policy(policy or Way.SHIFT)
    except ValueError as error:
        relationship.refuse(f"resumed: {error}")
        return []
    scope = scope or PERSON
    since = relationship.paused_at if scope == PERSON else relationship.pauses.get(scope)
    resumption = _Resumption(relationship, scope, chosen, since, now)
    facts = resumption.run()
    if since is None:
        return facts
    relationship.note(now, f"{'' if scope == PERSON else scope + ' '}resumed by {chosen}, after {now - since}")
    return [*facts, Fact(FactKind.PAUSE, now)] if scope == PERSON else facts


def acts_at(enrollment: Enrollment) -> datetime | None:
    """When the present step of a journey acts, windows and caps aside; None for never."""
    if _sends(enrollment):
        return max(enrollment.due, enrollment.held.until) if enrollment.held else enrollment.due
    return asks_at(enrollment) or elapses_at(enrollment)


def overdue(relationship: Relationship, scope: str, now: datetime) -> list[Touch]:
    """The messages that would have left by now, had the scope not been paused: one of each journey, and those that no journey sends."""
    since = relationship.paused_at if scope in ("", PERSON) else relationship.pauses.get(scope)
    resumption = _Resumption(relationship, scope or PERSON, Policy(Way.SHIFT), since, now)
    return [touch for touch, moment in resumption.missed() if moment <= now]


def let_others_act(relationship: Relationship, behind: Collection[str], now: datetime) -> list[Fact]:
    """See to it that journeys which were `behind` one that has just been paused, and act now, do not burst out all at once."""
    facts = []
    for journey in behind:
        enrollment = relationship.enrollments[journey]
        moment = acts_at(enrollment)
        if comes_first(relationship, enrollment) is None and moment and moment <= now and (step := enrollment.step()):
            key = journey_touch(relationship, enrollment, step).key
            _move(enrollment, now + jitter(key, SPREAD) - moment)
            facts += mark(enrollment, now)
    return facts


@dataclass(slots=True)
class _Resumption:
    """One relationship that goes on at `now`, after a scope has rested since `since`; None where only the gates knew of it."""

    relationship: Relationship
    scope: str
    policy: Policy
    since: datetime | None
    now: datetime

    def run(self) -> list[Fact]:
        state = self.relationship
        held = [one for one in state.enrollments.values() if holds_enrollment(self.scope, state, one)]
        before = {journey: (one.position, one.due) for journey, one in state.enrollments.items()}
        if self.scope == PERSON:
            state.paused_at = None
        else:
            state.pauses.pop(self.scope, None)
        facts: list[Fact] = []
        for enrollment in held:
            if self.since is None and not _met_gate(enrollment):
                continue
            _forget_gate(enrollment)
            if self.policy.way is Way.SHIFT:
                self._shift(enrollment)
            if self._is_free(enrollment):
                facts += self._let_go(enrollment)
        if facts:
            self._let_go_behind()
        for pending in (state.messages, state.scheduled):
            for message in list(pending):
                facts += self._release(message, pending)
        for alert in state.alerts.values():
            self._release(alert, [])
        self._release_kept()
        state.outlook_stale = True
        moved = [one for one in state.enrollments.values() if before[one.plan.journey] != (one.position, one.due)]
        return facts + [fact for one in moved for fact in mark(one, self.now)]

    def missed(self) -> Iterator[tuple[Touch, datetime]]:
        """The messages that the scope holds, each with the moment when it would have left."""
        for enrollment in acting(self.relationship):
            if holds_enrollment(self.scope, self.relationship, enrollment) and _sends(enrollment):
                yield self._proposal(enrollment).touch, self._would_leave(enrollment)
        messages = [*self.relationship.messages, *self.relationship.scheduled]
        others: list[StageMessage | Alert] = [*messages, *self.relationship.alerts.values()]
        for other in others:
            if holds_touch(self.scope, self.relationship, other.touch):
                yield other.touch, self._would_leave(other)

    def _is_free(self, enrollment: Enrollment) -> bool:
        return not any(
            holds_enrollment(scope, self.relationship, enrollment) for scope, _ in resting(self.relationship)
        )

    # Journeys

    def _shift(self, enrollment: Enrollment) -> None:
        """Let the present wait last longer by what it lost to this pause. What a pause that is still on takes too, its end gives back."""
        step = enrollment.step()
        if step is None or (step.waits().fact and enrollment.dated):
            return
        others = [
            since for scope, since in resting(self.relationship) if holds_enrollment(scope, self.relationship, enrollment)
        ]  # fmt: skip
        lost = max(min([self.now, *others]) - self._start(enrollment), NOTHING)
        _move(enrollment, lost)
        wait = step.waits()
        if lost and not enrollment.asked and (wait.weekdays or wait.at >= 0):
            enrollment.due = next_local(enrollment.due, wait.weekdays, wait.at, self.relationship.zone)

    def _let_go(self, enrollment: Enrollment) -> list[Fact]:
        """See to it that a journey which nothing holds any more does nothing at this very moment because it is overdue."""
        facts: list[Fact] = []
        if self.policy.way is Way.DROP and comes_first(self.relationship, enrollment) is None:
            facts = self._drop_overdue(enrollment)
        step, moment = enrollment.step(), acts_at(enrollment)
        if step is None or moment is None or moment > self.now or step.kind is StepKind.EXIT:
            return facts
        is_late = not _sends(enrollment) or self._would_leave(enrollment) <= self.now
        late = self._late(self._proposal(enrollment), is_late)
        if enrollment.held and enrollment.held.until <= self.now:
            enrollment.held = None
        if enrollment.asked:
            enrollment.due = min(enrollment.due + (late - moment), self.now)
        else:
            _move(enrollment, late - moment)
        return facts

    def _let_go_behind(self) -> None:
        """A journey that was passed over to its end lets the one behind it act: that one is not to burst out either."""
        for enrollment in self.relationship.enrollments.values():
            moment = acts_at(enrollment)
            if (
                moment
                and moment <= self.now
                and comes_first(self.relationship, enrollment)
                and self._is_free(enrollment)
            ):
                _move(enrollment, self._late(self._proposal(enrollment), False) - moment)

    def _drop_overdue(self, enrollment: Enrollment) -> list[Fact]:
        """Pass over the nurture messages that would have left in the pause, by the journey's own calendar, up to what must be asked."""
        facts: list[Fact] = []
        while (step := enrollment.step()) is not None:
            moment = acts_at(enrollment)
            if moment is None or moment > self.now or asks_at(enrollment) is not None:
                break
            if step.kind is StepKind.SEND:
                left = self._would_leave(enrollment)
                if left > self.now or enrollment.plan.purpose is not Purpose.NURTURE:
                    break
                touch = journey_touch(self.relationship, enrollment, step)
                facts.append(not_sent(self.relationship, touch, Gate.DROPPED, self._because(), self.now))
                enrollment.done.append(step.id)
                enter(self.relationship, enrollment, enrollment.position + 1, left)
            elif step.kind is StepKind.WAIT:
                enter(self.relationship, enrollment, enrollment.position + 1, moment)
            elif enrollment.asked:
                outcome = "overdue" if step.kind is StepKind.TASK else "timeout"
                facts += answer(self.relationship, enrollment, step, outcome, moment)
            elif step.kind is StepKind.WAIT_FOR:
                enrollment.asked = True
            else:
                break
        return facts

    # Messages that no journey sends

    def _release(self, holder: StageMessage | Alert, pending: list[StageMessage]) -> list[Fact]:
        """Let a message go on that the scope held and nothing else holds: later where it is overdue, or not at all by `drop-overdue`."""
        touch, state = holder.touch, self.relationship
        if not holds_touch(self.scope, state, touch) or any(holds_touch(s, state, touch) for s, _ in resting(state)):
            return []
        if self.since is None and not _met_gate(holder):
            return []
        _forget_gate(holder)
        moment = max(touch.due, holder.held.until) if holder.held else touch.due
        if moment > self.now:
            return []
        is_late = self._would_leave(holder) <= self.now
        if (
            self.policy.way is Way.DROP
            and is_late
            and touch.purpose is Purpose.NURTURE
            and isinstance(holder, StageMessage)
        ):
            pending.remove(holder)
            return [not_sent(state, touch, Gate.DROPPED, self._because(), self.now)]
        late = self._late(self._proposal(holder), is_late)
        holder.held = Held(late, Gate.PAUSED, "spread after the pause") if late > self.now else None
        return []

    def _release_kept(self) -> None:
        """Let what time asks for go on: what fell due in a pause of many people leaves spread."""
        state = self.relationship
        for touch, held in list(keeping_touches(state)):
            if not holds_touch(self.scope, state, touch) or any(
                holds_touch(s, state, touch) for s, _ in resting(state)
            ):
                continue
            later = held if held and held.gate != Gate.PAUSED and held.until > self.now else None
            if later or touch.due > self.now:
                continue
            moment = self._late(Proposal(touch, None, state.window, closures_of(state)), True)
            state.keeping.held[touch.key] = Held(moment, Gate.PAUSED, "spread after the pause")

    # When

    def _start(self, holder: Enrollment | StageMessage | Alert) -> datetime:
        """The moment from which the pause took time from this."""
        since = self.since or self.now
        return max(since, holder.since or holder.entered_at) if isinstance(holder, Enrollment) else since

    def _would_leave(self, holder: Enrollment | StageMessage | Alert) -> datetime:
        """When a message would have left, by its window and the caps, had the pause not been."""
        return earliest(self.relationship, self._proposal(holder), self._start(holder))[0]

    def _proposal(self, holder: Enrollment | StageMessage | Alert) -> Proposal:
        state = self.relationship
        if not isinstance(holder, Enrollment):
            return Proposal(holder.touch, _hold_of(holder), state.window, closures_of(state))
        step = holder.plan.steps[holder.position]
        touch = journey_touch(state, holder, step)
        return Proposal(touch, _hold_of(holder), holder.plan.window or state.window, closures_of(state, holder.plan))

    def _late(self, proposal: Proposal, is_late: bool) -> datetime:
        """When something that could go at once goes: a moment that its key draws, over days where the policy spreads what is late."""
        touch = proposal.touch
        if self.policy.way is Way.SPREAD and is_late and touch.purpose not in TRANSACTIONAL:
            state = self.relationship
            return drawn_moment(touch.key, self.now, self.policy.days, proposal.window, state.zone, proposal.closures)
        return self.now if self.scope == PERSON else self.now + jitter(touch.key, SPREAD)

    def _because(self) -> str:
        named = {PERSON: "the person", EVERYTHING: "everything"}.get(self.scope, self.scope.replace(":", " ", 1))
        return f"it fell due while {named} was paused, and the resume dropped what was overdue"


def drawn_moment(key: str, now: datetime, days: int, window: Window, zone: str, closures: Closures) -> datetime:
    """A moment within the next `days` days on which we write, evenly drawn by the key over the time that the window is open."""
    stretches = _open_stretches(now, days, window, zone, closures)
    left = sum((end - begin for begin, end in stretches), NOTHING) * draw(f"resumed/{key}")
    for begin, end in stretches:
        if left < end - begin:
            return begin + timedelta(seconds=int(left.total_seconds()))
        left -= end - begin
    return stretches[-1][0]


def _open_stretches(
    now: datetime, days: int, window: Window, zone: str, closures: Closures
) -> Sequence[tuple[datetime, datetime]]:
    """When the window is open on the next `days` local days on which it opens at all, beginning with what is left of today."""
    tz, stretches, moment = zone_of(zone), list[tuple[datetime, datetime]](), now
    while len(stretches) < days:
        begin = next_allowed(window, zone, moment, closures)
        midnight = datetime.combine(begin.astimezone(tz).date(), time())
        end = (midnight + timedelta(minutes=window.end)).replace(tzinfo=tz).astimezone(UTC)
        end = max(end, begin + timedelta(minutes=1))
        stretches.append((begin, end))
        moment = end
    return stretches


def _move(enrollment: Enrollment, by: timedelta) -> None:
    enrollment.due += by
    if enrollment.since:
        enrollment.since += by


def mark(enrollment: Enrollment, now: datetime) -> list[Fact]:
    """The record of when a step now falls due, by which it is found again where the workflow is lost."""
    step = enrollment.step()
    if step is None:
        return []
    plan = enrollment.plan
    return [
        Fact(
            FactKind.STEP, enrollment.due, journey=plan.journey, version=plan.version, occurrence=enrollment.occurrence,
            stage=f"{step.id}{RESUMED_AT}{stamp(now)}", outcome="resumed",
        )
    ]  # fmt: skip


def _sends(enrollment: Enrollment) -> bool:
    step = enrollment.step()
    return step is not None and step.kind is StepKind.SEND and not lacks_date(enrollment)


def _met_gate(holder: Enrollment | StageMessage | Alert) -> bool:
    return holder.held is not None and holder.held.gate == Gate.PAUSED


def _hold_of(holder: Enrollment | StageMessage | Alert) -> Held | None:
    """What else than a pause holds it."""
    return None if _met_gate(holder) else holder.held


def _forget_gate(holder: Enrollment | StageMessage | Alert) -> None:
    if _met_gate(holder):
        holder.held = None
