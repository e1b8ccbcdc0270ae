"""The process that reads the mailbox: `keepwarm listen`. What came is stored, then the intake is told; nothing is parsed here.

A page of mails is stored in the same transaction that moves the cursor: wherever the process dies, the next one goes on behind the
last mail that is stored. Where a server has counted its mails anew, all of late are read again; the same mail is stored once.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from hashlib import sha256

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from channels.imap import FAILURES, Header, Inbox, MailboxRefused, MailServer
from config.settings import Settings, SettingsError, env_name
from config.temporal import connect
from starter.intake import nudge
from storage import mailboxes, messages, received, recruiters
from storage.database import make_engine
from storage.mailboxes import Cursor

IDLE = 60
"""Seconds of waiting before the server is asked all the same: connections that are silent for longer are cut on their way."""
POLL = 20.0
"""Seconds between two looks where the server offers no IDLE."""
OWED = 5
"""Seconds until the intake is told again, while Temporal is away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before a new connection: doubled each time, from the first to the longest."""
FIRST_LOOK_BACK = timedelta(days=7)
"""How old mails may be that are read from a mailbox at its first time: what came before belongs to another story."""
RECOUNT_LOOK_BACK = timedelta(days=2)
"""How far before the last look a mailbox is read again whose server has counted anew; SINCE knows days alone, in a zone of its own."""
PAGE = 50
"""Mails whose headers are asked for at once."""
PAGE_BYTES = 20_000_000
"""A transaction ends beyond so many."""
LARGEST = 50_000_000
"""Bytes. Of a larger mail only the headers are stored: it is on record, and a person finds it in the mailbox."""
RECIPIENTS = (
    *("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "resent-to"),
    *("x-rcptto", "x-forwarded-to"),
)
"""Headers that may name us, some written by the server that took the mail over."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """Which mails of a mailbox are for us. `addresses` are our own: a mail from one of them is a copy of ours.

    `shared`: the mailbox holds everybody's mail, as the embedded one does, and only what names one of our addresses is for us.
    """

    addresses: frozenset[str]
    reply_domain: str
    shared: bool

    def wants(self, header: Message) -> bool:
        """Whether a mail is to be stored. One whose headers can't be read is: what it is, is found out later."""
        try:
            if any(address in self.addresses for address in _addresses(header, ("from",))):
                return False
            return not self.shared or any(self._is_ours(address) for address in _addresses(header, RECIPIENTS))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return True

    def _is_ours(self, address: str) -> bool:
        return address in self.addresses or address.rpartition("@")[2] == self.reply_domain


def house_of(connection: Connection, settings: Settings) -> House:
    """The house's addresses, its recruiters' among them."""
    own = [settings.from_address, *(person.email for person in recruiters.listed(connection))]
    return House(
        frozenset(address.casefold() for address in own if address),
        settings.reply_domain.casefold(),
        shared=not settings.has_own_mailbox,
    )


def server_of(settings: Settings) -> MailServer:
    """The mailbox that the settings name. Raises SettingsError where there is none."""
    if not settings.listens:
        raise SettingsError(
            "KEEPWARM_IMAP_HOST is not set; needed by `keepwarm listen`, as is its port, user and password"
        )
    needed = ("imap_port", "imap_user", "imap_password") if settings.has_own_mailbox else ()
    missing = [env_name(field) for field in needed if field not in settings.model_fields_set]
    if missing:
        because = f"needed because KEEPWARM_IMAP_HOST={settings.imap_host}"
        raise SettingsError("\n".join(f"{name} is not set; {because}" for name in missing))
    return MailServer(
        settings.imap_host,
        settings.imap_port,
        settings.imap_user,
        settings.imap_password.get_secret_value(),
        settings.imap_security,
        settings.imap_folder,
    )


@dataclass(slots=True)
class Reader:
    """Stores what is new in a mailbox."""

    engine: Engine
    server: MailServer
    house: Callable[[Connection], House]
    largest: int = LARGEST

    def read_new(self, inbox: Inbox) -> int:
        """Store what came since the last look; how many mails were new. Raises one of channels.imap.FAILURES, or SQLAlchemyError.

        The cursor moves on by what a search has shown, never by what the server counts meanwhile: an open folder may show less.
        """
        inbox.look()
        with self.engine.connect() as connection:
            cursor = mailboxes.cursor(connection, self.server.mailbox, self.server.folder)
        last = cursor.last_uid if cursor and cursor.uid_validity == inbox.uid_validity else None
        uids = self._of_late(inbox, cursor) if last is None else inbox.uids_after(last)
        stored = sum(self._keep(inbox, page) for page in self._pages(inbox, uids))
        with self.engine.begin() as connection:
            self._move(connection, inbox, max([*uids, inbox.next_uid - 1 if last is None else last]))
        return stored

    def _of_late(self, inbox: Inbox, cursor: Cursor | None) -> list[int]:
        """Where no UID says what is new: the first time, and when the server has counted anew."""
        if cursor is None:
            return inbox.uids_since((datetime.now(UTC) - FIRST_LOOK_BACK).date())
        log.info("the mailbox has counted its mails anew; those of late are read again")
        return inbox.uids_since((cursor.recorded_at - RECOUNT_LOOK_BACK).date())

    def _pages(self, inbox: Inbox, uids: Sequence[int]) -> Iterator[list[Header]]:
        """Headers, so many at once as may be stored in one transaction."""
        for first in range(0, len(uids), PAGE):
            page: list[Header] = []
            for header in inbox.headers(uids[first : first + PAGE]):
                page.append(header)
                if sum(one.size for one in page if one.size <= self.largest) > PAGE_BYTES:
                    yield page
                    page = []
            if page:
                yield page

    def _keep(self, inbox: Inbox, page: Sequence[Header]) -> int:
        """Fetch what a page holds for us; store it and move the cursor behind it, in one transaction."""
        with self.engine.connect() as connection:
            house = self.house(connection)
        parsed = [(header, BytesHeaderParser().parsebytes(header.raw)) for header in page]
        wanted = [(one, header) for one, header in parsed if house.wants(header)]
        fetched = [(one, header, self._fetch(inbox, one)) for one, header in wanted]
        with self.engine.begin() as connection:
            stored = sum(self._store(connection, one, header, raw) for one, header, raw in fetched if raw is not None)
            self._move(connection, inbox, page[-1].uid)
        return stored

    def _fetch(self, inbox: Inbox, header: Header) -> bytes | None:
        return inbox.fetch(header.uid) if header.size <= self.largest else header.raw

    def _store(self, connection: Connection, one: Header, header: Message, raw: bytes) -> bool:
        """Whether a mail was new. Without its white space it is the same mail by whatever way it was stored before."""
        if messages.is_ours(connection, str(header.get("Message-ID", "")).strip()):
            return False
        key = sha256(b"".join(raw.split())).hexdigest()
        told = {"uid": str(one.uid), "size": str(one.size), "whole": str(one.size <= self.largest).lower()}
        return received.store(connection, received.IMAP, key, "message/rfc822", told, raw) is not None

    def _move(self, connection: Connection, inbox: Inbox, uid: int) -> None:
        mailboxes.move(connection, self.server.mailbox, self.server.folder, inbox.uid_validity, uid)


def _addresses(header: Message, names: Sequence[str]) -> list[str]:
    """The bare addresses that some headers name, in small letters."""
    lists = (getaddresses([str(value)]) for name in names for value in header.get_all(name, []))
    return [address.casefold() for found in lists for _, address in found if address]


@dataclass(slots=True)
class Listener:
    """Stays with a mailbox for good: connects again whenever it must, and tells the intake of what was stored."""

    reader: Reader
    tell: Callable[[], bool]
    """Tells the intake; False where Temporal did not hear."""
    owes: bool = True
    """Whether the intake has not been told of what waits; at the start something may."""
    _pause: float = field(default=FIRST_PAUSE)

    def listen(self) -> None:
        """Read until a signal ends the process."""
        while True:
            try:
                self._connected()
            except MailboxRefused as error:
                log.error("the mailbox does not let us in", why=str(error))  # noqa: TRY400 - it says it all
                self._pause = LONGEST_PAUSE
            except FAILURES as error:
                log.warning("the mailbox is away, trying again", why=type(error).__name__, pause_seconds=self._pause)
            except SQLAlchemyError as error:
                log.warning("the database is away, trying again", why=type(error).__name__, pause_seconds=self._pause)
            time.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _connected(self) -> None:
        """One connection's life."""
        inbox = Inbox.open(self.reader.server)
        log.info("listening", folder=self.reader.server.folder, idle=inbox.can_idle)
        try:
            while True:
                self.look(inbox)
                self._pause = FIRST_PAUSE
                self._wait(inbox)
        finally:
            inbox.close()

    def look(self, inbox: Inbox) -> int:
        """Store what is new and tell the intake, of earlier ones too where it had not heard; how many were new."""
        stored = self.reader.read_new(inbox)
        if stored:
            log.info("stored", mails=stored)
        self.owes = self.owes or stored > 0
        if self.owes:
            self.owes = not self.tell()
        return stored

    def _wait(self, inbox: Inbox) -> None:
        if inbox.can_idle:
            inbox.wait(OWED if self.owes else IDLE)
        else:
            time.sleep(OWED if self.owes else POLL)


@dataclass(slots=True)
class Teller:
    """Tells the intake, over a connection that is made when first needed."""

    settings: Settings
    runner: asyncio.Runner
    _client: Client | None = None

    def __call__(self) -> bool:
        try:
            self.runner.run(asyncio.wait_for(self._nudge(), OWED))
        except (RPCError, SettingsError, TimeoutError) as error:
            log.warning("Temporal is away; the intake is told later", why=type(error).__name__)
            return False
        return True

    async def _nudge(self) -> None:
        self._client = self._client or await connect(self.settings, within=0)
        await nudge(self._client)


def listen(settings: Settings) -> None:
    """The whole process, until SIGTERM or Ctrl-C. It may be killed at any moment. Raises SettingsError."""
    server = server_of(settings)
    engine = make_engine(settings.database_url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    with asyncio.Runner() as runner:
        reader = Reader(engine, server, lambda connection: house_of(connection, settings))
        _say_at_work(settings)
        try:
            Listener(reader, Teller(settings, runner)).listen()
        finally:
            engine.dispose()


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _say_at_work(settings: Settings) -> None:
    """For the supervisor; elsewhere the folder may be read-only, and nobody looks."""
    with suppress(OSError):
        settings.listening_file.touch()
