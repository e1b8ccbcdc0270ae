"""Candidates: added once, found by id or email, and described."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from storage import candidates
from storage.candidates import AlreadyKnown, NewCandidate, UnknownCandidate
from storage.contacts import BadContact
from tests.storage.people import add_candidate


def test_a_candidate_is_kept_with_everything_that_was_said(connection: Connection) -> None:
    person = NewCandidate(
        "Ada Lovelace", emails=["Ada@Example.ORG"], phones=["030 123456"], country="de",
        profiles=["https://www.linkedin.com/in/Ada/"], skills=["Python", "python", "SQL"],
        tags={"silver-medalist": "came second"}, pools=["backend"],
    )  # fmt: skip
    found = candidates.profile(connection, candidates.add(connection, person))
    assert found.candidate.first_name == "Ada"
    assert {point.kind: point.canonical for point in found.contact_points} == {
        "email": "ada@example.org", "phone": "+4930123456", "profile": "linkedin.com/in/ada",
    }  # fmt: skip
    assert found.skills == ["SQL", "python"]
    assert found.tags == {"silver-medalist": "came second"}
    assert found.pools == ["backend"]


@pytest.mark.parametrize(
    "again",
    [
        NewCandidate("Other", emails=["ADA@example.org "]),
        NewCandidate("Other", phones=["+49 (30) 123456"]),
        NewCandidate("Other", profiles=["http://de.linkedin.com/in/ada?trk=x"]),
        NewCandidate("Other", id="ada"),
    ],
    ids=["email", "phone", "profile", "id"],
)
def test_somebody_known_is_refused_by_the_name_of_the_one_on_record(
    connection: Connection, again: NewCandidate
) -> None:
    add_candidate(connection, phones=["+4930123456"], profiles=["linkedin.com/in/ada"])
    with pytest.raises(AlreadyKnown, match="candidate ada;") as refusal:
        candidates.add(connection, again)
    assert refusal.value.candidate_id == "ada"


@pytest.mark.parametrize(
    ("person", "cure"),
    [
        (NewCandidate("X", emails=["nonsense"]), "no email address"),
        (NewCandidate("X", phones=["12"]), "write it as"),
        (NewCandidate("X", phones=["030 123456"]), "country"),
        (NewCandidate("X", profiles=["ada"]), "give its address"),
    ],
)
def test_nobody_is_added_by_what_reaches_nobody(connection: Connection, person: NewCandidate, cure: str) -> None:
    with pytest.raises(BadContact, match=cure):
        candidates.add(connection, person)


@pytest.mark.parametrize(
    ("value", "cure"),
    [
        ({"zone": "Mars"}, "time zone 'Mars' is unknown; use a name such as Europe/Berlin"),
        ({"zone": "Europe"}, "time zone 'Europe' is unknown"),
        ({"zone": "../../etc/passwd"}, "is unknown"),
        ({"language": "klingon!"}, "use a tag such as de or pt-BR"),
        ({"preferred_channel": "preferred"}, "use email or sms"),
        ({"headline": "a\0b"}, "headline holds a character that cannot be kept"),
        ({"company": "\ud800"}, "company holds a character that cannot be kept"),
    ],
)
def test_what_would_stop_a_persons_workflow_never_gets_on_record(
    connection: Connection, value: dict[str, str], cure: str
) -> None:
    with pytest.raises(ValueError, match=cure):
        candidates.add(connection, replace(NewCandidate("X"), **value))
    add_candidate(connection)
    with pytest.raises(ValueError, match=cure):
        candidates.change(connection, "ada", **value)


def test_a_name_of_several_lines_is_kept_on_one(connection: Connection) -> None:
    known = candidates.get(connection, candidates.add(connection, NewCandidate("Ada\r\nBcc: eve@x.example")))
    assert known.full_name == "Ada Bcc: eve@x.example"


@pytest.mark.parametrize(
    "lists", [{"skills": ["a\0"]}, {"pools": ["a\0"]}, {"tags": {"a\0": ""}}, {"tags": {"a": "\0"}}]
)
def test_skills_tags_and_pools_are_texts_too(connection: Connection, lists: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        candidates.add(connection, replace(NewCandidate("X"), **lists))


def test_a_drawn_id_passes_over_those_that_people_chose(connection: Connection) -> None:
    first = candidates.add(connection, NewCandidate("A"))
    add_candidate(connection, str(int(first) + 1))
    assert candidates.add(connection, NewCandidate("B")) == str(int(first) + 2)


def test_people_are_named_by_id_or_by_email(connection: Connection) -> None:
    add_candidate(connection)
    assert candidates.find(connection, "ada").id == candidates.find(connection, "ADA@example.org").id == "ada"
    with pytest.raises(UnknownCandidate, match="no candidate eve"):
        candidates.find(connection, "eve")


def test_a_change_names_a_field_that_there_is(connection: Connection) -> None:
    add_candidate(connection)
    candidates.change(connection, "ada", zone="Europe/Paris", owner="dana")
    assert candidates.get(connection, "ada").zone == "Europe/Paris"
    with pytest.raises(ValueError, match="has no erased"):
        candidates.change(connection, "ada", erased="yes")


def test_those_whose_workflows_run_and_the_erased_are_not_started_again(connection: Connection) -> None:
    for name in ("a", "b", "c"):
        add_candidate(connection, name)
    candidates.set_started(connection, ["a"])
    candidates.mark_erased(connection, "b")
    assert [person.id for person in candidates.unstarted(connection)] == ["c"]
    assert candidates.get(connection, "b").erased
