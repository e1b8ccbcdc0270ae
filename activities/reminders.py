"""Reminding our own people of what a candidate is owed: a task, and a mail where they have an address.

The task is what counts: it stands whatever becomes of the mail, and a reminder whose task stands is done. A mail that was taken over
before the task was written goes once more under the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.messages import SenderIdentity, message_token
from activities.transactions import transact
from channels.messages import Channel, Email, SendError
from domain.clocks import REAL_TIME
from domain.facts import Fact
from domain.promises import RemindOf
from domain.windows import zone_of
from storage import facts, promises, recruiters, tasks
from storage.locks import lock_candidates
from templates.reminders import Reminding, RenderedReminder, render_reminder


@dataclass(frozen=True, slots=True)
class _Draft:
    """A reminder that is to go. `recruiter` is who hears of it: their id, and their address where one is on record.

    `key` is that of its task, and what its Message-ID is made of.
    """

    key: str
    words: RenderedReminder
    recruiter: str
    name: str
    address: str


class Reminders:
    """The activity `remind`."""

    def __init__(self, engine: AsyncEngine, email: Channel[Email], sender: SenderIdentity) -> None:
        self._engine = engine
        self._email = email
        self._sender = sender

    @activity.defn(name="remind")
    async def remind(self, order: RemindOf) -> None:
        """Put a task on the list and tell whom it is for. Again, it changes nothing. A mail that fails leaves the task.

        Where nobody stands in, the owner's task is the deputy's too: the same work is never asked for twice.
        """
        draft = await transact(self._engine, _prepare, order, self._sender.language)
        if draft is None:
            return
        failed = await self._notify(draft) if draft.address else "no address is on record for them"
        await transact(self._engine, _conclude, order, draft, failed)

    async def _notify(self, draft: _Draft) -> str:
        """Send the mail, once; why it did not leave, empty when it did."""
        host = self._sender.address.rpartition("@")[2]
        mail = Email(
            touch_key=draft.key,
            message_id=f"<{message_token(draft.key)}@{host}>",
            to_address=draft.address,
            to_name=draft.name,
            from_address=self._sender.address,
            from_name=self._sender.name,
            reply_to=self._sender.address,
            envelope_sender=self._sender.address,
            subject=draft.words.subject,
            text=draft.words.text,
            html=draft.words.html,
            headers={"Auto-Submitted": "auto-generated"},
            categories=("reminder",),
            custom_args={"touch_key": draft.key},
        )
        try:
            await self._email.send(mail)
        except SendError as error:
            return str(error)
        return ""


def _prepare(connection: Connection, order: RemindOf, language: str) -> _Draft | None:
    """Write what the workflow has learnt, and make the reminder; None where it was given, or there is nobody to remind of."""
    lock_candidates(connection, [order.candidate_id])
    facts.apply(connection, order.candidate_id, [Fact.read(fact) for fact in order.facts])
    known = promises.reminder(connection, order.candidate_id, order.opening_id)
    if known is None or known.erased:
        return None
    owner = order.owner or known.owner
    deputy = order.deputy or promises.deputy_of(connection, owner)
    level = "deputy" if order.level == "deputy" and deputy else "owner"
    key = promises.task_key(order.promise, level)
    if tasks.is_known(connection, key):
        return None
    to = deputy if level == "deputy" else owner
    person = recruiters.find(connection, to) if to else None
    last_day = (order.due - timedelta(seconds=1)).astimezone(zone_of(known.zone)).date()
    about = Reminding(
        kind=order.kind,
        level=level,
        broken=order.broken,
        due=last_day,
        candidate_id=order.candidate_id,
        candidate=known.full_name,
        opening_id=order.opening_id,
        opening=known.opening_title,
        stage=order.stage,
        recruiter=person.full_name if person else to,
        owner=owner,
    )
    address = person.email if person and person.active else ""
    return _Draft(key, render_reminder(about, language), to, person.full_name if person else "", address)


def _conclude(connection: Connection, order: RemindOf, draft: _Draft, failed: str) -> None:
    """The task, for the database alone: it names the candidate."""
    now = (order.clock or REAL_TIME).story(datetime.now(UTC))
    because = draft.words.subject + (f" (not mailed: {failed})" if failed else "")
    tasks.ask(
        connection, [tasks.NewTask(draft.key, "promise", because, order.due, order.candidate_id, "", draft.recruiter)]
    )
    if order.level == "deputy":
        promises.escalated(connection, order.promise, now)
