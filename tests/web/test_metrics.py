"""The figures that operators watch are counted from the tables, and the one that must be 0 finds whoever was left waiting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, insert, text

from storage import controls, openings, tasks
from storage.openings import NewOpening
from storage.tables import ledger, stage_log, upcoming
from tests.web.conftest import LONG_AGO, TOKEN, FakeDoor
from web.sites import Backlog

UNACKNOWLEDGED = "keepwarm_applications_unacknowledged"
AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


async def scrape(http: AsyncClient) -> dict[str, float]:
    """Samples by name, with the label's value in brackets."""
    answer = await http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    return {sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value for sample in samples}


@pytest.fixture
def touch(engine: Engine, add_person: Callable[..., str]) -> Callable[..., None]:
    """Writes a row into Ada's ledger."""
    add_person()
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-1", "Backend engineer"))

    def write(key: str, state: str, **values: object) -> None:
        row = {
            "touch_key": key,
            "candidate_id": "ada",
            "purpose": "application",
            "channel": "email",
            "template": "received",
            "state": state,
            "due": LONG_AGO,
            **values,
        }
        with engine.begin() as connection:
            connection.execute(insert(ledger).values(row))

    return write


def apply_to(
    engine: Engine, opening_id: str, recorded_at: datetime, kind: str = "received", outcome: str = "entered"
) -> None:
    row = {
        "candidate_id": "ada",
        "opening_id": opening_id,
        "event_id": f"e-{opening_id}",
        "stage": "applied",
        "kind": kind,
        "outcome": outcome,
        "at": recorded_at,
        "recorded_at": recorded_at,
    }
    with engine.begin() as connection:
        connection.execute(insert(stage_log).values(row))


async def test_an_empty_deployment_has_every_figure_at_rest(http: AsyncClient) -> None:
    figures = await scrape(http)
    assert figures[UNACKNOWLEDGED] == 0
    assert figures["keepwarm_touches_late"] == 0
    assert figures["keepwarm_stopped"] == 0
    assert figures["keepwarm_intake_age_seconds"] == 0
    assert figures["keepwarm_temporal_up"] == 1
    assert figures["keepwarm_ledger_touches[unknown]"] == 0


async def test_touches_are_counted_by_state_and_by_the_gate_they_wait_for(
    http: AsyncClient, touch: Callable[..., None]
) -> None:
    touch("1", "accepted")
    touch("2", "accepted")
    touch("3", "unknown")
    touch("4", "intended", gate="window", not_before=LONG_AGO)
    touch("5", "intended", gate="cap", not_before=LONG_AGO)
    touch("6", "skipped", gate="opted_out")
    figures = await scrape(http)
    states = {
        name: figures[f"keepwarm_ledger_touches[{name}]"] for name in ("accepted", "unknown", "intended", "skipped")
    }
    assert states == {"accepted": 2, "unknown": 1, "intended": 2, "skipped": 1}
    assert (figures["keepwarm_touches_deferred[window]"], figures["keepwarm_touches_deferred[cap]"]) == (1, 1)
    assert "keepwarm_touches_deferred[opted_out]" not in figures


@pytest.mark.parametrize(
    ("state", "gate", "waiting"),
    [
        (None, "", 1),
        ("intended", "tokens", 1),
        ("handed_over", "", 1),
        ("unknown", "", 1),
        ("failed", "undeliverable", 1),
        ("bounced", "", 1),
        ("skipped", "suppressed", 1),
        ("skipped", "consent", 1),
        ("accepted", "", 0),
        ("delivered", "", 0),
        ("complained", "", 0),
        ("skipped", "opted_out", 0),
        ("failed", "opted_out", 0),
        ("skipped", "erased", 0),
    ],
)
async def test_an_old_application_counts_until_its_person_has_word_or_declined_it(
    state: str | None, gate: str, waiting: int, http: AsyncClient, engine: Engine, touch: Callable[..., None]
) -> None:
    apply_to(engine, "be-1", AN_HOUR_AGO)
    if state:
        touch("ada/application/be-1/applied/1", state, gate=gate, opening_id="be-1")
    assert (await scrape(http))[UNACKNOWLEDGED] == waiting


@pytest.mark.parametrize(
    ("recorded_at", "kind", "outcome"),
    [
        (datetime.now(UTC), "received", "entered"),
        (AN_HOUR_AGO, "open", "entered"),
        (AN_HOUR_AGO, "received", "repeated"),
    ],
    ids=["within the limit", "another stage", "a repeated signal"],
)
async def test_what_owes_no_acknowledgment_yet_is_not_counted(
    recorded_at: datetime, kind: str, outcome: str, http: AsyncClient, engine: Engine, touch: Callable[..., None]
) -> None:
    apply_to(engine, "be-1", recorded_at, kind, outcome)
    assert (await scrape(http))[UNACKNOWLEDGED] == 0


async def test_word_about_one_opening_does_not_acknowledge_another(
    http: AsyncClient, engine: Engine, touch: Callable[..., None]
) -> None:
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-2", "Backend engineer"))
    touch("ada/application/be-1/applied/1", "accepted", opening_id="be-1")
    apply_to(engine, "be-2", AN_HOUR_AGO)
    assert (await scrape(http))[UNACKNOWLEDGED] == 1


async def test_late_touches_open_tasks_and_the_kill_switch_show(
    http: AsyncClient, engine: Engine, touch: Callable[..., None]
) -> None:
    planned = {"candidate_id": "ada", "purpose": "nurture", "channel": "email", "template": "hello"}
    with engine.begin() as connection:
        connection.execute(insert(upcoming).values(touch_key="late", due=AN_HOUR_AGO, **planned))
        connection.execute(insert(upcoming).values(touch_key="soon", due=datetime.now(UTC), **planned))
        tasks.ask(connection, [tasks.NewTask("fate/3", "unknown_fate", "look", LONG_AGO, "ada")])
        controls.stop(connection, "olga", "a wrong template")
    figures = await scrape(http)
    assert figures["keepwarm_touches_late"] == 1
    assert figures["keepwarm_tasks_open[unknown_fate]"] == 1
    assert figures["keepwarm_stopped"] == 1


async def test_late_is_late_in_story_time(http: AsyncClient, engine: Engine, touch: Callable[..., None]) -> None:
    planned = {"candidate_id": "ada", "purpose": "nurture", "channel": "email", "template": "hello"}
    with engine.begin() as connection:
        controls.set_speed(connection, datetime.now(UTC) - timedelta(hours=1), 1_000)
        connection.execute(insert(upcoming).values(touch_key="t", due=datetime.now(UTC) + timedelta(days=2), **planned))
    assert (await scrape(http))["keepwarm_touches_late"] == 1


async def test_what_waits_in_temporal_shows(http: AsyncClient, door: FakeDoor) -> None:
    door.queues = {"keepwarm": Backlog(7, 42.5), "keepwarm-send": Backlog(0, 0.0)}
    figures = await scrape(http)
    assert figures["keepwarm_backlog_tasks[keepwarm]"] == 7
    assert figures["keepwarm_backlog_age_seconds[keepwarm]"] == 42.5


async def test_without_temporal_the_tables_still_speak(http: AsyncClient, door: FakeDoor) -> None:
    door.closed = True
    figures = await scrape(http)
    assert figures["keepwarm_temporal_up"] == 0
    assert figures[UNACKNOWLEDGED] == 0
    assert not [name for name in figures if name.startswith("keepwarm_backlog")]


async def test_no_figure_reads_every_open_row(engine: Engine) -> None:
    with engine.connect() as connection:
        indexes = set(connection.scalars(text("select indexname from pg_indexes where schemaname = 'public'")))
    assert {"ix_ledger_in_doubt", "ix_tasks_open", "ix_upcoming_due"} <= indexes
