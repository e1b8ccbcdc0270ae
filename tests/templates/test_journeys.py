"""Journeys from files: shipped ones, faults at their places, plans and snapshots."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from domain.plans import EXITS, Plan, StepKind, read_plan
from domain.touches import Channel, Purpose
from domain.windows import Window
from templates import journeys
from templates.faults import Fault, JourneyFaults
from templates.journeys import compact_plan, digest, load_journey, snapshot, source_from_snapshot
from templates.rendering import render_email, render_sms
from tests.templates.people import LINKS, TOKENS

GOOD = "journey: hello\ntitle: Hello\nsteps:\n  - send: hi\n"


def journey(folder: Path, definition: str, files: dict[str, str] | None = None) -> Path:
    """A journey `hello` with these files; `hi/en.md` where none are given."""
    place = folder / "hello"
    place.mkdir(exist_ok=True)
    (place / "journey.yaml").write_text(definition, encoding="utf-8")
    for name, text in (files or {"hi/en.md": "---\nsubject: Hi\n---\nHi {{ company }}\n"}).items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def faults_of(place: Path) -> list[Fault]:
    with pytest.raises(JourneyFaults) as found:
        load_journey(place)
    return found.value.faults


@pytest.mark.parametrize(
    ("slug", "days", "channels"),
    [
        ("passive-prospect", 90, {"email", "sms"}),
        ("silver-medalist", 364, {"email", "sms"}),
        ("talent-community", 364, {"email"}),
        ("keep-warm", 77, {"email", "preferred"}),
    ],
)
def test_a_shipped_journey_takes_the_time_it_says(slug: str, days: int, channels: set[str]) -> None:
    plan = compact_plan(load_journey(journeys.FOLDER / slug), 3)
    read = read_plan(plan)
    assert unanswered_days(read) == days
    assert {step.channel for step in read.steps if step.kind is StepKind.SEND} == channels
    assert read.label == f"{slug}@3"
    assert {"opt_out", "bounce", "hire"} <= set(read.exit_on)


def unanswered_days(plan: Plan) -> float:
    """How long it takes for somebody who never answers and of whom no condition is true."""
    position, days = 0, 0.0
    while 0 <= position < len(plan.steps):
        step = plan.steps[position]
        days += step.wait_days + step.timeout_hours / 24
        target = step.to if step.kind is StepKind.JUMP else step.otherwise
        position = position + 1 if target is None else target
    return days


def test_four_journeys_are_shipped() -> None:
    assert journeys.shipped() == ("keep-warm", "passive-prospect", "silver-medalist", "talent-community")


@pytest.mark.parametrize("slug", journeys.shipped())
def test_a_snapshot_survives_json_and_renders_without_files(slug: str, tmp_path: Path) -> None:
    copy = tmp_path / slug
    shutil.copytree(journeys.FOLDER / slug, copy)
    definition = load_journey(copy)
    frozen = json.loads(json.dumps(snapshot(definition)))
    shutil.rmtree(copy)
    assert frozen == snapshot(definition)
    assert digest(frozen) == digest(snapshot(definition))
    for step in (step for step in frozen["steps"] if step["message"]):
        channels = ("email", "sms") if step["channel"] == "preferred" else (step["channel"],)
        for channel in channels:
            for language, expected in (("en-GB", "en"), ("de-AT", "de"), ("fr-CA", "fr"), ("es", "es"), ("pt", "en")):
                source = source_from_snapshot(frozen, step["id"], channel, [language])
                assert (source.language, source.purpose) == (expected, Purpose.NURTURE)
                assert source in definition.messages
                said = render_sms(source, TOKENS) if channel == "sms" else render_email(source, TOKENS, LINKS).text
                assert "Northwind" in said


def test_a_published_message_is_parsed_once() -> None:
    text = json.dumps(snapshot(load_journey(journeys.FOLDER / "keep-warm")))
    first = source_from_snapshot(json.loads(text), "glad", "email", ["en"])
    assert source_from_snapshot(json.loads(text), "glad", Channel.EMAIL, ["en"]) is first


def test_a_step_or_channel_that_a_version_lacks_is_named() -> None:
    frozen = snapshot(load_journey(journeys.FOLDER / "talent-community"))
    with pytest.raises(LookupError, match="no step 'helo'; it has welcome"):
        source_from_snapshot(frozen, "helo", "email", ["en"])
    with pytest.raises(LookupError, match="has no sms message"):
        source_from_snapshot(frozen, "welcome", "sms", ["en"])


def test_a_changed_word_changes_the_digest(tmp_path: Path) -> None:
    before = digest(snapshot(load_journey(journey(tmp_path, GOOD))))
    assert before == digest(snapshot(load_journey(tmp_path / "hello")))
    after = journey(tmp_path, GOOD, {"hi/en.md": "---\nsubject: Hi\n---\nHello {{ company }}\n"})
    assert digest(snapshot(load_journey(after))) != before


def test_waits_add_up_and_keep_local_days_apart_from_hours(tmp_path: Path) -> None:
    definition = (
        "journey: hello\ntitle: Hello\nwindow: {days: [mon, wed], start: '08:30', end: '24:00'}\nsteps:\n"
        "  - wait: 2 weeks\n  - wait: 1 day\n  - wait: 36 hours\n  - send: hi\n"
        "  - wait: 1 hour\n  - {send: hi, id: again, channel: email}\n  - {send: hi, id: thrice}\n"
    )
    plan = compact_plan(load_journey(journey(tmp_path, definition)), 1)
    assert plan == {
        "journey": "hello",
        "version": 1,
        "purpose": "nurture",
        "exit_on": list(EXITS),
        "window": {"days": "1010000", "start": 510, "end": 1440},
        "steps": [
            {"id": "hi", "channel": "email", "wait_days": 15, "wait_hours": 36},
            {"id": "again", "channel": "email", "wait_hours": 1},
            {"id": "thrice", "channel": "email"},
        ],
    }
    assert read_plan(json.loads(json.dumps(plan))).window == Window("1010000", 510, 1440)


def test_many_mistakes_in_one_file_are_all_found_where_they_stand(tmp_path: Path) -> None:
    definition = """\
journey: Hello
titel: Hello
purpose: alerts
exit_on: [reply, hired, opt_out]
window: {days: [mon, fun], start: 9, end: "18:00"}
steps:
  - wait: 3 fortnights
  - send: hi
    id: one
    chanel: email
  - send: nobody
  - send: hi
    id: one
    channel: fax
  - just words
  - id: idle
  - wait: 0 days
"""
    place = journey(tmp_path, definition)
    found = [(f.line, f.column, f.message) for f in faults_of(place)]
    assert found == [
        (1, 1, "the journey has no title"),
        (1, 10, "'Hello' is no slug"),
        (2, 1, "unknown key 'titel' in the journey"),
        (3, 10, "a journey's purpose is nurture, not 'alerts'"),
        (4, 10, "the journey goes on after bounce"),
        (4, 18, "unknown exit 'hired'"),
        (5, 22, "unknown day 'fun'"),
        (5, 35, "start '9' is no time of day"),
        (7, 11, "'3 fortnights' is no duration"),
        (10, 5, "unknown key 'chanel' in a step"),
        (11, 11, "step 'nobody' has no message 'nobody'"),
        (13, 9, "step id 'one' appears twice"),
        (14, 14, "unknown channel 'fax'"),
        (15, 5, "a step must be a mapping"),
        (16, 5, "this step does nothing"),
        (17, 11, "'0 days' is no duration"),
        (17, 11, "the journey ends with a wait"),
    ]
    assert all(fault.cure for fault in faults_of(place))


def test_faults_in_messages_come_with_those_of_the_definition(tmp_path: Path) -> None:
    place = journey(
        tmp_path,
        GOOD + "  - wait: 7 days\n",
        {
            "hi/en.md": "---\nsubject: Hi\n---\nHi\n\n{{ frist_name }}\n",
            "hi/de.md": "---\nsubject: Hi\n---\n{% if %}\n",
        },
    )
    found = {(f.file, f.line) for f in faults_of(place)}
    assert found == {("journey.yaml", 5), ("hi/en.md", 6), ("hi/de.md", 4)}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("", "the file is empty"),
        ("journey: hello\ntitle: Hello\n", "the journey has no steps"),
        ("journey: hello\ntitle: Hello\nsteps: []\n", "the journey sends nothing"),
        ("journey: hello\ntitle: Hello\nsteps:\n  - wait: 3 days\n", "the journey sends nothing"),
        ("journey: other\ntitle: Hello\nsteps:\n  - send: hi\n", "called 'other' in a folder 'hello'"),
        ("title: Hello\nsteps:\n  - send: hi\n", "the journey has no name"),
        ("journey: hello\ntitle: [\n", "not YAML"),
        ("- a\n", "must be a mapping"),
        (GOOD + "  - {wait: 1 day, id: x}\n  - {send: hi, id: b}\n", "unknown key 'id' in a wait"),
        (GOOD + "  - wait: 400000 days\n  - {send: hi, id: b}\n", "longer than ten years"),
        (GOOD + "window: {start: '18:00', end: '09:00'}\n", "0 <= start < end"),
        (GOOD + "exit_on: opt_out\n", "must be a list"),
    ],
)
def test_a_faulty_definition_is_refused(tmp_path: Path, definition: str, said: str) -> None:
    assert any(said in fault.message for fault in faults_of(journey(tmp_path, definition)))


def test_a_folder_without_a_definition_is_refused(tmp_path: Path) -> None:
    assert "can't be read" in faults_of(tmp_path)[0].message


MAIL = "---\nsubject: Hi\n---\nHi\n"


@pytest.mark.parametrize(
    ("step", "files", "said"),
    [
        ("hi, channel: sms", {"hi/en.md": MAIL}, "step 'hi' lacks its message hi/sms.en.md"),
        ("hi, channel: preferred", {"hi/en.md": MAIL}, "step 'hi' lacks its message hi/sms.en.md"),
        ("hi", {"hi/en.md": MAIL, "ho/en.md": MAIL}, "no step sends 'ho'"),
        ("hi", {"hi/en.md": MAIL, "hi/sms.de.md": "---\n---\n{{ company }}: STOP\n"}, "lacks its message hi/de.md"),
        ("hi, channel: sms", {"hi/sms.en.md": "---\n---\nHello, STOP\n"}, "does not name the sender"),
        ("hi, channel: sms", {"hi/sms.en.md": "---\n---\n{{ company }}: hi\n"}, "does not say how to end it"),
    ],
)
def test_steps_and_messages_must_fit_each_other(tmp_path: Path, step: str, files: dict[str, str], said: str) -> None:
    definition = f"journey: hello\ntitle: Hello\nsteps:\n  - {{send: {step}}}\n"
    assert any(said in fault.message for fault in faults_of(journey(tmp_path, definition, files)))
