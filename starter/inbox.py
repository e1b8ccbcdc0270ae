"""What people wrote, for those who read it: whose it is, what it means, and what the rules got wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from domain.replies import ReplyKind
from starter.lookups import find_candidate
from starter.refusals import Refused, unknown
from storage import attachments, consents, inspections, letters, messages, tasks
from storage.letters import Letter
from storage.messages import WAITING_KINDS, Message

if TYPE_CHECKING:
    from starter.client import Keepwarm

KINDS = tuple(str(kind) for kind in ReplyKind)
DATED = (ReplyKind.LATER, ReplyKind.AUTO_REPLY)
"""Classes that go with a day."""
NOBODYS = "messages/unknown"
"""The task that asks to look at messages of people whom we do not know."""
_FATES = {
    **dict.fromkeys(("intended", "claimed", "handed_over"), "waits"),
    **dict.fromkeys(("accepted", "delivered"), "has left"),
    **dict.fromkeys(("skipped", "failed"), "did not leave"),
    "bounced": "came back",
    "unknown": "nobody knows whether it left",
}
"""How a letter's row in the ledger reads."""
_ASKS = "/question/"
"""Stands in `because` where a message of another class asks something too."""


def is_open(message: Message) -> bool:
    """Whether somebody of ours has to read it, or to say whose it is."""
    return (message.answered_at is None and message.kind in WAITING_KINDS) or (
        not message.holds and message.kind != ReplyKind.AUTO_REPLY
    )


def rows(
    connection: Connection, *, kinds: Iterable[str] = (), candidate: str = "", unmatched: bool = False,
    everything: bool = False, limit: int = 200,
) -> list[Message]:  # fmt: skip
    """Open messages, the newest first; with `everything`, those that are done after them. Raises Refused."""
    wanted = list(kinds)
    for kind in wanted:
        check_kind(kind)
    person = find_candidate(connection, candidate).id if candidate else ""

    def read(**filters: bool) -> list[Message]:
        return messages.listed(connection, kinds=wanted, candidate_id=person, limit=limit, **filters)

    found = read(unmatched=True) if unmatched else [*read(unanswered=True), *read(unmatched=True)]
    waiting = {one.id: one for one in found if is_open(one)}
    shown = sorted(waiting.values(), key=lambda one: (one.at, one.id), reverse=True)
    done = [one for one in read(unmatched=unmatched) if not is_open(one)] if everything else []
    return [*shown, *done][:limit]


def shown(connection: Connection, number: int) -> dict[str, Any]:
    """A message with its files and what was answered. Raises Refused."""
    message = _get(connection, number)
    files = [asdict(one) for one in attachments.of(connection, number)]
    answers = [{**asdict(one), "fate": _fate(connection, one)} for one in letters.answers_to(connection, number)]
    return {**asdict(message), "open": is_open(message), "holds": message.holds, "files": files, "answers": answers}


def _fate(connection: Connection, letter: Letter) -> str:
    """How far an answer has come, in words."""
    row = inspections.touch(connection, letter.letter_key)
    if row is None:
        return "about to leave"
    reason = row.because or row.gate or row.error
    return f"{_FATES.get(row.state, row.state)}{f': {reason}' if reason else ''}"


async def confirm(keepwarm: Keepwarm, number: int) -> dict[str, Any]:
    """The suggested person wrote it: it takes effect. Raises Refused."""
    message = await keepwarm.read(_get, number)
    if not message.candidate_id:
        raise Refused(
            f"nobody is suggested for message {number}; `keepwarm inbox assign {number} CANDIDATE` names them"
        )
    return await assign(keepwarm, number, message.candidate_id)


async def assign(keepwarm: Keepwarm, number: int, candidate: str) -> dict[str, Any]:
    """Somebody wrote it: it takes effect for them, and is taken back from whom it was taken for. Raises Refused."""
    before = await keepwarm.read(_get, number)
    person = await keepwarm.read(find_candidate, candidate)
    message = await keepwarm.write(_assign, number, person.id, await keepwarm.now())
    if before.holds and before.candidate_id not in (None, person.id):
        await _correct(keepwarm, before, str(ReplyKind.AUTO_REPLY), None)
    if not before.holds or before.candidate_id != person.id:
        await _tell(keepwarm, message, person.id, again=before.holds)
    return {"message": number, "candidate": person.id, "kind": message.kind, "until": message.until}


async def correct(
    keepwarm: Keepwarm, number: int, kind: str, *, until: datetime | None = None, by: str = ""
) -> dict[str, Any]:
    """It means something else (or, the same class, just that): what the rule did wrong is undone where it can be. Raises Refused."""
    check_kind(kind)
    if until and kind not in DATED:
        raise Refused(f"a day goes with {' and '.join(DATED)}, not with {kind}; leave --until out")
    before = await keepwarm.read(_get, number)
    until = until or (before.until if before.kind == kind else None)
    message = await keepwarm.write(_note_correction, number, kind, until, by or "a recruiter")
    if message.holds:
        await _correct(keepwarm, message, kind, until)
    will = "it takes effect" if message.holds else "it takes effect once it is known whose it is"
    if message.candidate_id and before.kind == ReplyKind.STOP and kind != ReplyKind.STOP:
        will = "the opt-out stays: only the person can take it back"
    return {"message": number, "candidate": message.candidate_id, "kind": kind, "before": before.kind, "will": will}


def check_kind(kind: str) -> None:
    """Raises Refused, naming the classes there are."""
    if kind not in KINDS:
        raise unknown("class of messages", kind, KINDS, "")


async def _tell(keepwarm: Keepwarm, message: Message, candidate_id: str, *, again: bool = False) -> None:
    """Let a message that counts from now on take effect, as activities.inbound does for those that counted at once. `again`: it was
    taken from somebody, and may have been this one's before."""
    from starter.client import new_event_id

    if message.kind not in KINDS:
        return
    event_id = f"message-{message.id}-{new_event_id()}" if again else f"message-{message.id}"
    payload = {
        "event_id": event_id, "at": message.at.isoformat(), "kind": message.kind,
        "channel": message.channel, "message_id": str(message.id),
    } | _until(message.until)  # fmt: skip
    if message.kind == ReplyKind.STOP:
        await keepwarm.write(_opt_out, message, candidate_id)
    await keepwarm.signal_candidates([candidate_id], "message_received", payload)
    if message.kind != ReplyKind.QUESTION and _ASKS in message.because:
        asked = {**payload, "event_id": f"{event_id}-question", "kind": str(ReplyKind.QUESTION)}
        await keepwarm.signal_candidates([candidate_id], "message_received", asked)


async def _correct(keepwarm: Keepwarm, message: Message, kind: str, until: datetime | None) -> None:
    from starter.client import new_event_id

    if not message.candidate_id:
        return
    if kind == ReplyKind.STOP:
        await keepwarm.write(_opt_out, message, message.candidate_id)
    payload = {
        "event_id": new_event_id(), "message_id": str(message.id), "kind": kind, "channel": message.channel,
    } | _until(until)  # fmt: skip
    await keepwarm.signal_candidates([message.candidate_id], "message_corrected", payload)


def _until(moment: datetime | None) -> dict[str, str]:
    return {"until": moment.isoformat()} if moment else {}


def _opt_out(connection: Connection, message: Message, candidate_id: str) -> None:
    consents.opt_out(
        connection, candidate_id, "*", message.channel, at=message.at, event_id=f"message-{message.id}", source="reply"
    )


def _get(connection: Connection, number: int) -> Message:
    try:
        return messages.get(connection, number)
    except messages.UnknownMessage as error:
        raise Refused(str(error)) from error


def _assign(connection: Connection, number: int, candidate_id: str, now: datetime) -> Message:
    message = messages.assign(connection, number, candidate_id)
    done = [f"message/{number}"]
    if not any(one.candidate_id is None for one in messages.listed(connection, unmatched=True, limit=1000)):
        done.append(NOBODYS)
    tasks.finish(connection, done, now)
    return message


def _note_correction(connection: Connection, number: int, kind: str, until: datetime | None, by: str) -> Message:
    return messages.correct(connection, number, kind, by=by, until=until)
