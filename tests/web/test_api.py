"""The API's first routes, over the same tables and verbs as the command line."""

from collections.abc import Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, insert

from domain.facts import Fact, FactKind
from domain.touches import Channel, Planned, Purpose
from starter.starts import NOBODY_WORKS
from storage import candidates, facts, openings, upcoming
from storage.openings import NewOpening
from storage.tables import opening_matches
from tests.web.conftest import LONG_AGO, TOKEN, FakeDoor


@pytest.fixture
def api(http: AsyncClient) -> AsyncClient:
    """A client with the token, below /api/v1."""
    http.headers["authorization"] = f"Bearer {TOKEN}"
    http.base_url = "https://talent.acme.example/api/v1"
    return http


@pytest.fixture
def ada(engine: Engine, add_person: Callable[..., str]) -> str:
    """Ada, who applied at be-1 and has an interview ahead."""
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-1", "Backend engineer"))
    add_person("ada", skills=["Python"], tags={"silver-medalist": "2025"}, pools=["engineers"], zone="Europe/Berlin")
    entered = Fact(
        FactKind.STAGE,
        LONG_AGO,
        event_id="e1",
        opening_id="be-1",
        stage="applied",
        furthest="applied",
        outcome="entered",
        by="dana",
    )
    skipped = Fact(
        FactKind.NOT_SENT,
        LONG_AGO,
        touch_key="ada/nurture/x/1/1",
        purpose="nurture",
        channel="sms",
        template="x",
        outcome="opted_out",
        because="opted out of nurture by sms",
    )
    planned = Planned(
        "ada/application/be-1/interview/1",
        Purpose.APPLICATION,
        Channel.EMAIL,
        "interview",
        LONG_AGO,
        "its moment",
        "be-1",
    )
    with engine.begin() as connection:
        facts.apply(connection, "ada", [entered, skipped])
        upcoming.replace(connection, "ada", [planned])
    return "ada"


async def test_a_candidate_is_shown_with_all_that_is_on_record(api: AsyncClient, ada: str) -> None:
    shown = (await api.get(f"candidates/{ada}")).json()
    assert (shown["full_name"], shown["zone"], shown["skills"], shown["pools"]) == (
        "Ada Lovelace",
        "Europe/Berlin",
        ["Python"],
        ["engineers"],
    )
    assert shown["tags"] == {"silver-medalist": "2025"}
    assert shown["contact_points"] == [
        {"kind": "email", "value": "ada@candidates.example", "canonical": "ada@candidates.example", "suppressed": ""}
    ]
    assert [(a["opening_id"], a["stage"]) for a in shown["applications"]] == [("be-1", "applied")]
    assert {(c["purpose"], c["channel"], c["granted"]) for c in shown["consents"]} == {
        ("application", "email", True),
        ("nurture", "email", True),
        ("alerts", "email", True),
    }


async def test_what_comes_is_listed_with_its_reason(api: AsyncClient, ada: str) -> None:
    (touch,) = (await api.get(f"candidates/{ada}/upcoming")).json()
    assert (touch["template"], touch["because"], touch["opening_id"]) == ("interview", "its moment", "be-1")


async def test_why_tells_messages_non_messages_and_stage_signals(api: AsyncClient, ada: str) -> None:
    why = (await api.get(f"candidates/{ada}/why")).json()
    assert [(t["state"], t["gate"], t["because"]) for t in why["touches"]] == [
        ("skipped", "opted_out", "opted out of nurture by sms")
    ]
    assert [(s["stage"], s["outcome"], s["by"]) for s in why["stages"]] == [("applied", "entered", "dana")]


@pytest.mark.parametrize(
    "path", ["candidates/nobody", "candidates/nobody/why", "candidates/nobody/upcoming", "openings/no/told"]
)
async def test_who_is_not_on_record_is_not_found(path: str, api: AsyncClient) -> None:
    answer = await api.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("no ")


@pytest.mark.parametrize(
    "path",
    ["candidates/%00", "candidates/a%00b/why", "openings/%00/told", "openings/be-1/told?round=99999999999999999999"],
)
async def test_what_the_record_cannot_hold_is_refused_and_no_fault_of_ours(
    path: str, api: AsyncClient, ada: str
) -> None:
    answer = await api.get(path)
    assert (answer.status_code, "can't be kept" in answer.json()["detail"]) == (422, True)


async def test_half_a_character_is_refused_and_what_was_sent_is_not_repeated(api: AsyncClient) -> None:
    for body in (b'{"full_name": "\\ud800 Secret"}', b'{"full_name": ["Secret"]}'):
        answer = await api.post("candidates", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "full_name"])
        assert "Secret" not in answer.text


async def test_a_person_with_a_zone_that_does_not_exist_is_refused(api: AsyncClient) -> None:
    answer = await api.post("candidates", json={"full_name": "Ada", "zone": "Mars"})
    assert (answer.status_code, "use a name such as Europe/Berlin" in answer.json()["detail"]) == (409, True)


async def test_an_erased_person_is_gone(api: AsyncClient, ada: str, engine: Engine) -> None:
    with engine.begin() as connection:
        candidates.mark_erased(connection, ada)
    for path in ("", "/why", "/upcoming"):
        assert (await api.get(f"candidates/{ada}{path}")).status_code == 410
    assert (await api.post(f"candidates/{ada}/stage", json={"opening_id": "be-1", "stage": "offer"})).status_code == 410


async def test_a_stage_is_changed_through_the_door_and_answers_what_will_be_told(
    api: AsyncClient, ada: str, door: FakeDoor
) -> None:
    move = {"opening_id": "be-1", "stage": "interview", "by": "dana", "event_id": "ats-7"}
    answer = await api.post(f"candidates/{ada}/stage", json=move)
    assert answer.json() == {
        "opening_id": "be-1",
        "stage": "interview",
        "will": "send interview now",
        "event_id": "ats-7",
    }
    assert [(told["candidate_id"], told["stage"]) for told in door.told] == [("ada", "interview")]


async def test_a_refused_move_says_why(api: AsyncClient, ada: str, door: FakeDoor) -> None:
    door.refusal = "no stage 'intervew' at be-1; did you mean interview?"
    answer = await api.post(f"candidates/{ada}/stage", json={"opening_id": "be-1", "stage": "intervew"})
    assert (answer.status_code, answer.json()["detail"]) == (409, door.refusal)


async def test_a_move_that_no_worker_answers_may_be_sent_again(api: AsyncClient, ada: str, door: FakeDoor) -> None:
    door.refusal = NOBODY_WORKS
    answer = await api.post(f"candidates/{ada}/stage", json={"opening_id": "be-1", "stage": "interview"})
    assert answer.status_code == 503


async def test_while_temporal_is_away_a_move_is_to_be_tried_again(api: AsyncClient, ada: str, door: FakeDoor) -> None:
    door.closed = True
    answer = await api.post(f"candidates/{ada}/stage", json={"opening_id": "be-1", "stage": "interview"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.json()["detail"] == "Temporal does not answer; try again in a minute"


async def test_a_person_is_added(api: AsyncClient, engine: Engine) -> None:
    answer = await api.post("candidates", json={"full_name": "Grace Hopper", "emails": ["grace@candidates.example"]})
    assert answer.status_code == 201
    shown = (await api.get(f"candidates/{answer.json()['id']}")).json()
    assert (shown["full_name"], shown["first_name"], shown["source"], shown["consents"]) == (
        "Grace Hopper",
        "Grace",
        "api",
        [],
    )


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"full_name": "  "},
        {"full_name": "G", "id": "a/b"},
        {"full_name": "G", "salary": 1},
        {"full_name": "G", "tags": []},
    ],
)
async def test_a_person_without_what_is_needed_is_refused_by_field(person: dict[str, object], api: AsyncClient) -> None:
    answer = await api.post("candidates", json=person)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


async def test_an_opening_tells_whom_it_considered_and_what_became_of_them(
    api: AsyncClient, ada: str, engine: Engine
) -> None:
    factors = [{"factor": "silver_medalist", "points": 20, "found": "be-0"}]
    considered = {
        "opening_id": "be-1",
        "round": 1,
        "candidate_id": ada,
        "score": 20,
        "factors": factors,
        "outcome": "not_told",
        "because": "said no; at rest until 2027-01-01",
        "at": LONG_AGO,
    }
    with engine.begin() as connection:
        openings.set_status(connection, "be-1", "open", 1)
        connection.execute(insert(opening_matches).values(considered))
    told = (await api.get("openings/be-1/told")).json()
    assert (told["status"], told["round"], told["outcomes"]) == ("open", 1, {"not_told": 1})
    (person,) = told["people"]
    assert (person["candidate_id"], person["factors"], person["because"]) == (ada, factors, considered["because"])


async def test_the_interface_describes_itself(http: AsyncClient) -> None:
    described = (await http.get("/api/v1/openapi.json")).json()
    assert set(described["paths"]) == {
        "/api/v1/candidates",
        "/api/v1/candidates/{candidate_id}",
        "/api/v1/candidates/{candidate_id}/upcoming",
        "/api/v1/candidates/{candidate_id}/why",
        "/api/v1/candidates/{candidate_id}/stage",
        "/api/v1/openings/{opening_id}/told",
    }
    assert all("security" in verb for path in described["paths"].values() for verb in path.values())
