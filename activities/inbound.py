"""Taking in what people write: a mail from the mailbox or a webhook, an SMS. Each is one message, whichever way it came, and often twice.

A mail is first looked at as a bounce, then as an automatic answer, then as a person's words. *Stop* is in the consent log in the
transaction that reads it. Nothing here answers a mail, so that no two machines ever answer each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from activities import deliveries, threads
from activities.intake import Consequence
from activities.messages import SenderIdentity
from activities.texts import SOURCE, Text, helped, read_mailed_text, read_twilio, resumed, word_of
from activities.threads import Thread
from channels.autoreplies import absence
from channels.bounces import Bounce, read_bounce
from channels.inbound_parse import read_inbound_parse
from channels.mail import Mail, read_mail
from channels.quotes import newest, own_words
from channels.reports import Report, ReportKind
from domain.bounces import Verdict, verdict
from domain.replies import ReplyKind, classify
from domain.smswords import SmsWord, asks_to_stop
from domain.windows import zone_of
from storage import attachments, candidates, consents, controls, messages, received, recruiters, tasks
from storage.attachments import NewAttachment
from storage.candidates import Candidate
from storage.messages import Message, NewMessage
from storage.received import Received

WROTE_WITHIN = timedelta(days=14)
"""A bounce that names nothing but a recipient is believed where we wrote to that address so lately: anybody can write such a mail."""
REPORTED = {Verdict.HARD: ReportKind.BOUNCED, Verdict.SOFT: ReportKind.SOFT_BOUNCED, Verdict.BLOCK: ReportKind.BLOCKED}
PROVIDER = "mail"
"""Of reports that came as a mail."""
_ANSWER = re.compile(r"\s*(re|aw|sv|vs|antw|fw|fwd|wg|tr|rif|res|odp|réf)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_ASKING_TOO = frozenset({ReplyKind.INTERESTED, ReplyKind.LATER, ReplyKind.REPLY})
"""Classes beside which a question still wants its answer."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An input, the story moment at which it came, whose it is and who that is."""

    row: Received
    at: datetime
    thread: Thread
    person: Candidate | None

    @property
    def zone(self) -> ZoneInfo:
        """Where the person lives, as far as we know."""
        return zone_of(self.person.zone if self.person else "UTC")

    def begins(self, day: date | None) -> datetime | None:
        """When a day begins where the person lives."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC) if day else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message means. `until` is a day where the person lives. It may besides wish to be forgotten (`erase`), ask
    something, or be a machine's word that they have left (`gone`)."""

    kind: str
    until: date | None = None
    because: str = ""
    language: str = ""
    erase: bool = False
    asks: bool = False
    gone: bool = False


class Inbound:
    """The takers of what people write. `texts_by_mail`: an SMS is a mail, as the embedded mailbox has it."""

    def __init__(self, sender: SenderIdentity, *, texts_by_mail: bool = False) -> None:
        self._sender = sender
        self._texts_by_mail = texts_by_mail

    def take_in_mailbox(self, connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
        """What `keepwarm listen` stored."""
        return self._take_mails(connection, rows, now, lambda row: read_mail(row.body))

    def take_in_forms(self, connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
        """What SendGrid's Inbound Parse posted."""
        return self._take_mails(connection, rows, now, lambda row: read_inbound_parse(row.content_type, row.body))

    def take_in_texts(self, connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
        """What Twilio posted."""
        clock = controls.clock(connection)
        told: list[Consequence] = []
        for row in rows:
            told += _take_text(connection, row, read_twilio(row), min(clock.story(row.recorded_at), now))
        return told

    def _take_mails(
        self, connection: Connection, rows: Sequence[Received], now: datetime, read: Callable[[Received], Mail]
    ) -> list[Consequence]:
        clock = controls.clock(connection)
        own = {self._sender.address.casefold(), *(one.email.casefold() for one in recruiters.listed(connection))}
        told: list[Consequence] = []
        for row in rows:
            mail, at = read(row), min(clock.story(row.recorded_at), now)
            if mail.from_address.casefold() not in own and not messages.is_ours(connection, mail.message_id):
                told += self._take_mail(connection, row, mail, at)
        return told

    def _take_mail(self, connection: Connection, row: Received, mail: Mail, at: datetime) -> list[Consequence]:
        text = read_mailed_text(mail, row) if self._texts_by_mail else None
        if text:
            return _take_text(connection, row, text, at)
        if bounce := read_bounce(mail):
            return self._take_bounce(connection, row, mail, bounce, at)
        arrival = _arrive(connection, row, at, threads.of_mail(connection, mail, self._sender.reply_key))
        reading = _read_mail(mail, own_words(mail.text, mail.html), arrival)
        message = NewMessage(
            channel="email",
            at=at,
            message_id=mail.message_id or f"received-{row.source_key}",
            in_reply_to=mail.in_reply_to,
            from_address=mail.from_address,
            to_address=next(iter(mail.to), ""),
            subject=mail.subject,
            text=newest(mail.text, mail.html),
            whole=mail.text,
        )
        files = [NewAttachment(one.name, one.content_type, one.content, str(one.refused)) for one in mail.attachments]
        kept = _keep(connection, arrival, message, reading, files)
        return _follow(connection, arrival, kept, reading) if kept else []

    def _take_bounce(
        self, connection: Connection, row: Received, mail: Mail, bounce: Bounce, at: datetime
    ) -> list[Consequence]:
        """A bounce or complaint, told to the ledger as a provider's report is.

        Who answers our Message-ID or a signed address had our mail; the address that counts is then the one it went to, whatever
        the bounce names: nobody can close another's address.
        """
        ours = messages.find_ours(connection, [bounce.original_message_id])
        ours = ours or threads.behind_address(connection, mail.to, self._sender.reply_key)
        recipient = bounce.recipient.strip()
        if ours is None and not messages.wrote_to(connection, recipient, at - WROTE_WITHIN):
            return []
        report = Report(
            provider=PROVIDER,
            event_key=sha256((mail.message_id or row.source_key).encode()).hexdigest(),
            kind=_reported(bounce),
            at=row.recorded_at,
            touch_key=ours.touch_key if ours else "",
            address=ours.address if ours else recipient,
            code=bounce.status or bounce.code,
            because=bounce.reason or bounce.diagnostic[:200],
            payload={"status": bounce.status, "code": bounce.code, "diagnostic": bounce.diagnostic[:500]},
        )
        told = deliveries.take_in(connection, [report], at)
        for candidate_id in {ours.candidate_id if ours else "", *(one.candidate_id for one in told)} - {""}:
            received.belongs_to(connection, row.id, candidate_id)
        return told


def _reported(bounce: Bounce) -> ReportKind:
    """What a mail about a mail says of it. A warning while the mail system still tries is no failure: the mail may yet arrive."""
    if bounce.is_complaint:
        return ReportKind.COMPLAINED
    if bounce.reason == "delayed":
        return ReportKind.DEFERRED
    return REPORTED[verdict(bounce.status, bounce.code, bounce.diagnostic)]


def _take_text(connection: Connection, row: Received, text: Text, at: datetime) -> list[Consequence]:
    arrival = _arrive(connection, row, at, threads.of_number(connection, text.from_number))
    word = word_of(connection, text, arrival.thread.candidate_id)
    reading = Reading(word, because=f"sms/{word}") if word else _classify(text.body, arrival)
    pictures = [url for _, url in text.media if url]
    message = NewMessage(
        channel="sms",
        at=at,
        message_id=text.sid,
        from_address=text.from_number,
        to_address=text.to_number,
        text=text.body,
        whole="\n".join([text.body, *pictures]).strip(),
    )
    files = [
        NewAttachment(f"picture-{place}", kind, b"", "it lies at the provider; the message names its address")
        for place, (kind, _) in enumerate(text.media, 1)
    ]
    kept = _keep(connection, arrival, message, reading, files)
    if kept and arrival.person and word is SmsWord.HELP:
        return helped(connection, kept, text, arrival.person.id)
    return _follow(connection, arrival, kept, reading) if kept else []


def _arrive(connection: Connection, row: Received, at: datetime, thread: Thread) -> Arrival:
    """The input with whoever it belongs to; it goes when they are erased."""
    person = candidates.get(connection, thread.candidate_id) if thread.candidate_id else None
    if person is None or person.erased:
        return Arrival(row, at, Thread(), None)
    received.belongs_to(connection, row.id, person.id)
    return Arrival(row, at, thread, person)


def _read_mail(mail: Mail, words: str, arrival: Arrival) -> Reading:
    if away := absence(mail, arrival.at.astimezone(arrival.zone).date()):
        return Reading(ReplyKind.AUTO_REPLY, away.until, away.because, gone=away.gone)
    is_titled_so = bool(_ANSWER.match(mail.subject))
    if not is_titled_so and asks_to_stop(mail.subject):
        return _classify(mail.subject, arrival)
    return _classify(words or ("" if is_titled_so or mail.in_reply_to else mail.subject), arrival)


def _classify(words: str, arrival: Arrival) -> Reading:
    """By the rules. A mail without words says what its subject says, unless that is ours quoted back."""
    language = arrival.person.language if arrival.person else ""
    found = classify(words, language, arrival.at.astimezone(arrival.zone).date())
    return Reading(found.kind, found.until, found.because, found.language, found.erase, found.asks)


def _keep(
    connection: Connection, arrival: Arrival, came: NewMessage, reading: Reading, files: Sequence[NewAttachment]
) -> Message | None:
    """Store a message, its files and the work that it makes; None where it came another way before, and was told there.

    After a crash the same input comes again: then it is the message that it was.
    """
    thread = arrival.thread
    new = replace(
        came, candidate_id=thread.candidate_id or None, received_id=arrival.row.id, touch_key=thread.touch_key,
        matched_by=thread.by, kind=str(reading.kind), because=reading.because, language=reading.language,
        until=arrival.begins(reading.until),
    )  # fmt: skip
    number = messages.store(connection, new)
    if number is None:
        known = messages.find(connection, new.channel, new.message_id)
        if known and (known.received_id == arrival.row.id or _is_same(known, new)):
            return known if known.received_id == arrival.row.id else None
        # Some programs give all their mails the same id.
        own = replace(new, message_id=f"{new.message_id}#{sha256(arrival.row.source_key.encode()).hexdigest()[:16]}")
        number = messages.store(connection, own)
        if number is None:
            return messages.find(connection, own.channel, own.message_id)
    attachments.store(connection, number, files)
    message = messages.get(connection, number)
    tasks.ask(connection, _work(message, arrival, reading))
    return message


def _is_same(known: Message, new: NewMessage) -> bool:
    """Whether two mails of one id are one: of the same sender, in the same words."""
    return known.from_address.casefold() == new.from_address.casefold() and known.text.split() == new.text.split()


def _work(message: Message, arrival: Arrival, reading: Reading) -> list[tasks.NewTask]:
    """What a person must do about a message."""
    person, work = arrival.person, list[tasks.NewTask]()
    if person and reading.erase:
        because = f"{person.full_name} asks to be forgotten; `keepwarm candidate erase {person.id}` does it"
        work.append(tasks.NewTask(f"erase/{message.id}", "erase", because, arrival.at, person.id, owner=person.owner))
    if person and reading.gone:
        because = (
            f"an automatic answer says that {person.full_name} is no longer at {message.from_address}: "
            f"`keepwarm inbox show {message.id}`, then `keepwarm candidate reach {person.id} --email …` with another address"
        )
        work.append(tasks.NewTask(f"left/{person.id}", "contact", because, arrival.at, person.id, owner=person.owner))
    if message.kind == ReplyKind.AUTO_REPLY or arrival.thread.is_sure:
        return work
    if person:
        because = (
            f"message {message.id} came from an address of {person.full_name}, but answers nothing of ours: "
            f"`keepwarm inbox confirm {message.id}` if they wrote it"
        )
        work.append(
            tasks.NewTask(f"message/{message.id}", "message", because, arrival.at, person.id, owner=person.owner)
        )
    else:
        because = "messages came from people whom we do not know; `keepwarm inbox list` shows them"
        work.append(tasks.NewTask("messages/unknown", "message", because, arrival.at))
    return work


def _follow(connection: Connection, arrival: Arrival, message: Message, reading: Reading) -> list[Consequence]:
    """Who must hear of a message. What only a sender's address says is told to nobody, but that they want no more."""
    person = arrival.person
    if person is None:
        return []
    if message.kind == ReplyKind.STOP:
        source = SOURCE if message.channel == "sms" else "reply"
        event_id = f"message-{message.id}"
        consents.opt_out(connection, person.id, "*", message.channel, at=message.at, event_id=event_id, source=source)
        return [_told(message, person.id, message.kind)]
    if not arrival.thread.is_sure or message.kind == SmsWord.HELP:
        return []
    if message.kind == SmsWord.START:
        return resumed(connection, message, person.id)
    told = [_told(message, person.id, message.kind)]
    if reading.asks and message.kind in _ASKING_TOO:
        told.append(_told(message, person.id, ReplyKind.QUESTION, "-question"))
    return told


def _told(message: Message, candidate_id: str, kind: str, suffix: str = "") -> Consequence:
    payload = {
        "event_id": f"message-{message.id}{suffix}", "at": message.at.isoformat(), "kind": str(kind),
        "channel": message.channel, "message_id": str(message.id),
    }  # fmt: skip
    until = {"until": message.until.isoformat()} if message.until else {}
    return Consequence(candidate_id, "message_received", payload | until)
