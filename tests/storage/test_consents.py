"""Consent: a log whose latest word holds."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from storage import consents
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, say


def test_the_latest_word_holds_however_late_it_was_written(connection: Connection) -> None:
    add_candidate(connection)
    say(connection, granted=False, at=NOW)
    say(connection, granted=True, at=NOW - timedelta(days=1))
    [word] = consents.latest(connection, "ada")
    assert word.granted is False
    assert len(consents.history(connection, "ada")) == 2


def test_the_same_word_twice_is_one_and_two_people_may_say_the_same(connection: Connection) -> None:
    for name in ("ada", "bob"):
        add_candidate(connection, name)
        say(connection, name, event_id="e1")
        say(connection, name, event_id="e1")
        assert len(consents.history(connection, name)) == 1


def test_a_plain_stop_by_email_leaves_messages_about_ones_own_application(connection: Connection) -> None:
    add_candidate(connection)
    assert consents.opt_out(connection, "ada", "*", "email", at=NOW, event_id="e", source="link") == 2
    assert {word.purpose for word in consents.latest(connection, "ada")} == {"nurture", "alerts"}


def test_one_opt_out_covers_every_channel_of_a_purpose(connection: Connection) -> None:
    add_candidate(connection)
    consents.opt_out(connection, "ada", "nurture", "*", at=NOW, event_id="e", source="link")
    assert [(word.channel, word.granted) for word in consents.latest(connection, "ada")] == [
        ("email", False),
        ("sms", False),
    ]


def test_stop_by_sms_ends_all_sms(connection: Connection) -> None:
    add_candidate(connection)
    consents.opt_out(connection, "ada", "*", "sms", at=NOW, event_id="e", source="sms")
    assert {word.purpose for word in consents.latest(connection, "ada")} == {
        "application",
        "nurture",
        "alerts",
        "service",
    }
