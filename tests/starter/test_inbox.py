"""The inbox as recruiters use it: whose a message is, what it means, and what follows when they say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from config.settings import Settings
from domain.promises import read_answer
from starter import inbox, letters
from starter.client import Keepwarm
from starter.refusals import Refused
from storage import candidates, consents, messages, tasks
from storage import letters as kept
from storage.candidates import NewCandidate
from storage.messages import NewMessage
from storage.tables import ledger
from storage.tasks import NewTask

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Door(Keepwarm):
    """The door with nobody behind it: it notes what would travel."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(None, engine, settings)  # type: ignore[arg-type]
        self.sent: list[tuple[str, str, dict[str, Any]]] = []

    async def signal_candidates(self, candidate_ids: Sequence[str], name: str, payload: dict[str, Any]) -> None:
        self.sent += [(one, name, payload) for one in candidate_ids]

    async def _update(self, candidate_id: str, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((candidate_id, name, payload))
        return {"will": f"send {payload['template']}"}

    def names(self) -> list[tuple[str, str, str]]:
        return [(person, name, payload.get("kind", "")) for person, name, payload in self.sent]


@pytest.fixture
def door(engine: Engine) -> Door:
    with engine.begin() as connection:
        for person in ("ada", "ben"):
            candidates.add(connection, NewCandidate(person.title(), id=person, emails=[f"{person}@example.org"]))
    return Door(engine, Settings())


def arrive(door: Door, kind: str, **values: Any) -> int:
    """A message on record, matched by what it answers unless said otherwise."""
    told = {
        "candidate_id": "ada", "matched_by": "message_id", "message_id": f"<{kind}-{len(values)}@example.org>",
        "from_address": "ada@example.org", "subject": "Your role", "text": "…",
    } | values  # fmt: skip
    with door.engine.begin() as connection:
        number = messages.store(connection, NewMessage(told.pop("channel", "email"), AT, kind=kind, **told))
    assert number
    return number


def read(door: Door, number: int) -> messages.Message:
    with door.engine.connect() as connection:
        return messages.get(connection, number)


def numbers(door: Door, **filters: Any) -> list[int]:
    with door.engine.connect() as connection:
        return [one.id for one in inbox.rows(connection, **filters)]


def test_what_is_open_comes_first_and_what_is_done_only_on_request(door: Door) -> None:
    question = arrive(door, "question")
    stop = arrive(door, "stop")
    stranger = arrive(door, "stop", candidate_id=None, matched_by="", message_id="<x@example.org>")
    away = arrive(door, "auto_reply")
    assert numbers(door) == [stranger, question]
    assert numbers(door, everything=True) == [stranger, question, away, stop]
    assert numbers(door, unmatched=True) == [stranger]
    assert numbers(door, kinds=["stop"], everything=True) == [stranger, stop]
    assert numbers(door, candidate="ada@example.org") == [question]
    with pytest.raises(Refused, match="did you mean question"):
        numbers(door, kinds=["qestion"])


async def test_a_suggested_sender_counts_once_it_is_confirmed(door: Door) -> None:
    number = arrive(door, "question", matched_by="sender")
    with door.engine.begin() as connection:
        tasks.ask(connection, [NewTask(f"message/{number}", "message", "Look", AT, "ada")])
    told = await inbox.confirm(door, number)
    assert told["candidate"] == "ada"
    assert read(door, number).holds
    [(person, name, payload)] = door.sent
    assert (person, name, payload["kind"], payload["message_id"]) == (
        "ada",
        "message_received",
        "question",
        str(number),
    )
    with door.engine.connect() as connection:
        assert tasks.listed(connection) == []
    await inbox.confirm(door, number)
    assert len(door.sent) == 1


async def test_nobody_can_be_confirmed_where_nobody_is_suggested(door: Door) -> None:
    number = arrive(door, "reply", candidate_id=None, matched_by="")
    with pytest.raises(Refused, match="inbox assign"):
        await inbox.confirm(door, number)
    with pytest.raises(Refused, match="no message 999"):
        await inbox.confirm(door, 999)


async def test_a_message_given_to_somebody_else_is_taken_back_from_the_first(door: Door) -> None:
    number = arrive(door, "no")
    await inbox.assign(door, number, "ben@example.org")
    assert door.names() == [("ada", "message_corrected", "auto_reply"), ("ben", "message_received", "no")]
    assert read(door, number).candidate_id == "ben"


async def test_a_message_given_back_to_the_first_takes_effect_for_them_again(door: Door) -> None:
    number = arrive(door, "no", matched_by="sender")
    for person in ("ada", "ben", "ada"):
        await inbox.assign(door, number, person)
    told = [(person, payload["event_id"]) for person, name, payload in door.sent if name == "message_received"]
    assert [person for person, _ in told] == ["ada", "ben", "ada"]
    assert told[0] == ("ada", f"message-{number}")
    assert len({event_id for _, event_id in told}) == 3, "a workflow ignores an event that it knows"


async def test_a_question_beside_another_class_is_asked_too(door: Door) -> None:
    number = arrive(door, "no", matched_by="sender", because="en/no/not-interested + en/question/mark")
    await inbox.confirm(door, number)
    assert door.names() == [("ada", "message_received", "no"), ("ada", "message_received", "question")]


async def test_a_stop_of_a_stranger_is_obeyed_once_it_is_known_whose_it_is(door: Door) -> None:
    number = arrive(door, "stop", candidate_id=None, matched_by="")
    await inbox.assign(door, number, "ada")
    with door.engine.connect() as connection:
        assert not any(one.granted for one in consents.latest(connection, "ada"))
        assert consents.latest(connection, "ada")
    assert door.names() == [("ada", "message_received", "stop")]


async def test_a_corrected_class_reaches_the_workflow(door: Door) -> None:
    number = arrive(door, "auto_reply")
    until = datetime(2027, 5, 3, tzinfo=UTC)
    told = await inbox.correct(door, number, "later", until=until, by="dana")
    assert (told["before"], told["kind"]) == ("auto_reply", "later")
    [(person, name, payload)] = door.sent
    assert (person, name, payload["kind"], payload["until"]) == ("ada", "message_corrected", "later", until.isoformat())
    message = read(door, number)
    assert (message.kind, message.kind_by, message.until) == ("later", "dana", until)


async def test_a_day_goes_with_later_alone(door: Door) -> None:
    number = arrive(door, "reply")
    with pytest.raises(Refused, match="leave --until out"):
        await inbox.correct(door, number, "no", until=AT)
    with pytest.raises(Refused, match="did you mean later"):
        await inbox.correct(door, number, "latr")
    assert door.sent == []


async def test_a_stop_stays_whatever_a_recruiter_says(door: Door) -> None:
    number = arrive(door, "stop")
    told = await inbox.correct(door, number, "interested")
    assert "the opt-out stays" in told["will"]


async def test_confirming_a_class_keeps_its_day(door: Door) -> None:
    until = datetime(2027, 5, 3, tzinfo=UTC)
    number = arrive(door, "later", until=until)
    await inbox.correct(door, number, "later", by="dana")
    assert read(door, number).until == until
    assert read(door, number).kind_by == "dana"


async def test_a_correction_of_what_is_nobodys_waits(door: Door) -> None:
    number = arrive(door, "no", matched_by="sender")
    told = await inbox.correct(door, number, "question")
    assert "once it is known" in told["will"]
    assert door.sent == []
    await inbox.confirm(door, number)
    assert door.names() == [("ada", "message_received", "question")]


async def test_an_answer_leaves_as_a_touch_that_names_what_it_answers(door: Door) -> None:
    number = arrive(door, "question", message_id="<q@example.org>")
    told = await letters.answer(door, number, " Yes, from home. ", by="dana")
    [(_, first, planned)] = door.sent
    assert (first, planned["template"], planned["purpose"], planned["channel"]) == (
        "schedule_touch", "letter", "service", "email",
    )  # fmt: skip
    assert read_answer("ada", told["touch_key"]) == str(number)
    assert "Yes, from home." not in str(door.sent)
    with door.engine.connect() as connection:
        letter = kept.by_keys(connection, [told["touch_key"]])[told["touch_key"]]
        asked = [one for one in consents.latest(connection, "ada") if one.purpose == "service"]
    assert (letter.subject, letter.body, letter.answers, letter.by) == (
        "Re: Your role", "Yes, from home.", "<q@example.org>", "dana",
    )  # fmt: skip
    assert [(one.basis, one.granted, one.channel) for one in asked] == [("request", True, "email")]
    assert read(door, number).answered_by == "dana"
    with door.engine.connect() as connection:
        [shown] = inbox.shown(connection, number)["answers"]
    assert (shown["body"], shown["fate"]) == ("Yes, from home.", "about to leave")
    assert numbers(door) == []


async def test_a_question_of_the_status_page_is_answered_by_mail(door: Door) -> None:
    number = arrive(door, "question", channel="page", matched_by="link", message_id="page-1")
    await letters.answer(door, number, "Yes.")
    [(_, _, planned)] = door.sent
    assert planned["channel"] == "email"


async def test_an_answer_that_was_stopped_before_it_was_noted_leaves_the_message_open(door: Door) -> None:
    number = arrive(door, "question")

    async def stopped(candidate_id: str, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        key = f"ada/service/single/letter/{payload['touch_id']}"
        with door.engine.begin() as connection:
            values = {"touch_key": key, "candidate_id": "ada", "purpose": "service", "channel": "email",
                      "template": "letter", "state": "skipped", "because": "no address", "due": AT}  # fmt: skip
            connection.execute(insert(ledger).values(values))
        return {"will": "send letter"}

    door._update = stopped  # type: ignore[method-assign]
    await letters.answer(door, number, "Yes.")
    assert numbers(door) == [number]
    with door.engine.connect() as connection:
        [shown] = inbox.shown(connection, number)["answers"]
    assert shown["fate"] == "did not leave: no address"


async def test_what_was_answered_by_phone_is_done(door: Door) -> None:
    number = arrive(door, "question")
    await letters.answered(door, number, by="dana")
    [(person, name, payload)] = door.sent
    assert (person, name, payload["message_id"], payload["by"]) == ("ada", "question_answered", str(number), "dana")
    assert numbers(door) == []


async def test_what_is_not_surely_theirs_is_not_answered(door: Door) -> None:
    number = arrive(door, "question", matched_by="sender")
    with pytest.raises(Refused, match=f"inbox confirm {number}"):
        await letters.answer(door, number, "Yes.")
    number = arrive(door, "reply", candidate_id=None, matched_by="")
    with pytest.raises(Refused, match=f"inbox assign {number}"):
        await letters.answer(door, number, "Yes.")


async def test_a_mail_of_ones_own_says_which_gate_will_stop_it(door: Door) -> None:
    told = await letters.write(door, "ada", "How are you?", subject="Hello")
    assert "consent for nurture by email" in told["will"]
    with pytest.raises(Refused, match="--subject"):
        await letters.write(door, "ada", "How are you?")
    with pytest.raises(Refused, match="empty"):
        await letters.write(door, "ada", "  ", subject="Hello")


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Your role", "Re: Your role"),
        ("RE: Your role", "RE: Your role"),
        ("AW: Ihre Stelle", "AW: Ihre Stelle"),
        ("", "Re: Your message"),
        ("A\r\n B", "Re: A B"),
        ("x" * 400, "Re: " + "x" * 196),
    ],
)
def test_an_answer_has_the_subject_of_what_it_answers(subject: str, answered: str) -> None:
    assert letters.reply_subject(subject) == answered
