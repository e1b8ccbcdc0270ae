"""Joining: the form tells strangers nothing, the address alone makes it count, and no scanner confirms it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import Engine, text

from config.settings import Settings
from starter.preparations import publish
from starter.signups import JOURNEY
from storage import candidates, consents, signups
from storage.candidates import Profile
from storage.signups import A_DAY, SOURCE, Form
from templates import journeys
from tests.web.conftest import FakeDoor, page_path, standing
from web.app import create_app
from web.signups import AN_HOUR, TRAP, catch_up
from web.sites import Site

FILLED = {
    "full_name": "Grace Hopper",
    "email": "Grace@Example.org",
    "place": "Berlin",
    "interests": "COBOL, compilers,, ",
    "nurture": "yes",
    "alerts": "yes",
}
AGREED = {"agreed": "yes"}


def people(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [one.id for one in candidates.listed(connection)]


def profile(engine: Engine, candidate_id: str) -> Profile:
    with engine.connect() as connection:
        return candidates.profile(connection, candidate_id)


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("select count(*) from signups")) or 0


async def join(http: AsyncClient, **changed: str) -> Response:
    return await http.post("/join", data=FILLED | changed)


async def test_the_form_opens_with_nothing_ticked(http: AsyncClient) -> None:
    page = await http.get("/join")
    assert page.status_code == 200
    assert "checked" not in page.text
    assert "Acme &lt;Söhne&gt;" in page.text
    assert (await http.head("/join")).status_code == 200


async def test_the_form_leads_to_the_privacy_notice_where_there_is_one(http: AsyncClient, site: Site) -> None:
    assert "privacy notice" not in (await http.get("/join")).text
    settings = site.settings.model_copy(update={"privacy_url": "https://www.acme.example/privacy"})
    transport = ASGITransport(create_app(replace(site, settings=settings)), client=("203.0.113.7", 1))
    async with AsyncClient(transport=transport, base_url="https://talent.acme.example") as client:
        assert 'href="https://www.acme.example/privacy"' in (await client.get("/join")).text


async def test_somebody_new_is_put_on_record_and_asked_by_mail(
    http: AsyncClient, engine: Engine, door: FakeDoor
) -> None:
    page = await join(http)
    assert page.status_code == 200
    assert "Look into your mailbox" in page.text
    [grace] = people(engine)
    known = profile(engine, grace)
    assert (known.candidate.full_name, known.candidate.source, known.skills) == (
        "Grace Hopper",
        SOURCE,
        ["COBOL", "compilers"],
    )
    assert standing(engine, grace) == {"service/email": True}
    with engine.connect() as connection:
        [word] = consents.latest(connection, grace)
    assert (word.basis, word.source, word.ip) == ("request", SOURCE, "203.0.113.7")
    asked, awaited = door.told
    assert word.event_id != asked["event_id"]
    assert (asked["signal"], asked["template"], asked["purpose"]) == ("touch_scheduled", "confirm_signup", "service")
    assert (awaited["awaits"], asked["touch_id"]) == (int(asked["touch_id"]), str(awaited["awaits"]))


async def test_the_answer_is_the_same_for_somebody_we_know_and_changes_nothing_about_them(
    http: AsyncClient, engine: Engine, add_person: Callable[..., str]
) -> None:
    new = await join(http, email="new@example.org")
    add_person("grace", emails=["grace@example.org"])
    before, held = profile(engine, "grace"), standing(engine, "grace")
    known = await join(http, full_name="Somebody Else", place="Mars")
    assert (known.status_code, known.text) == (new.status_code, new.text)
    assert profile(engine, "grace") == before
    assert standing(engine, "grace") == held | {"service/email": True}


async def test_who_wants_no_service_mail_is_not_made_to_by_a_form(
    http: AsyncClient, engine: Engine, add_person: Callable[..., str]
) -> None:
    add_person("grace", emails=["grace@example.org"])
    with engine.begin() as connection:
        now = datetime.now(UTC)
        consents.opt_out(connection, "grace", "service", "email", at=now, event_id="complaint", source="complaint")
    await join(http)
    assert standing(engine, "grace")["service/email"] is False


async def test_robots_get_the_answer_and_nothing_else(http: AsyncClient, engine: Engine, door: FakeDoor) -> None:
    page = await join(http, **{TRAP: "https://spam.example"})
    assert "Look into your mailbox" in page.text
    assert people(engine) == []
    assert door.told == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"full_name": ""}, "Enter your name."),
        ({"full_name": " \n "}, "Enter your name."),
        ({"full_name": "Win money www.evil.example"}, "Enter your name alone"),
        ({"full_name": "https://evil.example"}, "Enter your name alone"),
        ({"full_name": "evil.example/now"}, "Enter your name alone"),
        ({"full_name": "x" * 81}, "Enter your name alone"),
        ({"full_name": "Ada\u202eevil"}, "Enter your name alone"),
        ({"email": "grace"}, "Enter an email address"),
        ({"email": "grace@example.org, eve@example.org"}, "Enter an email address"),
        ({"nurture": "", "alerts": ""}, "Tick at least one"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    http: AsyncClient, engine: Engine, changed: dict[str, str], said: str
) -> None:
    page = await join(http, **changed)
    assert page.status_code == 422
    assert said in page.text
    assert people(engine) == []


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "O’Brien-Smith", "José María Ñ.", "李小龙", "Dr. med. A. Müller", "Ng"]
)
async def test_names_of_people_are_taken(http: AsyncClient, engine: Engine, name: str) -> None:
    await join(http, full_name=name)
    [one] = people(engine)
    assert profile(engine, one).candidate.full_name == name


async def test_one_network_address_sends_no_flood(http: AsyncClient, engine: Engine) -> None:
    for number in range(AN_HOUR):
        assert (await join(http, email=f"n{number}@example.org")).status_code == 200
    page = await join(http, email="more@example.org")
    assert page.status_code == 429
    assert "Please wait a little" in page.text
    assert len(people(engine)) == AN_HOUR


async def test_one_network_of_ipv6_sends_no_more_forms_than_one_address(site: Site, engine: Engine) -> None:
    app = create_app(site)
    for number in range(AN_HOUR + 1):
        transport = ASGITransport(app, client=(f"2001:db8:1:2::{number:x}", 1))
        async with AsyncClient(transport=transport, base_url="https://talent.acme.example") as http:
            page = await join(http, email=f"n{number}@example.org")
    assert page.status_code == 429
    assert count(engine) == AN_HOUR


@pytest.mark.parametrize("signup", ["abc", "9" * 5000, "9" * 30])
async def test_a_number_that_is_none_opens_a_page_that_says_so(
    signup: str, http: AsyncClient, site: Site, add_person: Callable[..., str]
) -> None:
    answer = await http.get(page_path(site, add_person(), f"confirm/{signup}"))
    assert answer.status_code in (404, 422)
    assert "<h1>This link does not work</h1>" in answer.text


async def test_one_address_is_not_mailed_again_and_again(http: AsyncClient, engine: Engine, door: FakeDoor) -> None:
    answers = {(await join(http)).text for _ in range(A_DAY + 2)}
    assert len(answers) == 1
    assert count(engine) == A_DAY
    assert len([told for told in door.told if told.get("signal") == "touch_scheduled"]) == A_DAY


# Frames


@pytest.fixture
async def embedding(site: Site) -> AsyncIterator[AsyncClient]:
    """A client of a deployment that lets one site show the form."""
    settings = site.settings.model_copy(update={"embed_hosts": "https://www.acme.example, careers.acme.example"})
    transport = ASGITransport(create_app(replace(site, settings=settings)), client=("203.0.113.7", 1))
    async with AsyncClient(transport=transport, base_url="https://talent.acme.example") as client:
        yield client


async def test_a_named_site_may_show_the_form_in_a_frame(embedding: AsyncClient) -> None:
    page = await embedding.get("/join?embed=1&lang=de")
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors https://www.acme.example careers.acme.example" in policy
    assert "default-src 'none'" in policy
    assert '<html lang="de"' in page.text
    action = re.search(r'action="([^"]+)"', page.text)
    assert action
    answer = await embedding.post(action[1].replace("&amp;", "&"), data=FILLED)
    assert "frame-ancestors https://www.acme.example" in answer.headers["content-security-policy"]
    assert "Sehen Sie in Ihr Postfach" in answer.text


async def test_nobody_may_frame_anything_else(embedding: AsyncClient, http: AsyncClient) -> None:
    for answer in (await embedding.get("/join"), await http.get("/join?embed=1"), await embedding.get("/u/x")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("hosts", ["'none'; script-src *", "https://a b;c", "javascript:", "https://a/path"])
def test_what_is_no_host_is_refused_at_the_start(hosts: str) -> None:
    with pytest.raises(ValueError, match="KEEPWARM_EMBED_HOSTS"):
        Settings(embed_hosts=hosts)


@pytest.mark.parametrize(
    ("query", "accepted", "expected"),
    [("lang=fr", "de", "fr"), ("lang=xx", "de-AT,en", "de"), ("", "xx", "en"), ("lang=es-MX", "", "es")],
)
async def test_the_form_speaks_the_sites_language_else_the_browsers(
    http: AsyncClient, query: str, accepted: str, expected: str
) -> None:
    page = await http.get(f"/join?{query}", headers={"accept-language": accepted})
    assert f'<html lang="{expected}"' in page.text
    assert not re.search(r"[{}]", page.text)


# The confirmation


def sign_up(engine: Engine, *, at: datetime | None = None, email: str = "grace@example.org") -> signups.Signup:
    form = Form("Grace Hopper", email, [("nurture", "email")], "I agree")
    with engine.begin() as connection:
        made = signups.sign_up(connection, form, at or datetime.now(UTC))
    assert made is not None
    return made


def path_to(site: Site, made: signups.Signup) -> str:
    return page_path(site, made.candidate_id, f"confirm/{made.id}")


async def test_opening_the_link_confirms_nothing(http: AsyncClient, site: Site, engine: Engine, door: FakeDoor) -> None:
    made = sign_up(engine)
    for method in ("GET", "HEAD"):
        assert (await http.request(method, path_to(site, made))).status_code == 200
    assert (await http.post(path_to(site, made))).status_code == 400
    assert standing(engine, made.candidate_id) == {}
    assert door.told == []


async def test_the_press_is_consent_with_its_proof_and_begins_the_journey(
    http: AsyncClient, site: Site, engine: Engine, door: FakeDoor
) -> None:
    publish(engine, journeys.load_journey(journeys.FOLDER / JOURNEY))
    made = sign_up(engine)
    for _ in range(2):
        page = await http.post(path_to(site, made), data=AGREED)
        assert page.status_code == 200
        assert "You are in" in page.text
    assert standing(engine, made.candidate_id) == {"nurture/email": True}
    with engine.connect() as connection:
        [word] = consents.history(connection, made.candidate_id)
    assert word.wording.startswith("News from the team, a few times a year, by email: I agree that Acme <Söhne>")
    assert (word.basis, word.source, word.ip) == ("consent", f"{SOURCE}, confirmed by mail", "203.0.113.7")
    assert profile(engine, made.candidate_id).pools == [JOURNEY]
    with engine.connect() as connection:
        recorded = {row.event_id for row in consents.history(connection, made.candidate_id)}
    assert not recorded & {told["event_id"] for told in door.told}, "a workflow rebuilt from the record has seen them"
    assert len({told["event_id"] for told in door.told}) == 2
    consent, enrolled = door.told[:2]
    assert (consent["purpose"], consent["granted"]) == ("nurture", True)
    assert (enrolled["signal"], enrolled["journey"]) == ("enrolled", JOURNEY)


async def test_without_a_published_journey_the_consent_counts_all_the_same(
    http: AsyncClient, site: Site, engine: Engine, door: FakeDoor
) -> None:
    made = sign_up(engine)
    await http.post(path_to(site, made), data=AGREED)
    assert standing(engine, made.candidate_id) == {"nurture/email": True}
    assert [told.get("signal") for told in door.told] == [None]


async def test_what_a_process_that_ended_had_not_asked_is_asked_by_the_next(
    site: Site, engine: Engine, door: FakeDoor
) -> None:
    made = sign_up(engine)
    await catch_up(site)
    assert [told.get("signal", told.get("awaits")) for told in door.told] == ["touch_scheduled", made.id]


async def test_after_a_week_it_is_too_late(http: AsyncClient, site: Site, engine: Engine) -> None:
    made = sign_up(engine, at=datetime.now(UTC) - timedelta(days=8))
    for method in ("GET", "POST"):
        page = await http.request(method, path_to(site, made), data=AGREED)
        assert page.status_code == 410
        assert "has ended" in page.text
    assert standing(engine, made.candidate_id) == {}


async def test_nobody_confirms_somebody_elses_sign_up(
    http: AsyncClient, site: Site, engine: Engine, add_person: Callable[..., str]
) -> None:
    made, ada = sign_up(engine), add_person()
    for method in ("GET", "POST"):
        assert (await http.request(method, page_path(site, ada, f"confirm/{made.id}"), data=AGREED)).status_code == 404
    assert standing(engine, made.candidate_id) == {}
    assert (await http.post(page_path(site, ada, "confirm/999"), data=AGREED)).status_code == 410


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
async def test_every_language_has_the_whole_page(http: AsyncClient, site: Site, engine: Engine, language: str) -> None:
    made = sign_up(engine)
    with engine.begin() as connection:
        candidates.change(connection, made.candidate_id, language=language)
    for page in (await http.get(path_to(site, made)), await http.post(path_to(site, made), data=AGREED)):
        assert f'<html lang="{language}"' in page.text
        assert not re.search(r"[{}]", page.text)
