"""/healthz tells which part is away."""

import asyncio
from dataclasses import replace

from httpx import ASGITransport, AsyncClient

from embedded.ports import free_port
from storage.database import make_engine
from tests.web.conftest import FakeDoor
from web.app import create_app
from web.sites import Site


async def test_all_is_well(http: AsyncClient) -> None:
    answer = await http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "temporal": "ok"})


async def test_temporal_is_away(http: AsyncClient, door: FakeDoor) -> None:
    door.closed = True
    answer = await http.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "temporal: no answer", "database": "ok", "temporal": "no answer"}
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"}), "webhooks are stored all the same"


async def test_the_database_is_away(site: Site) -> None:
    nowhere = make_engine(f"postgresql+psycopg://keepwarm:secret@127.0.0.1:{free_port()}/keepwarm")
    async with AsyncClient(
        transport=ASGITransport(create_app(replace(site, engine=nowhere))), base_url="http://x"
    ) as http:
        answer = await http.get("/healthz")
        assert (await http.get("/readyz")).status_code == 503
    assert answer.status_code == 503
    assert answer.json() == {"status": "database: no answer", "database": "no answer", "temporal": "ok"}
    nowhere.dispose()


async def test_many_who_ask_at_once_are_one_question(http: AsyncClient, door: FakeDoor) -> None:
    asked = 0

    async def check() -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        await let_go.wait()

    let_go = asyncio.Event()
    door.check = check  # type: ignore[method-assign]
    answers = [asyncio.create_task(http.get("/healthz")) for _ in range(20)]
    while not asked:
        await asyncio.sleep(0)
    ready = await http.get("/readyz")  # by now all have asked
    let_go.set()
    assert {answer.status_code for answer in await asyncio.gather(*answers)} == {200}
    assert (ready.status_code, asked) == (200, 1)
    assert (await http.get("/healthz")).status_code == 200
    assert asked == 2
