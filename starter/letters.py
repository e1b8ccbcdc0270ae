"""Writing to one person: an answer to what they wrote, or a mail of one's own. Words go to the database, the touch through every gate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from activities.letters import TEMPLATE
from domain.promises import answer_id
from domain.touches import Channel, Purpose, touch_key
from starter.lookups import find_candidate, find_opening, has_applied
from starter.refusals import Refused
from storage import consents, letters, messages, tasks
from storage.candidates import Candidate
from storage.consents import NewConsent
from storage.letters import NewLetter
from storage.locks import lock_candidates
from storage.messages import Message

if TYPE_CHECKING:
    from starter.client import Keepwarm

LONGEST = {Channel.EMAIL: 20_000, Channel.SMS: 1_000}
"""Characters; ten SMS segments are more than anybody reads, and Twilio takes 1,600 in all."""
LONGEST_SUBJECT = 200
_ANSWERED = re.compile(r"\s*(?:re|aw|sv|vs|antw|odp|res|rif)\s*:", re.IGNORECASE)
_NO_SUBJECT = "Your message"


@dataclass(frozen=True, slots=True)
class Order:
    """A letter that is to leave: to whom, as which touch, and why we may."""

    person: Candidate
    purpose: Purpose
    channel: Channel
    touch_id: str
    opening: str = ""

    @property
    def key(self) -> str:
        """The touch's, as domain.transitions makes it for single messages."""
        return touch_key(self.person.id, self.purpose, "single", TEMPLATE, self.touch_id)


async def answer(keepwarm: Keepwarm, number: int, words: str, *, by: str = "", subject: str = "") -> dict[str, Any]:
    """Answer a message in its thread, by SMS where it was one, else by mail. A question's promise is kept once the answer has left.
    Raises Refused."""
    from starter.client import new_event_id

    message = await keepwarm.read(_find, number)
    if not message.candidate_id or not message.holds:
        cure = (
            f"keepwarm inbox confirm {number}" if message.candidate_id else f"keepwarm inbox assign {number} CANDIDATE"
        )
        raise Refused(f"message {number} is not surely anybody's; first `{cure}`")
    person = await keepwarm.read(find_candidate, message.candidate_id)
    channel = Channel.SMS if message.channel == Channel.SMS else Channel.EMAIL
    order = Order(person, Purpose.SERVICE, channel, answer_id(number, new_event_id()))
    title = "" if order.channel is Channel.SMS else check_subject(subject or reply_subject(message.subject))
    now = await keepwarm.now()
    letter = NewLetter(person.id, order.key, check_words(words, order.channel), now, title, message.id, by)
    asked = NewConsent(
        person.id, str(Purpose.SERVICE), str(order.channel), True, now, f"request:{TEMPLATE}:{number}:{order.touch_id}",
        basis="request", source=f"message {number}",
    )  # fmt: skip
    await keepwarm.write(_record, letter, [asked])
    told = await _plan(keepwarm, order, now)
    await keepwarm.write(_note_answer, number, by, now, order)
    return {"message": number, **told}


async def answered(keepwarm: Keepwarm, number: int, *, by: str = "") -> dict[str, Any]:
    """Somebody has answered a message by other means, by phone say: its question's promise is kept. Raises Refused."""
    message = await keepwarm.read(_find, number)
    now = await keepwarm.now()
    await keepwarm.write(_note_answer, number, by, now)
    if message.candidate_id and message.holds:
        said = {
            "event_id": f"answered-{number}-{now.isoformat()}",
            "message_id": str(number),
            **({"by": by} if by else {}),
        }
        await keepwarm.signal_candidates([message.candidate_id], "question_answered", said)
    return {"message": number, "candidate": message.candidate_id}


async def write(
    keepwarm: Keepwarm, candidate: str, words: str, *, subject: str = "", by: str = "",
    channel: Channel = Channel.EMAIL, opening: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Write to somebody of one's own accord: about their application where an opening is named, else to stay in touch. Raises Refused."""
    from starter.client import new_event_id

    person = await keepwarm.read(find_candidate, candidate)
    if opening:
        await keepwarm.read(_check_application, person, opening)
    purpose = Purpose.APPLICATION if opening else Purpose.NURTURE
    order = Order(person, purpose, channel, new_event_id(), opening)
    title = "" if channel is Channel.SMS else check_subject(subject)
    now = await keepwarm.now()
    letter = NewLetter(person.id, order.key, check_words(words, channel), now, title, by=by)
    await keepwarm.write(_record, letter, [])
    told = await _plan(keepwarm, order, now)
    closed = await keepwarm.read(_why_closed, order, now)
    return {**told, "will": f"{told['will']}; but {closed}"} if closed else told


def reply_subject(subject: str) -> str:
    """`Re: …`, once."""
    bare = " ".join(subject.split())[: LONGEST_SUBJECT - 4]
    if not bare:
        return f"Re: {_NO_SUBJECT}"
    return bare if _ANSWERED.match(bare) else f"Re: {bare}"


def check_subject(subject: str) -> str:
    """A subject that may leave. Raises Refused."""
    bare = " ".join(subject.split())
    if not bare:
        raise Refused("a mail needs a subject; give --subject")
    if len(bare) > LONGEST_SUBJECT:
        raise Refused(f"the subject has {len(bare)} characters; at most {LONGEST_SUBJECT}")
    return bare


def check_words(words: str, channel: Channel) -> str:
    """Words that may leave. Raises Refused."""
    bare = words.replace("\0", "").strip()
    if not bare:
        raise Refused("the letter is empty; write its words as the last argument")
    if len(bare) > LONGEST[channel]:
        raise Refused(f"the letter has {len(bare)} characters; at most {LONGEST[channel]} by {channel}")
    return bare


async def _plan(keepwarm: Keepwarm, order: Order, due: datetime) -> dict[str, Any]:
    told = await keepwarm.schedule_touch(
        order.person.id, TEMPLATE, due, purpose=str(order.purpose), channel=str(order.channel), opening=order.opening,
        touch_id=order.touch_id,
    )  # fmt: skip
    return {**told, "touch_key": order.key}


def _record(connection: Connection, letter: NewLetter, words: list[NewConsent]) -> None:
    letters.record(connection, letter)
    consents.record(connection, words)


def _note_answer(connection: Connection, number: int, by: str, now: datetime, order: Order | None = None) -> None:
    """The message is answered, unless the letter has been returned already: it may settle before we come to note it."""
    if order:
        lock_candidates(connection, [order.person.id])
        if letters.is_lost(connection, order.key):
            return
    messages.answer(connection, number, by=by, at=now)
    tasks.finish(connection, [f"answer/{number}"], now)


def _find(connection: Connection, number: int) -> Message:
    try:
        return messages.get(connection, number)
    except messages.UnknownMessage as error:
        raise Refused(str(error)) from error


def _check_application(connection: Connection, person: Candidate, opening: str) -> None:
    find_opening(connection, opening)
    if not has_applied(connection, person.id, opening):
        raise Refused(f"{person.id} has not applied for {opening}; leave --opening out to write of something else")


def _why_closed(connection: Connection, order: Order, now: datetime) -> str:
    """What the consent gate will say of a letter; empty where it lets it through."""
    held = [one for one in consents.latest(connection, order.person.id) if one.channel == order.channel]
    if any(one.purpose == order.purpose and one.holds(now) for one in held):
        return ""
    return f"the consent gate stops it until a consent for {order.purpose} by {order.channel} is recorded"
