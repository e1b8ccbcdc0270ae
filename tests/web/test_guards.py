"""Who may call the API, and what every answer carries."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient

from storage import consents
from tests.web.conftest import TOKEN, path_of
from web.app import create_app
from web.guards import HEADERS
from web.limits import BODY_LIMIT
from web.sites import Site

WITH_TOKEN = {"authorization": f"Bearer {TOKEN}"}
GUARDED = ["/metrics", "/api/v1/candidates/ada", "/api/v1/candidates/ada/why", "/api/v1/openings/be-1/told"]


def client_from(site: Site, host: str, base: str) -> AsyncClient:
    transport = ASGITransport(create_app(site), raise_app_exceptions=False, client=(host, 4321))
    return AsyncClient(transport=transport, base_url=base)


@pytest.fixture
def open_site(site: Site) -> Site:
    """A site without an API token, on a machine of its own."""
    update = {"api_token": None, "public_url": "http://127.0.0.1:8000"}
    return replace(site, settings=site.settings.model_copy(update=update))


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}])
async def test_without_the_token_nothing_is_told(path: str, headers: dict[str, str], http: AsyncClient) -> None:
    answer = await http.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("method", ["POST"])
@pytest.mark.parametrize("path", ["/api/v1/candidates", "/api/v1/candidates/ada/stage"])
async def test_without_the_token_nothing_is_changed(method: str, path: str, http: AsyncClient) -> None:
    assert (await http.request(method, path, json={})).status_code == 401


async def test_the_token_opens(http: AsyncClient, add_person: Callable[..., str]) -> None:
    add_person()
    assert (await http.get("/api/v1/candidates/ada", headers=WITH_TOKEN)).status_code == 200


async def test_where_there_is_no_token_programs_on_this_machine_may_ask(
    open_site: Site, add_person: Callable[..., str]
) -> None:
    add_person()
    for host, base in (("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://localhost:8000")):
        async with client_from(open_site, host, base) as http:
            assert (await http.get("/api/v1/candidates/ada")).status_code == 200


@pytest.mark.parametrize(
    ("host", "base", "headers"),
    [
        ("203.0.113.7", "http://127.0.0.1:8000", {}),
        ("127.0.0.1", "https://talent.acme.example", {}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"x-forwarded-for": "203.0.113.7"}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"forwarded": "for=203.0.113.7"}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"origin": "https://evil.example"}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"host": "[::1"}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"host": "evil.example@127.0.0.1/x"}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"host": ""}),
    ],
    ids=[
        "from elsewhere",
        "through a proxy",
        "for somebody else",
        "for somebody else, by RFC 7239",
        "by a web page",
        "for half a host",
        "for a host that is none",
        "for no host",
    ],
)
async def test_where_there_is_no_token_nobody_else_may(
    host: str, base: str, headers: dict[str, str], open_site: Site
) -> None:
    async with client_from(open_site, host, base) as http:
        answer = await http.get("/api/v1/candidates/ada", headers=headers)
    assert answer.status_code == 403
    assert "KEEPWARM_API_TOKEN is not set" in answer.json()["detail"]


async def test_behind_a_proxy_that_does_not_say_so_nobody_may(open_site: Site) -> None:
    """nginx passes on its own host, and nothing about whom it asks for, unless it is told to."""
    settings = open_site.settings.model_copy(update={"public_url": "https://talent.acme.example"})
    async with client_from(replace(open_site, settings=settings), "127.0.0.1", "http://127.0.0.1:8000") as http:
        for path in GUARDED:
            answer = await http.get(path)
            assert answer.status_code == 403
            assert "so nobody may ask" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/openapi.json", "/u/broken", "/assets/nothing.css"])
async def test_every_answer_carries_the_headers(path: str, http: AsyncClient) -> None:
    answer = await http.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_a_fault_carries_them_too_and_says_nothing_of_its_cause(http: AsyncClient, site: Site) -> None:
    site.engine.dispose()
    with site.engine.begin() as connection:
        connection.exec_driver_sql("alter table candidates rename to candidates_away")
    answer = await http.get("/api/v1/candidates/ada", headers=WITH_TOKEN)
    assert (answer.status_code, answer.json()) == (500, {"detail": "something broke on our side; the log says what"})
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_a_body_without_a_stated_length_is_bounded_all_the_same(http: AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 1000 + 2):
            yield b"x" * 1000

    headers = WITH_TOKEN | {"content-type": "application/json"}
    answer = await http.post("/api/v1/candidates", content=endless(), headers=headers)
    assert answer.status_code == 413


async def test_addresses_of_candidates_pages_do_not_reach_the_log(
    http: AsyncClient, site: Site, add_person: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    url = site.links.unsubscribe_url(add_person(), "nurture")
    await http.get(url)
    logged = capsys.readouterr().out
    assert "/u/{token}" in logged
    assert url.rsplit("/", 1)[1] not in logged


CHARSETS = ["utf-7", "undefined", "punycode", "unicode_escape", "utf-16", "idna", "nonsense"]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(
    "told", ["; charset={}; boundary=b", "; boundary=b; charset={}", '; CharSet="{}"; Boundary="b"']
)
async def test_a_form_is_read_as_utf8_whatever_it_says(charset: str, told: str, http: AsyncClient) -> None:
    body = '--b\r\nContent-Disposition: form-data; name="full_name"\r\n\r\n+2AA-\\ud800 ö\r\n--b--\r\n'.encode()
    kind = {"content-type": "multipart/form-data" + told.format(charset)}
    answer = await http.post("/join", content=body, headers=kind)
    assert answer.status_code == 422
    assert 'value="+2AA-\\ud800 ö"' in answer.text


@pytest.mark.parametrize("path", ["/u/token/", "/c/token/status/", "/join/", "/assets"])
async def test_nobody_is_sent_to_the_host_that_they_name(path: str, http: AsyncClient) -> None:
    answer = await http.get(path, headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("203.0.113.9", "203.0.113.9"), ("2001:DB8:0::1", "2001:db8::1"), ("<script>", ""), ("x" * 5000, ""), ("", "")],
)
async def test_what_is_no_address_is_no_proof_of_where_consent_came_from(
    said: str, kept: str, site: Site, add_person: Callable[..., str]
) -> None:
    path = path_of(site.links.unsubscribe_url(add_person(), "nurture"))
    async with client_from(site, said, "https://talent.acme.example") as http:
        assert (await http.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    with site.engine.connect() as connection:
        said_last = consents.history(connection, "ada")[-1]
    assert (said_last.granted, said_last.ip) == (False, kept)
