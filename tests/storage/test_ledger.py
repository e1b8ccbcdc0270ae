"""The ledger's moves, and how people read and settle it."""

from __future__ import annotations

from sqlalchemy import Connection

from storage import inspections, ledger, tasks
from storage.ledger import Acceptance, Conclusion, Entry, HandOver
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, say, sent


def claim(connection: Connection, key: str = "k") -> Entry:
    """Ada's claim of a mail."""
    add_candidate(connection)
    return Entry(
        key, "ada", "nurture", "email", "hello", "", "spring", 1, NOW, "claimed", consent_id=say(connection),
        address="ada@example.org", message_id="<k@x>", claimed_at=NOW,
    )  # fmt: skip


def state(connection: Connection, key: str = "k") -> str:
    """Where a touch stands."""
    row = inspections.touch(connection, key)
    return row.state if row else ""


def test_only_the_latest_claim_may_hand_over(connection: Connection) -> None:
    entry = claim(connection)
    assert ledger.write(connection, [entry]) == {"k": 1}
    assert ledger.write(connection, [entry]) == {"k": 2}
    assert ledger.hand_over(connection, [HandOver("k", "ada", 1, NOW)]) == set()
    assert ledger.hand_over(connection, [HandOver("k", "ada", 2, NOW)]) == {"k"}
    assert ledger.hand_over(connection, [HandOver("k", "ada", 2, NOW)]) == set()


def test_a_row_that_has_gone_further_is_not_written_over(connection: Connection) -> None:
    entry = claim(connection)
    ledger.write(connection, [entry])
    ledger.hand_over(connection, [HandOver("k", "ada", 1, NOW)])
    assert ledger.write(connection, [entry]) == {}
    assert state(connection) == "handed_over"


def test_the_end_of_an_older_hand_over_is_not_believed(connection: Connection) -> None:
    entry = claim(connection)
    ledger.write(connection, [entry])
    ledger.hand_over(connection, [HandOver("k", "ada", 1, NOW)])
    assert not ledger.conclude(connection, Conclusion("k", 7, "claimed"))
    assert ledger.conclude(connection, Conclusion("k", 1, "claimed"))
    row = inspections.touch(connection, "k")
    assert row is not None
    assert (row.state, row.handed_over_at) == ("claimed", None)


def test_an_acceptance_is_believed_from_every_state_that_hopes_for_one(connection: Connection) -> None:
    add_candidate(connection)
    for hopeful in ("intended", "claimed", "handed_over", "unknown"):
        sent(connection, hopeful, state=hopeful, provider_id="")
        ledger.accept(connection, [Acceptance(hopeful, "mail", f"p-{hopeful}", NOW)])
        assert state(connection, hopeful) == "accepted"


def test_a_person_settles_what_nobody_can_tell(connection: Connection) -> None:
    add_candidate(connection)
    for key, left in (("yes", True), ("no", False)):
        sent(connection, key, state="unknown")
        tasks.ask(connection, [ledger.unknown_fate(key, "ada", NOW)])
        assert [row.touch_key for row in inspections.unknowns(connection)] == [key]
        assert ledger.resolve(connection, key, sent=left, by="dana", at=NOW)
        assert not ledger.resolve(connection, key, sent=left, by="dana", at=NOW)
    assert inspections.counts(connection) == {"accepted": 1, "failed": 1}
    assert tasks.listed(connection) == []
    assert len(tasks.listed(connection, done=True)) == 2
