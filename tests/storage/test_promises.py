"""Promises on record: settled once, and listed by their state."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from domain.facts import Fact, FactKind
from storage import facts, promises, tasks
from storage.recruiters import Recruiter, put
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening

MADE = Fact(
    FactKind.PROMISE, NOW, opening_id="be-1", stage="answer", touch_key="p1", outcome="due", by="dana",
    until=NOW + timedelta(days=7),
)  # fmt: skip
KEPT = replace(MADE, at=NOW + timedelta(days=3), outcome="kept")


def test_a_promise_that_is_kept_stays_so_whatever_is_written_again(connection: Connection) -> None:
    ada = add_candidate(connection)
    for fact in (MADE, KEPT, MADE, replace(KEPT, outcome="broken")):
        facts.apply(connection, ada, [fact])
    (found,) = promises.listed(connection)
    assert (found.state, found.made_at, found.settled_at, found.due) == ("kept", NOW, KEPT.at, MADE.until)


def test_promises_are_listed_by_state_and_opening(connection: Connection) -> None:
    ada = add_candidate(connection)
    later = replace(MADE, touch_key="p2", opening_id="fe-1", until=NOW + timedelta(days=9))
    facts.apply(connection, ada, [later, MADE, replace(MADE, touch_key="p3", outcome="broken")])
    assert [one.promise_key for one in promises.listed(connection, state="due")] == ["p1", "p2"]
    assert [one.promise_key for one in promises.listed(connection, state="due", opening_id="fe-1")] == ["p2"]
    assert [one.promise_key for one in promises.listed(connection, state="broken")] == ["p3"]


def test_what_is_kept_needs_no_reminder_any_more(connection: Connection) -> None:
    ada = add_candidate(connection)
    facts.apply(connection, ada, [MADE])
    tasks.ask(connection, [tasks.NewTask(promises.task_key("p1", "owner"), "promise", "…", NOW, ada)])
    facts.apply(connection, ada, [replace(MADE, outcome="broken")])
    assert len(tasks.listed(connection)) == 1, "broken: somebody must still act"
    facts.apply(connection, ada, [replace(MADE, touch_key="p1", outcome="kept")])
    assert tasks.listed(connection) == []


def test_a_reminder_is_for_the_openings_owner_or_else_the_candidates(connection: Connection) -> None:
    ada = add_candidate(connection, owner="eli")
    add_opening(connection, owner="dana")
    add_opening(connection, "fe-1")
    owners = [promises.reminder(connection, ada, opening_id) for opening_id in ("be-1", "fe-1")]
    assert [found.owner for found in owners if found] == ["dana", "eli"]
    assert promises.reminder(connection, "nobody", "be-1") is None
    put(connection, Recruiter("dana", "Dana Okafor", deputy="eli"))
    assert (promises.deputy_of(connection, "dana"), promises.deputy_of(connection, "eli")) == ("eli", "")
