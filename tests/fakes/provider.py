"""What the fake HTTP providers share: a real server on a free port, what it holds, and the troubles it is told to make.

In a test: `async with FakeSendGrid() as fake: … fake.url, fake.held, fake.behave(DROP_AFTER)`. For tests that kill
processes: `python -m tests.fakes.sendgrid --port N`, steered by `POST /__behave` (a list of `Trouble`s as JSON objects,
`{"every": n, "trouble": {…}}`, `{"chance": 0.1, "trouble": {…}}` or `{"shows_after": seconds}`) and read by `GET /__held`.
"""

import argparse
import asyncio
import contextlib
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from aiohttp import web


@dataclass(frozen=True)
class Trouble:
    """What one send meets. `accepts`: the message is kept. `then`: how the exchange ends."""

    accepts: bool = False
    then: Literal["answer", "drop", "hang"] = "answer"
    status: int = 500
    body: dict[str, Any] | None = None
    """What to answer; None for the provider's usual words for that status."""
    headers: dict[str, str] = field(default_factory=dict)


DROP_AFTER = Trouble(accepts=True, then="drop")
DROP_BEFORE = Trouble(then="drop")
HANG_AFTER = Trouble(accepts=True, then="hang")
HANG_BEFORE = Trouble(then="hang")


@dataclass(frozen=True)
class Held:
    """One message that was accepted. `key` is the touch where the provider is told it, else empty."""

    id: str
    key: str
    to: str
    payload: dict[str, Any]
    accepted_at: float = 0.0
    """Seconds of the fake's clock."""


class FakeProvider:
    """Base of the fakes. `held` in order of acceptance; `refused` are the faults found in requests."""

    def __init__(self, port: int = 0) -> None:
        self.held: list[Held] = []
        self.refused: list[str] = []
        self.requests = 0
        self.hides_new = False
        """The list or feed does not show any message: it runs behind."""
        self.shows_after = 0.0
        """Seconds from acceptance until the list or feed shows a message."""
        self.clock: Callable[[], float] = time.monotonic
        self._port = port
        self._troubles: deque[Trouble] = deque()
        self._every: tuple[int, Trouble] | None = None
        self._chance: tuple[float, Trouble] | None = None
        self._dice = random.Random()
        self._clients: set[asyncio.Transport] = set()
        self._ended = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def connections(self) -> int:
        """Different client connections seen."""
        return len(self._clients)

    @property
    def shown(self) -> list[Held]:
        """What the list or feed shows of `held`."""
        ripe = self.clock() - self.shows_after
        return [held for held in self.held if not self.hides_new and held.accepted_at <= ripe]

    @property
    def copies(self) -> dict[str, int]:
        """How often each key is held."""
        return dict(Counter(held.key for held in self.held if held.key))

    @property
    def twice(self) -> dict[str, int]:
        """Keys held more than once, with how often."""
        return {key: times for key, times in self.copies.items() if times > 1}

    def behave(self, *troubles: Trouble) -> None:
        """The next sends meet these, one each."""
        self._troubles.extend(troubles)

    def behave_every(self, n: int, trouble: Trouble) -> None:
        """Every n-th send from now on meets this; ends what was told by chance."""
        self._every, self._chance = (n, trouble), None

    def behave_by_chance(self, chance: float, trouble: Trouble, seed: int = 1) -> None:
        """Each send from now on meets this with that probability, the same ones for the same `seed`; ends `behave_every`."""
        self._every, self._chance = None, (chance, trouble)
        self._dice.seed(seed)

    async def drop_all(self) -> None:
        """End every connection, as a server does with idle ones."""
        for transport in self._clients:
            transport.abort()
        await asyncio.sleep(0)  # the loop closes them in its next turn

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([web.get("/__held", self._show), web.post("/__behave", self._instruct), *self.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended.set()
        assert self._runner is not None
        await self._runner.cleanup()

    def routes(self) -> Sequence[web.RouteDef]:
        raise NotImplementedError

    def explain(self, status: int) -> dict[str, Any]:
        """The provider's usual words for a status."""
        raise NotImplementedError

    def meet(self, request: web.Request) -> Trouble | None:
        """Count the request; the trouble it is to meet."""
        self.requests += 1
        assert request.transport is not None
        self._clients.add(request.transport)
        if self._troubles:
            return self._troubles.popleft()
        if self._every and self.requests % self._every[0] == 0:
            return self._every[1]
        if self._chance and self._dice.random() < self._chance[0]:
            return self._chance[1]
        return None

    async def end(self, request: web.Request, trouble: Trouble) -> web.Response:
        """The exchange's end as told."""
        match trouble.then:
            case "drop":
                assert request.transport is not None
                request.transport.abort()
            case "hang":
                await self._ended.wait()
            case "answer":
                body = self.explain(trouble.status) if trouble.body is None else trouble.body
                return web.json_response(body, status=trouble.status, headers=trouble.headers)
        return web.Response(status=500)

    async def _show(self, _: web.Request) -> web.Response:
        held = [asdict(one) for one in self.held]
        return web.json_response(
            {
                "held": held,
                "copies": self.copies,
                "twice": self.twice,
                "refused": self.refused,
                "requests": self.requests,
            }
        )

    async def _instruct(self, request: web.Request) -> web.Response:
        match await request.json():
            case {"every": n, "trouble": trouble}:
                self.behave_every(n, Trouble(**trouble))
            case {"chance": chance, "trouble": trouble}:
                self.behave_by_chance(chance, Trouble(**trouble))
            case {"shows_after": seconds}:
                self.shows_after = seconds
            case list(troubles):
                self.behave(*(Trouble(**one) for one in troubles))
            case _:
                return web.Response(status=400)
        return web.json_response({})


def serve(fake: type[FakeProvider]) -> None:
    """The life of a fake that runs as a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port

    async def run() -> None:
        async with fake(port) as server:
            print(server.url, flush=True)  # noqa: T201
            await asyncio.Event().wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
