"""What the intake gave up is seen from the command line, and read again when asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import Engine

from config.settings import Settings
from starter import intake
from starter.client import Keepwarm
from starter.refusals import Refused
from storage import received, tasks
from storage.tasks import NewTask

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class FakeClient:
    """Notes which workflows were started, and with which signal."""

    def __init__(self) -> None:
        self.started: list[tuple[str, str]] = []

    async def start_workflow(self, _workflow: str, _state: Any, **options: Any) -> None:
        self.started.append((options["id"], options["start_signal"]))


async def test_what_was_given_up_is_read_again_once_somebody_asks(engine: Engine) -> None:
    client = FakeClient()
    keepwarm = Keepwarm(cast(Any, client), engine, Settings(secret_key="k" * 32))
    with engine.begin() as connection:
        number = received.store(connection, received.IMAP, "k", "", {}, b"Subject: hello")
        assert number is not None
        assert received.fail(connection, number, "ValueError", 1)
        tasks.ask(connection, [NewTask(received.task_key(number), "unread_input", "it could not be read", NOW)])
        (shown,) = received.listed(connection, received.FAILED)
    assert (shown.id, shown.size, shown.error) == (number, 14, "ValueError")
    assert (await intake.read_again(keepwarm, number))["received"] == number
    assert client.started == [("intake", "received")]
    with engine.begin() as connection:
        assert (received.any_waits(connection), tasks.listed(connection)) == (True, [])
    with pytest.raises(Refused, match="was given up"):
        await intake.read_again(keepwarm, number)
