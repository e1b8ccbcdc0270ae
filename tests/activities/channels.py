"""Channels in memory: they keep what they were given, can break in every way a provider does, and can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic

from channels.messages import Accepted, Answer, CannotTell, Inquiry, M, NotFound, TooEarly


@dataclass
class FakeChannel(Generic[M]):
    """Keeps every message that reached it. `script` holds what happens to the next ones, in order; then all goes well.

    `before` raises before the provider has the message, `after` when it has it; `tells` is whether it can be asked, `early` how often it
    first answers that it is too early, and the rest it asks for.
    """

    name: str = "fake"
    kept: list[M] = field(default_factory=list)
    before: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    tells: bool = True
    early: list[timedelta] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    inquiries: list[Inquiry] = field(default_factory=list)

    async def send(self, message: M) -> Accepted:
        """Take a message, or break as the script says."""
        await asyncio.sleep(0)
        if self.before:
            raise self.before.pop(0)
        self.kept.append(message)
        self.meanwhile()
        if self.after:
            raise self.after.pop(0)
        return Accepted(self.name, f"{self.name}-{len(self.kept)}")

    async def ask(self, inquiry: Inquiry) -> Answer:
        """Look among what was kept."""
        self.inquiries.append(inquiry)
        if self.early:
            return TooEarly("its list runs behind", self.early.pop(0))
        if not self.tells:
            return CannotTell("it keeps no list")
        for number, message in enumerate(self.kept, 1):
            if message.message_id == inquiry.message_id:
                return Accepted(self.name, f"{self.name}-{number}")
        return NotFound()

    async def close(self) -> None:
        """Nothing to release."""
