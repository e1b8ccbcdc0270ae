"""The status page says where somebody stands, in their words, and never more than they were told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, insert

from domain.stages import DEFAULT_PIPELINE
from storage import bookings, openings, slots, surveys
from storage.openings import NewOpening
from storage.slots import NewSlot
from storage.surveys import Answer
from storage.tables import applications, ledger, promises, stage_log
from tests.web.conftest import page_path
from web.sites import Site

APPLIED = datetime(2026, 3, 2, 9, tzinfo=UTC)
GUIDE = {"criteria": ["Python in production", "clear writing"], "timetable": {"applied": 5, "interview": 10}}


@pytest.fixture
def ada(engine: Engine, add_person: Callable[..., str]) -> str:
    """Ada, who lives in Berlin and applied to be-1."""
    with engine.begin() as connection:
        opening = NewOpening("be-1", "Backend engineer", place="Berlin", guide=GUIDE, next_step="Dana reads it.")
        openings.add(connection, opening)
        openings.set_status(connection, "be-1", "open", 1)
    add_person("ada", zone="Europe/Berlin")
    enter(engine, "applied", days=0)
    tell(engine, "applied", days=0, subject="We have your application")
    return "ada"


def enter(engine: Engine, stage: str, days: int, who: str = "ada") -> None:
    """A move that the workflow recorded so many days after the application."""
    at = APPLIED + timedelta(days=days)
    kind = next(one.kind for one in DEFAULT_PIPELINE.stages if one.name == stage)
    row = {"candidate_id": who, "opening_id": "be-1", "stage": stage, "kind": kind, "furthest": stage, "stage_at": at}
    with engine.begin() as connection:
        connection.execute(applications.delete())
        connection.execute(insert(applications).values(**row, applied_at=APPLIED))
        connection.execute(
            insert(stage_log).values(
                candidate_id=who, opening_id="be-1", event_id=f"{stage}-{days}", stage=stage, outcome="entered", at=at
            )
        )


def tell(engine: Engine, stage: str, days: int, *, state: str = "delivered", **values: Any) -> None:
    """The stage's message, so many days after the application."""
    at = APPLIED + timedelta(days=days, minutes=1)
    row = {
        "touch_key": f"ada/application/be-1:{stage}/message/{at.isoformat()}", "candidate_id": "ada",
        "purpose": "application", "channel": "email", "template": "x", "opening_id": "be-1", "state": state, "due": at,
        "subject": f"Word of {stage}", "provider": "sendgrid",
    }  # fmt: skip
    if state in ("accepted", "delivered", "bounced"):
        row |= {"accepted_at": at, "handed_over_at": at}
    with engine.begin() as connection:
        connection.execute(insert(ledger).values(**row | values))


def promise(engine: Engine, due: datetime, kind: str = "answer", state: str = "due") -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(promises).values(
                promise_key=f"{kind}/{due}", candidate_id="ada", kind=kind, opening_id="be-1", state=state,
                made_at=APPLIED, due=due,
            )
        )  # fmt: skip


async def text_of(http: AsyncClient, site: Site, who: str = "ada") -> str:
    """What the page says, its tags taken out."""
    answer = await http.get(page_path(site, who, "status"))
    assert answer.status_code == 200
    main = answer.text.partition("<main>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


async def test_who_applied_reads_where_they_are_and_how_it_goes(http: AsyncClient, site: Site, ada: str) -> None:
    text = await text_of(http, site, ada)
    assert "Backend engineer, Berlin" in text
    assert "Application received Since Monday, March 2, 2026" in text
    assert "Dana reads it." in text
    assert (
        "Application received You are here. About 5 days as a rule. A closer look at your experience Interview" in text
    )
    assert "About 10 days as a rule" in text
    assert "Python in production clear writing" in text


async def test_the_next_date_owed_is_told_as_the_last_day_of_the_promise(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    promise(engine, datetime(2098, 3, 9, 23, tzinfo=UTC))
    assert "You hear from us by Sunday, March 9, 2098." in await text_of(http, site, ada)


async def test_a_date_that_passed_is_not_passed_over(http: AsyncClient, site: Site, ada: str, engine: Engine) -> None:
    promise(engine, APPLIED + timedelta(days=1), state="broken")
    assert "You were to hear from us by" in await text_of(http, site, ada)


@pytest.mark.parametrize("kind", ["feedback", "silence", "survey"])
async def test_promises_that_nobody_was_told_of_do_not_show(
    kind: str, http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    promise(engine, datetime(2098, 3, 9, 23, tzinfo=UTC), kind)
    assert "2098" not in await text_of(http, site, ada)


async def test_a_refusal_that_waits_is_not_shown(http: AsyncClient, site: Site, ada: str, engine: Engine) -> None:
    enter(engine, "interview", days=3)
    before = await text_of(http, site, ada)
    enter(engine, "rejected", days=9)
    assert await text_of(http, site, ada) == before
    assert "Interview Since Thursday, March 5, 2026" in before


@pytest.mark.parametrize(
    ("state", "provider"),
    [
        ("intended", ""),
        ("claimed", ""),
        ("handed_over", "mail"),
        ("bounced", "sendgrid"),
        ("skipped", ""),
        ("unknown", "mail"),
    ],
)
async def test_a_refusal_that_did_not_arrive_is_not_shown(
    state: str, provider: str, http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    enter(engine, "rejected", days=9)
    tell(engine, "rejected", days=9, state=state, provider=provider)
    text = await text_of(http, site, ada)
    assert "Application received Since" in text
    assert "Word of rejected" not in text
    assert "closed" not in text


async def test_a_refusal_that_a_provider_has_only_just_taken_is_not_shown(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    """SendGrid says when it is delivered; until then it may be on its way."""
    enter(engine, "rejected", days=9)
    tell(engine, "rejected", days=9, state="accepted", accepted_at=datetime.now(UTC) - timedelta(hours=1))
    assert "closed" not in await text_of(http, site, ada)


@pytest.mark.parametrize(
    ("state", "provider"), [("delivered", "sendgrid"), ("accepted", "smtp"), ("accepted", "sendgrid")]
)
async def test_a_refusal_that_arrived_is_shown(
    state: str, provider: str, http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    """Where nobody reports deliveries, and where nothing came back for days, taken over is delivered."""
    promise(engine, datetime(2098, 3, 9, 23, tzinfo=UTC))
    enter(engine, "rejected", days=9)
    tell(engine, "rejected", days=9, state=state, provider=provider)
    text = await text_of(http, site, ada)
    assert "Application closed Since Wednesday, March 11, 2026" in text
    assert "2098" not in text
    assert "You are here" not in text
    assert "Word of rejected" in text


async def paths_on(http: AsyncClient, site: Site) -> set[str]:
    """The pages about the application that Ada's leads to."""
    answer = await http.get(page_path(site, "ada", "status"))
    return set(re.findall(r'href="/c/[^/"]+/((?:booking|survey)/be-1)"', answer.text))


async def test_who_may_choose_an_interview_time_finds_the_way_and_then_the_time(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    enter(engine, "interview", days=2)
    tell(engine, "interview", days=2)
    assert await paths_on(http, site) == set()
    tomorrow = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=7)
    with engine.begin() as connection:
        [slot] = slots.add(connection, [NewSlot("be-1", tomorrow, 45, capacity=2)])
    assert await paths_on(http, site) == {"booking/be-1"}
    assert "Choose a time for your interview" in await text_of(http, site, ada)
    with engine.begin() as connection:
        bookings.book(connection, ada, "be-1", slot, uid="u@x", shown="", now=datetime.now(UTC))
    said = await text_of(http, site, ada)
    assert f"Your interview: {tomorrow:%A, %B} {tomorrow.day}, {tomorrow.year}, 1" in said
    assert "Choose a time" not in said
    assert await paths_on(http, site) == {"booking/be-1"}


async def test_a_decision_that_has_not_arrived_takes_no_way_to_an_interview_away(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    enter(engine, "interview", days=2)
    tell(engine, "interview", days=2)
    with engine.begin() as connection:
        slots.add(connection, [NewSlot("be-1", datetime.now(UTC) + timedelta(days=7), 45)])
    enter(engine, "rejected", days=9)
    assert await paths_on(http, site) == {"booking/be-1"}


async def test_the_way_to_the_survey_shows_from_the_decision_to_the_answer(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    enter(engine, "rejected", days=9)
    assert await paths_on(http, site) == set()
    tell(engine, "rejected", days=9)
    assert await paths_on(http, site) == {"survey/be-1"}
    with engine.begin() as connection:
        surveys.save(connection, Answer(ada, "be-1", 9, {}, ""), datetime.now(UTC))
    assert await paths_on(http, site) == set()


async def test_a_second_refusal_waits_as_the_first_did(http: AsyncClient, site: Site, ada: str, engine: Engine) -> None:
    enter(engine, "rejected", days=9)
    tell(engine, "rejected", days=9)
    enter(engine, "interview", days=12)
    tell(engine, "interview", days=12)
    enter(engine, "rejected", days=20)
    assert "Interview Since Saturday, March 14, 2026" in await text_of(http, site, ada)


async def test_who_was_moved_back_reads_nothing_of_it(http: AsyncClient, site: Site, ada: str, engine: Engine) -> None:
    enter(engine, "rejected", days=9)
    enter(engine, "screening", days=10)
    assert "A closer look at your experience Since Thursday, March 12, 2026" in await text_of(http, site, ada)


async def test_an_application_from_before_shows_as_it_was_left(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(stage_log.delete())
        connection.execute(applications.update().values(stage="rejected", kind="refused"))
    assert "Application closed" in await text_of(http, site, ada)


async def test_what_was_sent_is_listed_by_subject_and_moment(http: AsyncClient, site: Site, ada: str) -> None:
    text = await text_of(http, site, ada)
    assert "We have your application March 2, 2026, 10:01 AM (Central European Standard Time)" in text.replace(
        "\u202f", " "
    )


async def test_who_has_no_application_reads_that(http: AsyncClient, site: Site, add_person: Callable[..., str]) -> None:
    text = await text_of(http, site, add_person("bea"))
    assert "You have no application with us at the moment." in text
    assert "Nothing yet." in text


async def test_dates_are_written_as_the_person_writes_them(
    http: AsyncClient, site: Site, ada: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("update candidates set language = 'de-AT', zone = 'Asia/Tokyo'")
    answer = await http.get(page_path(site, ada, "status"))
    assert '<html lang="de" dir="ltr">' in answer.text
    assert "Seit Montag, 2. März 2026" in answer.text
    assert "18:01 (Japanische Normalzeit)" in answer.text
