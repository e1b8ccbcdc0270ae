"""One candidate's whole relationship, as a workflow that lives for years.

A thin driver of the core: handlers put signals into the inbox, the loop lets them happen and does what the arbiter says,
activities do the I/O. The relationship is the only argument and all that continue-as-new carries.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from dataclasses import replace

    from domain import outlook
    from domain.arbiter import Decide, Forget, Idle, Remind, Send, Wait, is_wanted, next_action
    from domain.definitions import DecideStep, LoadDefinitions
    from domain.events import (
        Enrolled,
        Event,
        Moved,
        OpeningAnnounced,
        PromiseReminded,
        StageChanged,
        StepDecided,
        TermsChanged,
        event_id_of,
        without_plan,
    )
    from domain.facts import Fact
    from domain.gates import Gate
    from domain.inbox import let_happen, read_signal, refuse
    from domain.journeys import closing_facts
    from domain.keeping import ForgetPerson
    from domain.obligations import closing_promises
    from domain.relationships import RULES, Relationship, Signal
    from domain.requests import answer_enrollment, answer_stage, check_request
    from domain.touches import Outcome, Planned, RecordFacts, SendTouch, Settlement, Touch
    from domain.transitions import apply, elapse
    from workflows.details import show
    from workflows.inputs import NobodyNamed, read_relationship
    from workflows.steps import (
        SEND_AGAIN_AFTER,
        decide_step,
        forget_person,
        load_definitions,
        record_facts,
        remind,
        send_touch,
    )

HISTORY_BOUND = 2_000
"""Events after which a run continues as new even if the server does not suggest it: replay stays under a second."""


@workflow.defn(name="Candidate")
class Candidate:
    """One candidate; its id is `candidate-<id>`."""

    @workflow.init
    def __init__(self, given: Any = None) -> None:
        self._fault = ""
        try:
            self.relationship_state = read_relationship(given)
        except NobodyNamed as error:
            self.relationship_state, self._fault = Relationship(""), str(error)
        self._timer: asyncio.Task[None] | None = None
        self._timer_until: datetime | None = None
        self._handled: set[str] = set()
        self._asked_to_roll_over = False

    @workflow.run
    async def run(self, given: Any = None) -> None:
        """Let happen what happened and do what comes next, until it is time to continue as new, or to end. `given` is a Relationship."""
        if self._fault:
            raise ApplicationError(self._fault, type="Refused", non_retryable=True)
        while True:
            await self._take_in_signals()
            if self._rolls_over():
                break
            elapse(self.relationship_state, self._now())
            action = next_action(self.relationship_state, self._now())
            if isinstance(action, Send):
                await self._send(action.touch)
                continue
            if isinstance(action, Decide):
                await self._decide(action)
                continue
            if isinstance(action, Remind):
                await self._remind(action)
                continue
            if isinstance(action, Forget):
                await self._forget()
                continue
            if await self._record():
                continue
            show(self.relationship_state, self._now())
            if self.relationship_state.erased:
                await self._finish_handlers()
                return
            await self._rest(action)
        await self._continue_as_new()

    # What happens

    async def _take_in_signals(self) -> None:
        while self.relationship_state.inbox:
            signal = self.relationship_state.inbox[0]
            await self._take_in(signal)
            self.relationship_state.inbox.pop(0)
            self._handled.add(event_id_of(signal.name, signal.payload))

    async def _take_in(self, signal: Signal) -> None:
        state, now = self.relationship_state, self._now()
        event = read_signal(state, signal, now)
        complete = event and await self._completed(event)
        if isinstance(complete, str):
            refuse(state, signal, complete, self._now())
        elif complete:
            let_happen(state, signal, complete, self._now())

    async def _completed(self, event: Event) -> Event | str:
        """The event with the definition it names; why it is refused when there is no such opening or journey."""
        match event:
            case StageChanged(pipeline=None) if event.opening_id not in self.relationship_state.applications:
                found = await load_definitions(LoadDefinitions(opening_id=event.opening_id))
                if found.found:
                    return replace(event, pipeline=found.pipeline or {}, guide=found.guide)
                return f"stage_changed: no opening {event.opening_id}; add it, then signal again"
            case OpeningAnnounced(known=False) if event.opening_id not in self.relationship_state.applications:
                if not (await load_definitions(LoadDefinitions(opening_id=event.opening_id))).found:
                    return f"opening_announced: no opening {event.opening_id}; add it, then signal again"
            case Enrolled(plan=None):
                candidate_id = self.relationship_state.candidate_id
                wanted = LoadDefinitions(journey=event.journey, version=event.version, candidate_id=candidate_id)
                found = await load_definitions(wanted)
                if found.found:
                    return replace(event, plan=found.plan, refusal=found.refusal)
                return f"enrolled: no published version of {event.journey}; publish it, then signal again"
            case Moved(plan=None):
                found = await load_definitions(LoadDefinitions(journey=event.journey, version=event.version))
                if found.found:
                    return replace(event, plan=found.plan)
                return f"moved: no version {event.version} of {event.journey}"
        return event

    # What comes next

    async def _send(self, touch: Touch) -> None:
        """Send one touch. Whatever happens meanwhile is let in; a touch that it makes unwanted is cancelled."""
        state = self.relationship_state
        facts, projection = list(state.unrecorded), self._projection_after(touch)
        clock = None if state.clock.speed == 1 else state.clock
        afterwards = [fact.compact() for fact in self._afterwards(touch)]
        handle = send_touch(SendTouch(state.candidate_id, touch, clock, facts, projection, afterwards))
        while not handle.done():
            await workflow.wait_condition(lambda: handle.done() or bool(state.inbox))
            await self._take_in_signals()
            if not handle.done() and not is_wanted(state, touch.key):
                handle.cancel()
                await workflow.wait_condition(handle.done)
        settlement = await self._outcome(handle)
        if settlement is None:
            state.outlook_stale = True
            return
        del state.unrecorded[: len(facts)]
        self._settle(touch, settlement)

    def _afterwards(self, touch: Touch) -> list[Fact]:
        """What becomes true with the touch: a journey's end, a promise that is kept."""
        now, state = self._now(), self.relationship_state
        return closing_facts(state, touch, now) + closing_promises(state, touch, now)

    async def _outcome(self, handle: workflow.ActivityHandle[Settlement]) -> Settlement | None:
        """The activity's answer; None when it was cancelled or every try within the bound failed (the touch then rests)."""
        try:
            return await handle
        except ActivityError as error:
            if is_cancelled_exception(error):
                return None
            return Settlement(
                Outcome.DEFERRED, self._now(), Gate.UNDELIVERABLE, self._now() + SEND_AGAIN_AFTER, "every try failed"
            )

    def _settle(self, touch: Touch, settlement: Settlement) -> None:
        now = self._now()
        apply(self.relationship_state, outlook.settled(touch, settlement, now), now)

    async def _decide(self, action: Decide) -> None:
        """Ask the record which way a journey's step goes; what has been learnt is written first."""
        state = self.relationship_state
        enrollment, facts = state.enrollments[action.journey], list(state.unrecorded)
        clock = None if state.clock.speed == 1 else state.clock
        decision = await decide_step(
            DecideStep(
                state.candidate_id, action.journey, enrollment.plan.version, enrollment.occurrence, action.step,
                enrollment.answers, clock, facts,
            )
        )  # fmt: skip
        del state.unrecorded[: len(facts)]
        now = self._now()
        decided = StepDecided(event_id="", at=now, journey=action.journey, step=action.step, decision=decision)
        apply(state, decided, now)

    async def _remind(self, action: Remind) -> None:
        """Have somebody of ours reminded of what this person is owed; what has been learnt is written first."""
        state = self.relationship_state
        facts, clock = list(state.unrecorded), None if state.clock.speed == 1 else state.clock
        await remind(replace(action.order, clock=clock, facts=facts))
        del state.unrecorded[: len(facts)]
        now = self._now()
        apply(state, PromiseReminded(event_id="", at=now, promise=action.order.promise), now)

    async def _forget(self) -> None:
        """Have the person erased, the retention of their data being over, unless the record knows better."""
        state = self.relationship_state
        facts, clock = list(state.unrecorded), None if state.clock.speed == 1 else state.clock
        answer = await forget_person(ForgetPerson(state.candidate_id, clock, facts))
        del state.unrecorded[: len(facts)]
        now = self._now()
        if answer.erased:
            self._receive("erased", {"event_id": "retention", "at": now.isoformat()})
            return
        known = TermsChanged(event_id="", at=now, retention_days=answer.retention_days, active_at=answer.active_at)
        apply(state, known, now)

    def _projection_after(self, touch: Touch) -> list[Planned] | None:
        """The new projection of upcoming touches without the one that goes now; None when it has not moved."""
        if not self.relationship_state.outlook_stale:
            return None
        self.relationship_state.outlook_stale = False
        ahead = outlook.upcoming(self.relationship_state, self._now())
        return [planned for planned in ahead if planned.key != touch.key]

    async def _record(self) -> bool:
        """Write what has been learnt and not yet written; False when there is nothing."""
        state = self.relationship_state
        if not state.unrecorded and not state.outlook_stale:
            return False
        facts = list(state.unrecorded)
        projection = outlook.upcoming(state, self._now()) if state.outlook_stale else None
        state.outlook_stale = False
        await record_facts(RecordFacts(state.candidate_id, facts, projection))
        del state.unrecorded[: len(facts)]
        return True

    async def _rest(self, action: Wait | Idle) -> None:
        """Wait for the moment that the arbiter named, or for a signal; the timer is kept while its moment stands."""
        if isinstance(action, Wait):
            self._keep_timer(action)
        elif self._timer:
            self._drop_timer()
        await workflow.wait_condition(
            lambda: (
                bool(self.relationship_state.inbox)
                or self._asked_to_roll_over
                or (self._timer is not None and self._timer.done())
            )
        )
        if self._timer and self._timer.done():
            self._timer = self._timer_until = None

    def _keep_timer(self, action: Wait) -> None:
        if self._timer and self._timer_until == action.until:
            return
        self._drop_timer()
        span = self.relationship_state.clock.real_span(action.until - self._now())
        kind = "touch" if action.touch else "step"
        summary = f"{kind} {action.subject}, waits for {action.because}"
        self._timer = asyncio.create_task(workflow.sleep(span, summary=summary[:200]))
        self._timer_until = action.until

    def _drop_timer(self) -> None:
        if self._timer and not self._timer.done():
            self._timer.cancel()
        self._timer = self._timer_until = None

    # Rolling over

    def _rolls_over(self) -> bool:
        info = workflow.info()
        return (
            self._asked_to_roll_over
            or info.is_continue_as_new_suggested()
            or info.get_current_history_length() > HISTORY_BOUND
        )

    async def _continue_as_new(self) -> None:
        """Go on in a new run; signals that come meanwhile travel along in the inbox."""
        await self._finish_handlers()
        self.relationship_state.rules = RULES
        workflow.continue_as_new(self.relationship_state)

    async def _finish_handlers(self) -> None:
        """Finish what people wait for."""
        while not workflow.all_handlers_finished():
            await workflow.wait_condition(
                lambda: workflow.all_handlers_finished() or bool(self.relationship_state.inbox)
            )
            await self._take_in_signals()

    def _now(self) -> datetime:
        return self.relationship_state.clock.story(workflow.now())

    # Signals: anything another system may send, with however many inputs. They only record.

    def _receive(self, name: str, *given: Any) -> str:
        payload = given[0] if len(given) == 1 else list(given)
        event_id = event_id_of(name, payload)
        if self.relationship_state.receive(name, payload):
            self._handled.discard(event_id)
        else:
            self._handled.add(event_id)
        return event_id

    @workflow.signal
    def stage_changed(self, *given: Any) -> None:
        """An application entered a stage: `opening_id`, `stage`, `at`, `by`."""
        self._receive("stage_changed", *given)

    @workflow.signal
    def message_received(self, *given: Any) -> None:
        """The person wrote or acted: `kind`, `channel`, `until`, `message_id`."""
        self._receive("message_received", *given)

    @workflow.signal
    def message_corrected(self, *given: Any) -> None:
        """A recruiter corrected the class of a message: `message_id`, `kind`, `until`."""
        self._receive("message_corrected", *given)

    @workflow.signal
    def question_answered(self, *given: Any) -> None:
        """Somebody of ours answered: `message_id`, `by`."""
        self._receive("question_answered", *given)

    @workflow.signal
    def consent_changed(self, *given: Any) -> None:
        """Consent given or withdrawn: `purpose`, `channel`, `granted`, `until`, `source`."""
        self._receive("consent_changed", *given)

    @workflow.signal
    def enrolled(self, *given: Any) -> None:
        """Entered a journey: `journey`, `version`. A plan that comes along is not believed: the published one is loaded."""
        self._receive("enrolled", *(without_plan(one) for one in given))

    @workflow.signal
    def unenrolled(self, *given: Any) -> None:
        """Taken out of a journey: `journey`, `because`."""
        self._receive("unenrolled", *given)

    @workflow.signal
    def opening_announced(self, *given: Any) -> None:
        """An opening that may fit was opened: `opening_id`, `round`."""
        self._receive("opening_announced", *given)

    @workflow.signal
    def paused(self, *given: Any) -> None:
        """Everything but acknowledgments waits."""
        self._receive("paused", *given)

    @workflow.signal
    def resumed(self, *given: Any) -> None:
        """Go on."""
        self._receive("resumed", *given)

    @workflow.signal
    def released(self, *given: Any) -> None:
        """The kill switch was released: try again what it held."""
        self._receive("released", *given)

    @workflow.signal
    def snoozed(self, *given: Any) -> None:
        """Asked to be left alone: `until`."""
        self._receive("snoozed", *given)

    @workflow.signal
    def profile_changed(self, *given: Any) -> None:
        """Facts that decide when and how we write changed: `zone`, `channel`, `owner`."""
        self._receive("profile_changed", *given)

    @workflow.signal
    def delivery_reported(self, *given: Any) -> None:
        """A provider reported a message's fate: `kind`, `touch_key`, `channel`."""
        self._receive("delivery_reported", *given)

    @workflow.signal
    def contact_corrected(self, *given: Any) -> None:
        """The person can be reached again: `channel`."""
        self._receive("contact_corrected", *given)

    @workflow.signal
    def booked(self, *given: Any) -> None:
        """An interview was booked or moved: `opening_id`, `booking`, `starts_at`, `sequence`."""
        self._receive("booked", *given)

    @workflow.signal
    def unbooked(self, *given: Any) -> None:
        """A booking was cancelled: `booking`, `sequence`."""
        self._receive("unbooked", *given)

    @workflow.signal
    def erased(self, *given: Any) -> None:
        """The person was erased: everything is withdrawn, and the workflow completes."""
        self._receive("erased", *given)

    @workflow.signal
    def touch_scheduled(self, *given: Any) -> None:
        """A single message was asked for: `touch_id`, `template`, `due`, `purpose`, `channel`."""
        self._receive("touch_scheduled", *given)

    @workflow.signal
    def moved(self, *given: Any) -> None:
        """Taken to another version of a journey: `journey`, `version`, `move_id`."""
        self._receive("moved", *given)

    @workflow.signal
    def task_done(self, *given: Any) -> None:
        """A person did what a journey's step asked for: `journey`, `step`, `outcome`."""
        self._receive("task_done", *given)

    @workflow.signal
    def terms_changed(self, *given: Any) -> None:
        """How long data is kept changed: `retention_days`, `active_at`."""
        self._receive("terms_changed", *given)

    @workflow.signal
    def calendar_changed(self, *given: Any) -> None:
        """When we write changed: `closed`, `window`, `caps`."""
        self._receive("calendar_changed", *given)

    @workflow.signal
    def roll_over(self, *_: Any) -> None:
        """Continue as new at the next quiet moment: moves the run to the worker's current code."""
        self._asked_to_roll_over = True

    # Updates: anything a person waits for. A refusal names the cure and writes no history.

    async def _carry_out(self, name: str, request: Any) -> None:
        event_id = self._receive(name, request)
        await workflow.wait_condition(lambda: event_id in self._handled)

    @workflow.update
    async def change_stage(self, request: Any) -> dict[str, str]:
        """Move an application; answers where it stands and what the candidate will be told, and when."""
        await self._carry_out("stage_changed", request)
        return answer_stage(self.relationship_state, request, self._now())

    @change_stage.validator
    def _check_stage(self, request: Any) -> None:
        self._check("stage_changed", request)

    @workflow.update
    async def enroll(self, request: Any) -> dict[str, str]:
        """Enter a journey; answers its version and when the first touch is due."""
        await self._carry_out("enrolled", request)
        return answer_enrollment(self.relationship_state, request, self._now())

    @enroll.validator
    def _check_enrollment(self, request: Any) -> None:
        self._check("enrolled", request)

    @workflow.update
    async def schedule_touch(self, request: Any) -> dict[str, str]:
        """Send a single message at a moment; answers that it is planned."""
        await self._carry_out("touch_scheduled", request)
        return {"will": f"send {request['template']} at {request['due']}, or as soon after as the gates allow"}

    @schedule_touch.validator
    def _check_touch(self, request: Any) -> None:
        self._check("touch_scheduled", request)

    def _check(self, name: str, request: Any) -> None:
        refusal = check_request(self.relationship_state, name, request, self._now())
        if refusal:
            raise ApplicationError(refusal, type="Refused", non_retryable=True)

    # Queries

    @workflow.query
    def relationship(self) -> Relationship:
        """The whole state, ids only."""
        return self.relationship_state

    @workflow.query
    def upcoming(self) -> list[Planned]:
        """Every future touch, if nothing else happens."""
        return outlook.upcoming(self.relationship_state, self._now())

    @workflow.query
    def why(self) -> list[str]:
        """The last decisions, oldest first, and signals that could not be read; the database keeps all."""
        refused = [f"could not be read: {text}" for text in self.relationship_state.refused]
        return [*self.relationship_state.decisions, *refused]
