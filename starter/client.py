"""The one door to the workflows: a verb for everything that can be asked of Keepwarm.

Facts that name people (reasons, feedback, consent) are written to the database first; what travels through Temporal are ids,
stage names and moments. A workflow that does not run is started by what is sent to it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from temporalio.client import Client

from config.settings import Settings
from config.temporal import connect
from starter import calendars, keeping, lookups, pauses, promises
from starter.offices import rezone
from starter.records import CALENDAR_FIELDS, FollowUp
from starter.refusals import Refused, unknown
from starter.starts import signal, signal_with_start, start, update_with_start
from storage import applications, candidates, consents, controls, openings
from storage.calendars import Scope
from storage.contacts import BadContact
from storage.database import make_engine
from storage.forgotten import Register
from workflows.names import candidate_workflow_id

IN_FLIGHT = 25
"""Starts and signals under way at once: about what one Temporal frontend takes from one client without queueing."""
PAGE = 500
APPLICATION_WORDING = "applied for this opening; messages about the application follow from it"
Answer = dict[str, Any]
T = TypeVar("T")


class Keepwarm:
    """Everything that can be asked. Candidates are named by id or email, openings and journeys by slug.

    Verbs raise Refused, whose text names the cure. `at` is a story moment and may be left out for now; `event_id` makes the
    same request, sent again, one request.
    """

    def __init__(self, client: Client, engine: Engine, settings: Settings) -> None:
        self.client = client
        self.engine = engine
        self.settings = settings

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Keepwarm]:
        """Connected for as long as the block lasts. Raises SettingsError."""
        engine = make_engine(settings.database_url)
        try:
            yield cls(await connect(settings), engine, settings)
        finally:
            engine.dispose()

    # Candidates

    async def add_candidate(
        self, person: candidates.NewCandidate, *, sourced: bool = False, allow_erased: bool = False
    ) -> str:
        """Put a person on record, start their workflow, answer their id.

        `sourced`: others gave us their data, so they are told. `allow_erased`: one who was erased has agreed anew.
        """
        register = None if allow_erased else Register(lambda: self.settings.signing_key)
        try:
            candidate_id = await self.write(keeping.add, person, register, await self.now() if sourced else None)
        except (candidates.AlreadyKnown, BadContact, ValueError) as error:
            raise Refused(str(error)) from error
        await self._start_page([candidate_id])
        return candidate_id

    async def apply(
        self, candidate: str, opening: str, *, event_id: str = "", at: datetime | None = None, by: str = "",
        source: str = "application",
    ) -> Answer:  # fmt: skip
        """Somebody applied: consent to write about the application is recorded, and the opening's first stage entered."""
        person, wanted = await self.read(lookups.find_both, candidate, opening)
        if wanted.status in ("closed", "filled"):
            raise Refused(f"{wanted.id} is {wanted.status}; reopen it first: keepwarm opening reopen {wanted.id}")
        stage = wanted.stages().stages[0].name
        event_id = event_id or new_event_id()
        word = consents.NewConsent(
            person.id, "application", "email", True, at or await self.now(), f"{event_id}:application/email",
            basis="application", wording=APPLICATION_WORDING, source=source,
        )  # fmt: skip
        await self.write(consents.record, [word])
        told = {"pipeline": wanted.pipeline or {}, "guide": wanted.guide}
        payload = _event(event_id, at or await self.now(), opening_id=wanted.id, stage=stage, by=by, **told)
        await self._signal(person.id, "stage_changed", payload)
        return {"candidate": person.id, "opening": wanted.id, "stage": stage, "event_id": event_id}

    async def change_stage(
        self, candidate: str, opening: str, stage: str, *, by: str = "", reason: str = "", feedback: str = "",
        waiver: str = "", at: datetime | None = None, event_id: str = "",
    ) -> Answer:  # fmt: skip
        """Move an application; answers what the candidate will be told, and when. `waiver` says why an interviewed person gets no words."""
        person, wanted = await self.read(lookups.find_both, candidate, opening)
        found = lookups.find_stage(wanted, stage)
        event_id = event_id or new_event_id()
        note = applications.DecisionNote(event_id, person.id, wanted.id, reason, feedback, by, waiver)
        await self.write(lookups.note_decision, note)
        said = {"has_reason": bool(reason), "has_feedback": bool(feedback), "waived": bool(waiver)}
        moment = at or await self.now()
        payload = _event(event_id, moment, opening_id=wanted.id, stage=found.name, by=by, guide=wanted.guide, **said)
        if not await self.read(lookups.has_applied, person.id, wanted.id):
            payload["pipeline"] = wanted.pipeline or {}
        answer = await self._update(person.id, "change_stage", payload)
        return {"candidate": person.id, "opening": wanted.id, **answer, "event_id": event_id}

    async def enroll(
        self, candidate: str, journey: str, *, version: int = 0, by: str = "", at: datetime | None = None,
        event_id: str = "",
    ) -> Answer:  # fmt: skip
        """Take somebody into a journey's version (0: the newest); answers the first touch."""
        person = await self.find(candidate)
        published = await self.read(lookups.find_journey, journey, version)
        event_id = event_id or new_event_id()
        await pauses.tell_newcomer(self, person.id, published)
        refusal, unconsented = await self.read(lookups.admission, person.id, published.plan)
        said = {"journey": journey, "version": published.version, "plan": published.plan, "refusal": refusal}
        answer = await self._update(person.id, "enroll", _event(event_id, at or await self.now(), **said, by=by))
        if answer["journey"] and unconsented:
            gate = f"the consent gate stops {' and '.join(unconsented)} until a consent for nurture is recorded"
            answer["will"] = f"{answer['will']}; but {gate}"
        return {"candidate": person.id, **answer, "event_id": event_id}

    async def unenroll(
        self, candidate: str, journey: str, *, because: str = "", by: str = "", event_id: str = ""
    ) -> Answer:
        """Take somebody out of a journey. Why is kept on record and does not travel: it may be about the person."""
        await self.read(lookups.find_journey, journey)
        person, event_id = await self.find(candidate), event_id or new_event_id()
        await self.write(lookups.note_decision, applications.DecisionNote(event_id, person.id, "", because, by=by))
        return await self._tell(person.id, "unenrolled", event_id, journey=journey)

    async def schedule_touch(
        self, candidate: str, template: str, due: datetime, *, purpose: str = "nurture", channel: str = "preferred",
        opening: str = "", touch_id: str = "",
    ) -> Answer:  # fmt: skip
        """Plan a single message. It passes the same gates as every other."""
        person = await self.find(candidate)
        event_id = touch_id or new_event_id()
        payload = _event(
            event_id, await self.now(), touch_id=event_id, template=template, due=due.isoformat(), purpose=purpose, channel=channel,
            opening_id=opening,
        )  # fmt: skip
        return {"candidate": person.id, **await self._update(person.id, "schedule_touch", payload)}

    async def pause(self, candidate: str, *, by: str = "", event_id: str = "") -> Answer:
        """Hold everything for a person but acknowledgments."""
        return await self._tell(candidate, "paused", event_id, by=by)

    async def resume(self, candidate: str, *, policy: str = "shift", by: str = "", event_id: str = "") -> Answer:
        """Go on, by a policy for what fell due meanwhile: shift, drop-overdue, spread:<days>d."""
        return await self._tell(candidate, "resumed", event_id, by=by, policy=policy)

    async def snooze(self, candidate: str, until: datetime | None, *, event_id: str = "") -> Answer:
        """Leave a person alone until a moment, from now on; None ends it."""
        person = await self.find(candidate)
        await self.write(candidates.snooze, person.id, until)
        return await self._tell(person.id, "snoozed", event_id, until=until.isoformat() if until else None)

    async def record_consent(
        self, candidate: str, purpose: str, channel: str, *, wording: str, source: str, basis: str = "consent",
        at: datetime | None = None, event_id: str = "",
    ) -> Answer:  # fmt: skip
        """Log a consent with its proof. One from tomorrow is refused: it would outlast every "no" until then."""
        _check_pair(purpose, channel)
        person, now = await self.find(candidate), await self.now()
        event_id, moment = event_id or new_event_id(), at or now
        if moment > now:
            raise Refused(f"consent dated {moment.isoformat()} lies ahead; say when they agreed")
        word = consents.NewConsent(person.id, purpose, channel, True, moment, event_id, basis, wording, source)
        await self.write(consents.record, [word])
        until = await self.read(consents.end_of, person.id, purpose, channel)
        said = {"purpose": purpose, "channel": channel, "granted": True, "source": source, "recorded": True}
        said["until"] = until.isoformat() if until else None
        return await self._tell(person.id, "consent_changed", f"{event_id}:told", **said)

    async def withdraw_consent(
        self, candidate: str, purpose: str, channel: str, *, source: str, at: datetime | None = None, event_id: str = ""
    ) -> Answer:
        """Log a withdrawal, in force from now on. `*` stands for every purpose or channel."""
        _check_pair(purpose, channel, "*")
        person = await self.find(candidate)
        event_id, moment = event_id or new_event_id(), at or await self.now()
        await self.write(_opt_out, person.id, purpose, channel, moment, event_id, source)
        said = {"purpose": purpose, "channel": channel, "granted": False, "source": source, "recorded": True}
        return await self._tell(person.id, "consent_changed", f"{event_id}:told", **said)

    async def message_received(
        self, candidate: str, *, kind: str = "reply", channel: str = "email", until: datetime | None = None,
        at: datetime | None = None, event_id: str = "",
    ) -> Answer:  # fmt: skip
        """The person wrote: reply, auto_reply (with `until`), no, stop."""
        if kind == "stop":
            return await self.withdraw_consent(candidate, "*", channel, source="reply", at=at, event_id=event_id)
        return await self._tell(
            candidate, "message_received", event_id, at, kind=kind, channel=channel,
            until=until.isoformat() if until else None,
        )  # fmt: skip

    async def announce(self, candidate: str, opening: str, round: int, *, event_id: str = "") -> Answer:  # noqa: A002
        """Let one person's workflow decide whether they hear of an opening."""
        wanted = await self.read(lookups.find_opening, opening)
        return await self._tell(candidate, "opening_announced", event_id, opening_id=wanted.id, round=round, known=True)

    async def change_profile(self, candidate: str, *, event_id: str = "", **values: str) -> Answer:
        """Change facts about a person; those that decide when and how we write reach the workflow at once."""
        person = await self.find(candidate)
        try:
            await self.write(_change, person.id, values)
        except ValueError as error:
            raise Refused(str(error)) from error
        names = {"zone": "zone", "preferred_channel": "channel", "owner": "owner"}
        said = {names[name]: value for name, value in values.items() if name in names}
        told = await self._tell(person.id, "profile_changed", event_id, **said)
        if not CALENDAR_FIELDS.isdisjoint(values):
            await calendars.tell(self, [person.id])
            await rezone(self, Scope(candidate=person.id))
        return told

    # Openings

    async def add_opening(self, opening: openings.NewOpening) -> None:
        """Put an opening on record as a draft. Every stage must have a message that exists."""
        try:
            promises.check_messages(openings.read_pipeline(opening.pipeline))
            await self.write(openings.add, opening)
        except ValueError as error:
            raise Refused(str(error)) from error

    async def opening(self, opening: str) -> openings.Opening:
        """An opening by id. Raises Refused."""
        return await self.read(lookups.find_opening, opening)

    async def move_opening(self, opening: str, verb: str) -> Answer:
        """`open`, `close`, `fill` or `reopen` an opening; answers its status and round."""
        if verb in ("open", "reopen"):
            promises.check_messages((await self.opening(opening)).stages())
        order = await self.read(lookups.opening_start, self.settings, opening)
        return {"opening": opening, **await update_with_start(self.client, order, verb, None, new_event_id())}

    async def start_opening(self, opening: str) -> None:
        """Start an opening's workflow that was lost, in the state on record."""
        await start(self.client, await self.read(lookups.opening_start, self.settings, opening))

    # Everything

    async def stop(self, by: str, because: str = "", scope: str = "everything") -> None:
        """Throw the kill switch of a scope (domain.pauses): nothing of it is handed over from now on."""
        await self.write(controls.stop, by, because, scope)

    async def go(self, by: str, scope: str = "everything") -> int:
        """Let messages of a scope leave again; how many people are woken at once: those who wait for word of their application, or for what
        they asked for.

        All other held touches come back by themselves within the hour, spread, so that nothing bursts out.
        """
        await self.write(controls.go, by, scope)
        held = await self.read(lookups.held_by_stop)
        await self.signal_candidates(held, "released", {"event_id": new_event_id(), "by": by})
        return len(held)

    async def now(self) -> datetime:
        """The story moment, by the database's clock: one for every process, whatever its own says."""
        return await self.read(controls.story_now)

    async def find(self, candidate: str) -> candidates.Candidate:
        """A candidate by id or email. Raises Refused."""
        return await self.read(lookups.find_candidate, candidate)

    # Workflows

    async def start_candidates(self, progress: Callable[[int], None] = lambda done: None) -> int:
        """Start the workflows of all who have none yet, a page at a time; how many. Goes on where it was interrupted."""
        done, after = 0, ""
        while page := await self.read(candidates.unstarted, after, PAGE):
            for first in range(0, len(page), IN_FLIGHT):
                batch = [person.id for person in page[first : first + IN_FLIGHT]]
                await self._start_page(batch)
                done += len(batch)
                progress(done)
            after = page[-1].id
        return done

    async def start_again(self, candidate_ids: Sequence[str]) -> None:
        """Start workflows that were lost or closed, from the facts on record."""
        for first in range(0, len(candidate_ids), IN_FLIGHT):
            await self._start_page(candidate_ids[first : first + IN_FLIGHT])

    async def follow_up(self, follow_ups: Sequence[FollowUp]) -> None:
        """Tell workflows that run already what an import changed."""
        now = await self.now()
        for changed in follow_ups:
            one = [changed.candidate_id]
            if changed.profile:
                await self.signal_candidates(one, "profile_changed", _event(new_event_id(), now, **changed.profile))
            for channel in changed.reached:
                await self.signal_candidates(one, "contact_corrected", _event(new_event_id(), now, channel=channel))
            for event_id, word in changed.agreements:
                until = await self.read(consents.end_of, changed.candidate_id, word.purpose, word.channel)
                said = {"purpose": word.purpose, "channel": word.channel, "granted": word.granted, "recorded": True}
                said["until"] = until.isoformat() if until and word.granted else None
                await self.signal_candidates(one, "consent_changed", _event(event_id, word.at or now, **said))
        await calendars.tell(self, [changed.candidate_id for changed in follow_ups if changed.calendar])

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        """Send each of them the same signal, starting workflows that do not run. Ids of nobody are passed over."""
        for first in range(0, len(candidate_ids), IN_FLIGHT):
            batch = candidate_ids[first : first + IN_FLIGHT]
            started = await self.read(lookups.started_of, batch)
            reached = await asyncio.gather(*(self._reach(one, name, payload) for one in batch if one in started))
            rest = sorted(set(batch) - {one for one in reached if one})
            orders = await self.read(lookups.candidate_starts, self.settings, rest)
            await asyncio.gather(*(signal_with_start(self.client, order, name, payload) for order in orders.values()))
            await self.write(candidates.set_started, list(orders))

    async def _reach(self, candidate_id: str, name: str, payload: dict[str, Any]) -> str:
        """The id when the signal reached a running workflow, else nothing."""
        return candidate_id if await signal(self.client, candidate_workflow_id(candidate_id), name, payload) else ""

    async def _start_page(self, candidate_ids: Sequence[str]) -> None:
        orders = await self.read(lookups.candidate_starts, self.settings, candidate_ids)
        await self.write(keeping.project, {one: order.state for one, order in orders.items()})
        await asyncio.gather(*(start(self.client, order) for order in orders.values()))
        await self.write(candidates.set_started, list(orders))

    async def _tell(
        self, candidate: str, name: str, event_id: str, at: datetime | None = None, /, **values: Any
    ) -> Answer:
        """Signal one candidate."""
        person = await self.find(candidate)
        payload = _event(event_id or new_event_id(), at or await self.now(), **values)
        await self._signal(person.id, name, payload)
        return {"candidate": person.id, "event_id": payload["event_id"]}

    async def _signal(self, candidate_id: str, name: str, payload: dict[str, Any]) -> None:
        await self.signal_candidates([candidate_id], name, payload)

    async def _update(self, candidate_id: str, name: str, payload: dict[str, Any]) -> Answer:
        orders = await self.read(lookups.candidate_starts, self.settings, [candidate_id])
        answer = await update_with_start(self.client, orders[candidate_id], name, payload, payload["event_id"])
        await self.write(candidates.set_started, [candidate_id])
        return answer

    # The database: its calls wait, so they wait in a thread

    async def read(self, look: Callable[..., T], *arguments: Any) -> T:
        """What the database answers; `look` takes a connection first."""

        def run() -> T:
            with self.engine.connect() as connection:
                return look(connection, *arguments)

        return await asyncio.to_thread(run)

    async def write(self, change: Callable[..., T], *arguments: Any) -> T:
        """What comes of a change, in one transaction; `change` takes a connection first."""

        def run() -> T:
            with self.engine.begin() as connection:
                return change(connection, *arguments)

        return await asyncio.to_thread(run)


def new_event_id() -> str:
    """An id for a request that brought none."""
    return str(uuid.uuid4())


def _event(event_id: str, at: datetime, /, **values: Any) -> dict[str, Any]:
    """A signal's JSON: what is not known is left out.

    It says when it happened, of which touch keys are made: a workflow that an operator resets hears it again later, and must
    know it for the same.
    """
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    return {"event_id": event_id, "at": at.isoformat(), **given}


def _check_pair(purpose: str, channel: str, *more: str) -> None:
    for word, kind, known in ((purpose, "purpose", consents.PURPOSES), (channel, "channel", consents.CHANNELS)):
        if word not in (*known, *more):
            raise unknown(kind, word, (*known, *more), "")


def _opt_out(
    connection: Connection, candidate_id: str, purpose: str, channel: str, at: datetime, event_id: str, source: str
) -> None:
    consents.opt_out(connection, candidate_id, purpose, channel, at=at, event_id=event_id, source=source)


def _change(connection: Connection, candidate_id: str, values: dict[str, str]) -> None:
    candidates.change(connection, candidate_id, **values)
