"""What people sent us: each message once, and whose it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage import candidates, messages, received
from storage.messages import NewMessage
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, sent


def keep(connection: Connection, message_id: str = "<m1@example.org>", **values: Any) -> int | None:
    """A mail of Ada's."""
    given: dict[str, Any] = {
        "channel": "email",
        "at": NOW,
        "candidate_id": "ada",
        "matched_by": "message_id",
        "kind": "reply",
    } | values
    return messages.store(connection, NewMessage(message_id=message_id, **given))


def test_the_same_message_by_two_ways_is_one(connection: Connection) -> None:
    add_candidate(connection)
    assert keep(connection) is not None
    assert keep(connection) is None
    assert len(messages.for_candidate(connection, "ada")) == 1


def test_messages_without_an_id_of_their_own_are_all_kept(connection: Connection) -> None:
    add_candidate(connection)
    assert keep(connection, "") is not None
    assert keep(connection, "") is not None


def test_a_match_by_sender_holds_only_once_a_person_confirms_it(connection: Connection) -> None:
    add_candidate(connection)
    number = keep(connection, matched_by="sender")
    assert number is not None
    assert not messages.get(connection, number).holds
    assert [one.id for one in messages.listed(connection, unmatched=True)] == [number]
    confirmed = messages.assign(connection, number, "ada")
    assert confirmed.holds
    assert confirmed.matched_by == "sender"
    assert messages.listed(connection, unmatched=True) == []


def test_a_message_that_was_somebody_elses_is_given_to_whom_a_person_names(connection: Connection) -> None:
    add_candidate(connection)
    add_candidate(connection, "bob")
    raw = received.store(connection, received.IMAP, "k", "message/rfc822", {}, b"Hello")
    number = keep(connection, matched_by="sender", received_id=raw)
    assert number is not None
    assert messages.assign(connection, number, "bob").matched_by == "person"
    assert connection.scalar(text("select candidate_id from received where id = :raw"), {"raw": raw}) == "bob"


def test_a_corrected_class_names_who_corrected_it(connection: Connection) -> None:
    add_candidate(connection)
    number = keep(connection)
    assert number is not None
    until = NOW + timedelta(days=90)
    corrected = messages.correct(connection, number, "later", by="dana", until=until)
    assert (corrected.kind, corrected.kind_by, corrected.until) == ("later", "dana", until)


def test_the_first_answer_stays(connection: Connection) -> None:
    add_candidate(connection)
    number = keep(connection, kind="question")
    assert number is not None
    assert [one.id for one in messages.listed(connection, unanswered=True)] == [number]
    assert messages.answer(connection, number, by="dana", at=NOW)
    assert not messages.answer(connection, number, by="eve", at=NOW)
    assert messages.get(connection, number).answered_by == "dana"
    assert messages.listed(connection, unanswered=True) == []


def test_our_own_message_is_found_by_its_id_and_by_its_token_under_any_domain(connection: Connection) -> None:
    add_candidate(connection)
    sent(connection, "ada/nurture/j-1/s/1", message_id="<abc123@old.example>")
    by_id = messages.find_ours(connection, ["<other@example.org>", "<abc123@old.example>"])
    assert by_id is not None
    assert by_id.touch_key == "ada/nurture/j-1/s/1"
    assert messages.find_ours_by_token(connection, "abc123") == by_id
    assert messages.find_ours_by_token(connection, "%") is None
    assert messages.find_ours(connection, []) is None


def test_the_newest_sms_is_what_an_sms_answers(connection: Connection) -> None:
    add_candidate(connection)
    sent(connection, "old", channel="sms", handed_over_at=NOW - timedelta(days=2))
    sent(connection, "new", channel="sms", handed_over_at=NOW - timedelta(days=1))
    sent(connection, "mail")
    found = messages.newest_to(connection, "ada", "sms")
    assert found is not None
    assert found.touch_key == "new"


def test_an_erased_person_is_found_by_nothing(connection: Connection) -> None:
    add_candidate(connection)
    sent(connection, "k", message_id="<abc123@keepwarm.example>")
    assert messages.wrote_to(connection, "Ada@Example.org", NOW - timedelta(days=1))
    assert not messages.wrote_to(connection, "ada@example.org", NOW + timedelta(days=1))
    candidates.mark_erased(connection, "ada")
    assert messages.find_ours(connection, ["<abc123@keepwarm.example>"]) is None
    assert messages.find_ours_by_token(connection, "abc123") is None
    assert messages.newest_to(connection, "ada", "email") is None
    assert not messages.wrote_to(connection, "ada@example.org", NOW - timedelta(days=1))
    assert messages.is_ours(connection, "<abc123@keepwarm.example>")


def test_what_a_database_cannot_keep_is_left_out(connection: Connection) -> None:
    add_candidate(connection)
    number = keep(connection, text="a\0b\ud800c")
    assert number is not None
    assert messages.get(connection, number).text == "ab?c"


def test_an_unknown_message_says_where_to_look(connection: Connection) -> None:
    with pytest.raises(messages.UnknownMessage, match="inbox list"):
        messages.get(connection, 10**9)
