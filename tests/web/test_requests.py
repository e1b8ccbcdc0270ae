"""A person takes a copy of their data, is forgotten in two steps, or ends all links, without asking anybody."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, insert, text

from storage import candidates, openings, tasks
from storage.openings import NewOpening
from storage.tables import applications, stage_log
from tests.storage.people import sent
from tests.web.conftest import LONG_AGO, FakeDoor, page_path
from web.sites import Site


@pytest.fixture
def ada(site: Site, add_person: Callable[..., str]) -> str:
    return add_person()


def erased(engine: Engine) -> bool:
    with engine.connect() as connection:
        return candidates.get(connection, "ada").erased


async def test_a_copy_comes_at_once_as_a_zip(http: AsyncClient, site: Site, ada: str) -> None:
    answer = await http.post(page_path(site, ada, "export"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="keepwarm-')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "ada@candidates.example" in archive.read("record.json").decode()
        assert json.loads(archive.read("consent-log.json"))


async def test_a_copy_does_not_tell_a_decision_that_was_not_told(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-1", "Backend engineer"))
        row = {"candidate_id": ada, "opening_id": "be-1", "stage": "rejected"}
        connection.execute(insert(stage_log).values(**row, event_id="1", outcome="entered", at=LONG_AGO))
        stay = {"stage_at": LONG_AGO, "furthest": "interview", "applied_at": LONG_AGO}
        connection.execute(insert(applications).values(**row, **stay))
    answer = await http.post(page_path(site, ada, "export"))
    assert "send you the copy within 30 days" in answer.text
    with engine.begin() as connection:
        [task] = tasks.listed(connection, ada)
        assert task.kind == "export_request"
        sent(
            connection, "ada/application/be-1:rejected/message/1", purpose="application", template="refused",
            opening_id="be-1",
        )  # fmt: skip
    answer = await http.post(page_path(site, ada, "export"))
    assert answer.headers["content-type"] == "application/zip"


async def test_one_press_only_asks_whether_they_are_sure(
    http: AsyncClient, site: Site, ada: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(page_path(site, ada, "erase"))
    assert "Shall we forget you?" in answer.text
    assert 'name="confirm" value="yes"' in answer.text
    assert not erased(engine)
    assert door.told == []


async def test_the_second_press_forgets_them_and_leaves_a_person_what_no_program_can_do(
    http: AsyncClient, site: Site, ada: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(page_path(site, ada, "erase"), data={"confirm": "yes"})
    assert answer.status_code == 200
    assert "Your data is deleted" in answer.text
    assert "/c/" not in answer.text
    assert erased(engine)
    assert [told["signal"] for told in door.told] == ["erased"]
    with engine.connect() as connection:
        [task] = tasks.listed(connection)
    assert (task.kind, task.candidate_id) == ("erased", None)
    assert "let database backups run out" in task.because
    assert (await http.get(page_path(site, ada, "status"))).status_code in (404, 410)


async def test_an_erasure_that_can_not_be_done_now_is_a_task_with_a_month(
    http: AsyncClient, site: Site, ada: str, engine: Engine, door: FakeDoor
) -> None:
    door.closed = True
    for _ in range(2):
        answer = await http.post(page_path(site, ada, "erase"), data={"confirm": "yes"})
        assert "delete your data within 30 days" in answer.text
    with engine.connect() as connection:
        [task] = tasks.listed(connection, ada)
        now = site.story_now(connection)
    assert task.kind == "erase_request"
    assert 29 <= (task.due - now).days <= 30


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
async def test_every_language_has_all_steps(
    language: str, http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("update candidates set language = :language"), {"language": language})
    pages = [await http.get(page_path(site, ada, "data")), await http.post(page_path(site, ada, "erase"))]
    pages.append(await http.post(page_path(site, ada, "erase"), data={"confirm": "yes"}))
    for page in pages:
        assert page.status_code == 200
        assert f'<html lang="{language}" dir="ltr">' in page.text
