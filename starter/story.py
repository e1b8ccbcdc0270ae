"""The demo's story: one team, two openings, two hundred people, and a few story months in about a minute and a half."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, distinct, func, select

from starter.client import Keepwarm
from starter.correspondents import Correspondence, Correspondent
from starter.drafts import Terms
from starter.imports import import_file
from starter.refusals import Refused
from storage import matches
from storage.openings import NewOpening
from storage.tables import ledger, messages, skills

Say = Callable[[str], None]
T = TypeVar("T")
PEOPLE = Path(__file__).resolve().parents[1] / "samples" / "people.csv"
BY = "dana"
PATIENCE = timedelta(seconds=60)
FIRST = NewOpening(
    "platform-1", "Platform engineer", place="Berlin", must_have=["go", "kafka", "kubernetes"], owner=BY,
    next_step="Dana reads every application within three working days.",
)  # fmt: skip
SECOND = NewOpening(
    "platform-2", "Senior platform engineer", place="Berlin", must_have=["go", "kafka", "temporal"], owner=BY,
    next_step="Reply to this mail, or apply; you need not send your documents again.",
)  # fmt: skip


class Story:
    """Tells itself, scene by scene; `say` prints a line."""

    def __init__(self, keepwarm: Keepwarm, say: Say) -> None:
        self._keepwarm = keepwarm
        self._people = Correspondence(keepwarm.settings)
        self._say = say

    async def tell(self, *, months: timedelta) -> str:
        """All scenes in their order; the id of somebody whose page is worth a look."""
        await self._bring_people_in()
        applicants = await self._open_and_apply()
        finalists = await self._select(applicants)
        await self._nurture(applicants, finalists)
        await self._let_time_pass(months)
        await self._reopen()
        return finalists[0]

    async def _bring_people_in(self) -> None:
        terms = Terms(source="demo", pool="community")
        now = await self._keepwarm.now()
        report = await asyncio.to_thread(import_file, self._keepwarm.engine, PEOPLE, terms, now)
        again = await asyncio.to_thread(import_file, self._keepwarm.engine, PEOPLE, terms, now)
        started = await self._keepwarm.start_candidates()
        self._say(f"imported {report.new} people, the same file again: {again.new} new, {again.changed} changed")
        self._say(f"{started} candidates now each have a workflow of their own")

    async def _open_and_apply(self) -> list[str]:
        await self._keepwarm.add_opening(FIRST)
        await self._keepwarm.move_opening(FIRST.id, "open")
        applicants = await self._look(_with_skill, "go", 12)
        await asyncio.gather(*(self._keepwarm.apply(one, FIRST.id, by="careers site") for one in applicants))
        await self._until(lambda: self._told(applicants, FIRST.id, "received"), len(applicants))
        self._say(f"{FIRST.title} opened; {len(applicants)} people applied and every one has been acknowledged")
        return applicants

    async def _select(self, applicants: Sequence[str]) -> list[str]:
        """Advance half, interview four, take a refusal back, hire one, and tell everybody else why not."""
        move = self._keepwarm.change_stage
        finalists = list(applicants[:4])
        await asyncio.gather(*(move(one, FIRST.id, "screening", by=BY) for one in applicants[:6]))
        await asyncio.gather(*(move(one, FIRST.id, "interview", by=BY) for one in finalists))
        await self._until(lambda: self._told(finalists, FIRST.id, "interview"), len(finalists))
        self._say(f"six advanced, {len(finalists)} are invited to an interview and have been congratulated")
        await self._evening()
        reason = "We chose somebody who has run PostgreSQL at our scale before."
        feedback = (
            "Your design of the queue was the clearest we saw; more practice with query plans would round it off."
        )
        spared = finalists[1]
        answer = await move(spared, FIRST.id, "rejected", by=BY, reason=reason, feedback=feedback)
        await move(spared, FIRST.id, "interview", by=BY)
        self._say(f"Dana refuses {spared} by mistake ({answer['will']}) and takes it back: that one never leaves")
        await asyncio.gather(
            *(move(one, FIRST.id, "rejected", by=BY, reason=reason, feedback=feedback) for one in finalists[2:]),
            *(move(one, FIRST.id, "rejected", by=BY, reason=reason) for one in applicants[4:]),
        )
        hired = finalists[0]
        await move(hired, FIRST.id, "offer", by=BY)
        await self._keepwarm.enroll(hired, "keep-warm", by=BY)
        await self._until(lambda: self._told([hired], FIRST.id, "offer"), 1)
        await move(hired, FIRST.id, "hired", by=BY)
        await move(spared, FIRST.id, "rejected", by=BY, reason=reason, feedback=feedback)
        await self._keepwarm.move_opening(FIRST.id, "fill")
        self._say(f"{hired} is hired, and the opening filled; the others are told why not, in their own working hours")
        return finalists[1:]

    async def _nurture(self, applicants: Sequence[str], finalists: Sequence[str]) -> None:
        enroll = self._keepwarm.enroll
        pool = [one for one in await self._look(_with_skill, "sql", 60) if one not in applicants][:24]
        await asyncio.gather(
            *(enroll(one, "silver-medalist", by=BY) for one in finalists),
            *(enroll(one, "passive-prospect", by=BY) for one in pool[:16]),
            *(enroll(one, "talent-community", by=BY) for one in pool[16:]),
        )
        self._say(f"{len(finalists)} silver medalists and {len(pool)} people of the community entered their journeys")
        await self._until(lambda: self._look(_count_written_to, pool), 3)
        await self._hear(*(await self._look(_written_to, pool))[:3])

    async def _hear(self, keen: Correspondent, tired: Correspondent, away: Correspondent) -> None:
        """Three of them answer by mail: nothing here calls Keepwarm."""
        back = (await self._keepwarm.now() + timedelta(days=30)).date()
        await self._people.answer(keen, "Thank you, this sounds interesting. I would like to hear more.")
        await self._people.unsubscribe(tired)
        await self._people.answer_automatically(away, back)
        await self._until(lambda: self._look(_count_answers, [keen.candidate_id, away.candidate_id]), 2)
        kind = await self._look(_kind_of_answer, keen.candidate_id)
        self._say(
            f"{keen.candidate_id} answers by mail, which reads as {kind!r}: the journey stops, and `keepwarm inbox list` has it;\n"
            f"    {tired.candidate_id} presses their mail program's unsubscribe button: nothing more by any way;\n"
            f"    {away.candidate_id} is out of the office: no reply, and the next message waits until {back:%d %B %Y}"
        )

    async def _let_time_pass(self, months: timedelta) -> None:
        """Story months; a line for each fortnight."""
        until = await self._keepwarm.now() + months
        while (now := await self._keepwarm.now()) < until:
            await asyncio.sleep(self._real(min(timedelta(days=14), until - now)))
            sent, skipped = await self._look(_totals)
            self._say(
                f"{await self._keepwarm.now():%d %B %Y}: {sent} messages sent, {skipped} not sent, each with its reason"
            )

    async def _reopen(self) -> None:
        await self._keepwarm.add_opening(SECOND)
        await self._keepwarm.move_opening(SECOND.id, "open")
        await self._until(self._announced, 1)
        await self._until(self._decided, 1)
        told = await self._look(matches.counts, SECOND.id, 1)
        words = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in sorted(told.items()))
        self._say(f"{SECOND.title} opened and woke everybody it may fit, silver medalists among them: {words}")

    async def _evening(self) -> None:
        """Wait for a story evening, when no window is open in Europe."""
        now = await self._keepwarm.now()
        evening = now.replace(hour=19, minute=0)
        await asyncio.sleep(self._real(max(timedelta(), evening - now)))

    def _real(self, story: timedelta) -> float:
        """Real seconds that a stretch of story time lasts."""
        return story.total_seconds() / self._keepwarm.settings.clock_speed

    async def _until(self, count: Callable[[], Awaitable[int]], least: int) -> None:
        """Wait until a count in the database reaches a number; a minute at the most."""
        deadline = datetime.now(UTC) + PATIENCE
        while await count() < least:
            if datetime.now(UTC) > deadline:
                raise Refused("the demo's worker does not keep up; its log lies in the demo's home, logs/worker.log")
            await asyncio.sleep(0.1)

    async def _told(self, people: Sequence[str], opening: str, template: str) -> int:
        return await self._look(_count_told, people, opening, template)

    async def _decided(self) -> bool:
        """Whether every alert of the second opening is told or not told."""
        counts = await self._look(matches.counts, SECOND.id, 1)
        return not {"matched", "announced", "waiting"} & counts.keys()

    async def _announced(self) -> int:
        return sum((await self._look(matches.counts, SECOND.id, 1)).values())

    async def _look(self, read: Callable[..., T], *arguments: object) -> T:
        def run() -> T:
            with self._keepwarm.engine.connect() as connection:
                return read(connection, *arguments)

        return await asyncio.to_thread(run)


def _with_skill(connection: Connection, skill: str, most: int) -> list[str]:
    """Some people who can do a thing, by id."""
    wanted = select(skills.c.candidate_id).where(func.lower(skills.c.skill) == skill).order_by(skills.c.candidate_id)
    return list(connection.scalars(wanted.limit(most)))


def _count_told(connection: Connection, people: Sequence[str], opening: str, template: str) -> int:
    """How many of these people a stage message has reached the provider for."""
    row = ledger.c
    wanted = select(func.count(distinct(row.candidate_id))).where(
        row.candidate_id.in_(people), row.opening_id == opening, row.template == template, row.state == "accepted"
    )
    return connection.scalar(wanted) or 0


def _written_to(connection: Connection, people: Sequence[str]) -> list[Correspondent]:
    """Those of these people who have a journey's mail, with their first one."""
    row = ledger.c
    wanted = (
        select(row.candidate_id, row.address, row.message_id)
        .distinct(row.candidate_id)
        .where(row.candidate_id.in_(people), row.journey != "", row.channel == "email", row.state == "accepted")
        .order_by(row.candidate_id, row.id)
    )
    return [Correspondent(*found) for found in connection.execute(wanted)]


def _count_written_to(connection: Connection, people: Sequence[str]) -> int:
    return len(_written_to(connection, people))


def _count_answers(connection: Connection, people: Sequence[str]) -> int:
    row = messages.c
    return connection.scalar(select(func.count()).where(row.candidate_id.in_(people), row.kind != "")) or 0


def _kind_of_answer(connection: Connection, candidate_id: str) -> str:
    """What the rules take somebody's answer for."""
    return connection.scalar(select(messages.c.kind).where(messages.c.candidate_id == candidate_id)) or ""


def _totals(connection: Connection) -> tuple[int, int]:
    """Messages sent, and touches closed by a gate."""
    states: dict[str, int] = dict(
        connection.execute(select(ledger.c.state, func.count()).group_by(ledger.c.state)).tuples().all()
    )
    return states.get("accepted", 0) + states.get("delivered", 0), states.get("skipped", 0)
