"""The runner over small folders of our own: what holds, what is below its bar, what is not there."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.__main__ import SETS, as_table, main, run_sets
from cases.requests import run_specs
from cases.scores import NotBuilt, Score

Write = Callable[[str, object], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below the folder of cases: text as it is, anything else as JSON."""

    def to(name: str, content: object) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")

    return to


def scores(folder: Path) -> dict[str, Score]:
    return {one.name: one for one in run_sets(folder) if isinstance(one, Score)}


def test_replies_are_scored(write: Write, tmp_path: Path) -> None:
    write(
        "replies/mine.json",
        [
            {"id": "one", "text": "Yes.\n\n> Are you?\n> Unsubscribe here", "gold": "Yes."},
            {"id": "two", "text": "No.", "gold": "Something else"},
        ],
    )
    found = scores(tmp_path)
    exact = found["replies: newest words, exactly"]
    assert (exact.right, exact.total, exact.misses, exact.holds) == (1, 2, ("two",), False)
    assert found["replies: no quoted unsubscribe"].holds


BOUNCE = "From: MAILER-DAEMON@example.org\nSubject: Undelivered\n\n<ada@example.org>: host said: {said} (in reply to RCPT TO command)\n"


def test_bounces_are_scored(write: Write, tmp_path: Path) -> None:
    write("bounces/one.eml", BOUNCE.format(said="550 5.1.1 User unknown"))
    write("bounces/two.eml", BOUNCE.format(said="550 5.1.1 User unknown"))
    write("bounces/gold.json", {"one": [{"hard": True}], "two": [{"hard": False}]})
    found = scores(tmp_path)
    assert found["bounces: detected"].holds
    rightly = found["bounces: suppressed for ever, rightly"]
    assert (rightly.right, rightly.total, rightly.misses, rightly.holds) == (1, 2, ("two",), False)


def test_tables_and_numbers_are_scored(write: Write, tmp_path: Path) -> None:
    write("csv-spectrum/csvs/one.csv", 'name,says\nAda,"a, b"\n')
    write("csv-spectrum/json/one.json", [{"name": "Ada", "says": "a, b"}])
    write("phones/mine.json", [["DE", "01512 3456789", "+49 1512 3456789", "+4915123456789"]])
    assert all(one.holds for one in scores(tmp_path).values())


def test_providers_are_scored(write: Write, tmp_path: Path) -> None:
    write(
        "sendgrid/events.json", [{"event": "delivered", "email": "ada@example.org", "mine": [1]}, {"event": "new kind"}]
    )
    write(
        "sendgrid/inbound-mine.txt",
        '--b\nContent-Disposition: form-data; name="subject"\n\nHello\n--b\nContent-Disposition: form-data; name="text"\n\nYes.\n--b--\n',
    )
    write("sendgrid/inbound-empty.txt", "")
    found = scores(tmp_path)
    assert found["sendgrid: events mapped, fields kept"].misses == ("1 new kind",)
    assert found["sendgrid: inbound without loss"].right == 4


def test_a_request_is_held_against_its_description(write: Write, tmp_path: Path) -> None:
    def described(properties: dict[str, object]) -> dict[str, object]:
        schema = {"type": "object", "properties": properties, "required": ["From"]}
        body = {"content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Sms"}}}}
        operation = {"/2010-04-01/Accounts/{AccountSid}/Messages.json": {"post": {"requestBody": body}}}
        return {"paths": operation, "components": {"schemas": {"Sms": schema}}}

    text = {"type": "string"}
    write("ours.json", described({"To": text, "From": text, "Body": text}))
    write("strange.json", {"paths": {"/other": {}}})
    found = {one.name: one for one in run_specs(tmp_path)}
    ours = found["specs: ours"]
    assert isinstance(ours, Score)
    assert ours.right == 1
    assert "'From' is a required property" in ours.misses[0]
    assert isinstance(found["specs: strange"], NotBuilt)


def test_a_set_that_cannot_be_run_hides_no_other(write: Write, tmp_path: Path) -> None:
    write("replies/mine.json", "no JSON")
    write("phones/mine.json", [])
    found = scores(tmp_path)
    assert not found["replies: can't be run"].holds
    assert not found["phones: international form"].holds


def test_what_is_not_built_is_named(write: Write, tmp_path: Path) -> None:
    write("greenhouse/webhooks.json", [])
    (told,) = run_sets(tmp_path)
    assert isinstance(told, NotBuilt)
    assert as_table([told]).row_count == 1


def test_the_exit_code_says_whether_every_bar_is_met(write: Write, tmp_path: Path) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert main([str(tmp_path)]) == 1
    write("phones/mine.json", [["DE", "01512 3456789", "+49 1512 3456789", "+4915123456789"]])
    assert main([str(tmp_path)]) == 0
    write("phones/mine.json", [["DE", "1", "+49 1", "+4912345"]])
    assert main([str(tmp_path)]) == 1


def test_each_set_has_a_place_of_its_own() -> None:
    assert len({one.place for one in SETS}) == len(SETS)
