"""Raw input is kept once, read oldest first, and given up only after it was tried often enough."""

from __future__ import annotations

from sqlalchemy import Connection

from storage import received
from tests.storage.conftest import NOW


def store(connection: Connection, key: str, body: bytes = b"x", source: str = received.IMAP) -> int:
    number = received.store(connection, source, key, "text/plain", {"a": "b"}, body)
    assert number is not None
    return number


def test_the_same_input_is_kept_once(connection: Connection) -> None:
    first = store(connection, "k")
    assert received.store(connection, received.IMAP, "k", "", {}, b"other") is None
    other_source = store(connection, "k", source=received.TWILIO_INBOUND)
    assert [one.id for one in received.waiting(connection, 0, 9, 99)] == [first, other_source]


def test_bytes_that_postgresql_does_not_keep_in_text_are_kept_in_the_body(connection: Connection) -> None:
    number = received.store(connection, received.IMAP, "a\0b", "text/\ud800", {"h\0": "\udfff"}, b"\0\xff\r\n")
    (one,) = received.waiting(connection, 0, 9, 99)
    assert (one.id, one.source_key, one.body, one.headers) == (number, "ab", b"\0\xff\r\n", {"h": "?"})


def test_a_page_holds_the_oldest_up_to_its_size_and_always_one(connection: Connection) -> None:
    first, second, third = (store(connection, str(n), b"x" * 40) for n in range(3))
    assert [one.id for one in received.waiting(connection, 0, 9, 80)] == [first, second]
    assert [one.id for one in received.waiting(connection, 0, 1, 80)] == [first]
    assert [one.id for one in received.waiting(connection, second, 9, 1)] == [third]
    assert received.waiting(connection, third, 9, 80) == []


def test_what_was_read_waits_no_more(connection: Connection) -> None:
    first, second = store(connection, "1"), store(connection, "2")
    received.finish(connection, [first], NOW)
    assert [one.id for one in received.waiting(connection, 0, 9, 99)] == [second]
    assert received.any_waits(connection, first)
    received.finish(connection, [second], NOW)
    assert not received.any_waits(connection)


def test_an_input_that_cannot_be_read_is_given_up_after_its_last_attempt(connection: Connection) -> None:
    number = store(connection, "k")
    assert not received.fail(connection, number, "ValueError", 2)
    assert received.any_waits(connection)
    assert received.fail(connection, number, "ValueError", 2)
    assert not received.any_waits(connection)
    assert not received.fail(connection, number, "ValueError", 2)
