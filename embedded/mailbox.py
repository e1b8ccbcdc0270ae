"""The mailbox of the embedded default: SMTP in, IMAP and a web view out. Everything that is sent lies in one inbox.

It delivers nothing to anybody, and keeps the newest mails over a restart (embedded/mailbox_server.py).
"""

import importlib.util
import sys
from pathlib import Path

from config.settings import EMBEDDED_HOST
from embedded.parts import Part, answers_http, greets
from embedded.ports import ListeningPort
from embedded.processes import Command, EmbeddedError


class Mailbox(Part):
    """The mail server over `folder`, one file a mail."""

    name = "Mailbox"
    replaced_by = "KEEPWARM_EMAIL and KEEPWARM_SMS"

    def __init__(
        self, folder: Path, log: Path, *, smtp_port: int, imap_port: int, web_port: int, user: str, password: str
    ) -> None:
        self.folder = folder
        self.smtp_port = smtp_port
        self.imap_port = imap_port
        self.web_port = web_port
        self.user = user
        self.password = password
        self._log = log

    @property
    def ports(self) -> tuple[ListeningPort, ...]:
        return (
            ListeningPort(self.smtp_port, "KEEPWARM_SMTP_PORT"),
            ListeningPort(self.imap_port, "KEEPWARM_IMAP_PORT"),
            ListeningPort(self.web_port, "KEEPWARM_MAILBOX_WEB_PORT"),
        )

    @property
    def addresses(self) -> list[tuple[str, str]]:
        return [
            ("Mailbox", f"http://{EMBEDDED_HOST}:{self.web_port}"),
            ("Mailbox SMTP", f"{EMBEDDED_HOST}:{self.smtp_port}"),
            ("Mailbox IMAP", f"{EMBEDDED_HOST}:{self.imap_port} (user {self.user}, KEEPWARM_IMAP_PASSWORD)"),
        ]

    async def prepare(self) -> None:
        if importlib.util.find_spec("mail_devel") is None:
            raise EmbeddedError(f"the package mail-devel is missing; run `make setup`, or set {self.replaced_by}")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def command(self) -> Command:
        ports = [
            "--smtp-port",
            str(self.smtp_port),
            "--imap-port",
            str(self.imap_port),
            "--http-port",
            str(self.web_port),
        ]
        return Command(
            argv=[sys.executable, "-m", "embedded.mailbox_server", str(self.folder), *ports],
            log=self._log,
            environment={"MAIL_USER": self.user, "MAIL_PASSWORD": self.password},
        )

    async def is_healthy(self) -> bool:
        return (
            await greets(self.smtp_port, b"220")
            and await greets(self.imap_port, b"* OK")
            and await answers_http(f"http://{EMBEDDED_HOST}:{self.web_port}/")
        )
