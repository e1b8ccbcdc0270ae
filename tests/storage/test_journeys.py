"""Journeys: versions that never change."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from storage import journeys


def publish(connection: Connection, digest: str) -> journeys.Published:
    """The journey spring with some content."""
    return journeys.publish(
        connection, "spring", title="Spring", snapshot={"content": digest}, digest=digest,
        plan_of=lambda version: {"journey": "spring", "version": version},
    )  # fmt: skip


def test_the_same_content_is_the_same_version(connection: Connection) -> None:
    assert publish(connection, "a") == journeys.Published("spring", 1, is_new=True)
    assert publish(connection, "a") == journeys.Published("spring", 1, is_new=False)


def test_going_back_to_older_content_is_a_new_version(connection: Connection) -> None:
    for content in ("a", "b", "a"):
        publish(connection, content)
    assert [version.version for version in journeys.latest(connection)] == [3]
    assert journeys.get(connection, "spring", 1).snapshot == journeys.get(connection, "spring").snapshot
    assert journeys.get(connection, "spring", 2).plan == {"journey": "spring", "version": 2}


def test_a_version_that_was_never_published_is_named(connection: Connection) -> None:
    with pytest.raises(journeys.UnknownJourney, match="no published version of autumn"):
        journeys.get(connection, "autumn")
    publish(connection, "a")
    with pytest.raises(journeys.UnknownJourney, match="no version 9 of spring"):
        journeys.get(connection, "spring", 9)
