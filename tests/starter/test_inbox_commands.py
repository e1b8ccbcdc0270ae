"""`keepwarm inbox` and `keepwarm write` as people and programs use them, with the product's workflow behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from storage import messages
from storage.messages import NewMessage
from tests.starter.test_cli import CommandLine, command_line

__all__ = ["command_line"]

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def arrive(commands: CommandLine, kind: str, **values: Any) -> str:
    told = {
        "candidate_id": "ada", "matched_by": "sender", "message_id": "<q@example.org>", "from_address": "ada@example.org",
        "subject": "Your role", "text": "Is it remote?\nI need three days.", "because": "en/question/mark",
    } | values  # fmt: skip
    with commands.engine.begin() as connection:
        number = messages.store(connection, NewMessage("email", AT, kind=kind, **told))
    return str(number)


async def add_ada(commands: CommandLine) -> None:
    await commands.run("candidate", "add", "Ada Abelard", "--id", "ada", "--email", "ada@example.org")


async def test_a_question_is_listed_confirmed_and_answered(command_line: CommandLine) -> None:
    commands = command_line
    await add_ada(commands)
    number = arrive(commands, "question")
    assert "perhaps" in await commands.run("inbox", "list")
    [listed] = await commands.json("inbox", "list", "--unmatched")
    assert (listed["kind"], listed["open"], listed["holds"]) == ("question", True, False)
    assert "whole" not in listed
    assert f"inbox confirm {number}" in await commands.run("inbox", "answer", number, "Yes.", exit_code=1)
    assert "is ada's: question" in await commands.run("inbox", "confirm", number)
    shown = await commands.run("inbox", "show", number)
    assert "Is it remote?\nI need three days." in shown
    assert "class question: en/question/mark" in shown
    told = await commands.json("inbox", "answer", number, "Yes, it is.", "--by", "dana")
    assert "send letter at" in told["will"]
    assert await commands.activities.until_sent(1) == ["letter"]
    [order] = commands.activities.sent
    assert order.touch.key == told["touch_key"]
    assert "Yes, it is." in await commands.run("inbox", "show", number)
    assert await commands.json("inbox", "list") == []
    [done] = await commands.json("inbox", "list", "--all")
    assert done["answered_by"] == "dana"
    handle = commands.client.get_workflow_handle("candidate-ada")
    relationship = await handle.query("relationship")
    assert relationship["promises"] == {}
    history = await handle.fetch_history()
    assert "Yes, it is." not in str(history)
    assert "remote" not in str(history)


async def test_what_a_rule_got_wrong_is_corrected(command_line: CommandLine) -> None:
    commands = command_line
    await add_ada(commands)
    number = arrive(commands, "no", because="en/no/not-interested")
    await commands.run("inbox", "confirm", number)
    handle = commands.client.get_workflow_handle("candidate-ada")
    assert (await handle.query("relationship"))["cool_off_until"]
    said = await commands.run("inbox", "correct", number, "later", "--until", "2027-05-03", "--by", "dana")
    assert f"message {number} was no, is later; it takes effect" in said
    relationship = await handle.query("relationship")
    assert relationship.get("cool_off_until") is None
    assert relationship["snoozed_until"].startswith("2027-05-03")
    assert "did you mean later" in await commands.run("inbox", "correct", number, "latr", exit_code=1)
    assert "leave --until out" in await commands.run(
        "inbox", "correct", number, "reply", "--until", "2027-05-03", exit_code=1
    )


async def test_a_strangers_message_is_given_to_somebody(command_line: CommandLine) -> None:
    commands = command_line
    await add_ada(commands)
    number = arrive(commands, "interested", candidate_id=None, matched_by="", from_address="a@home.example")
    assert f"inbox assign {number}" in await commands.run("inbox", "confirm", number, exit_code=1)
    assert "no candidate" in await commands.run("inbox", "assign", number, "bob", exit_code=1)
    assert (await commands.json("inbox", "assign", number, "ada@example.org"))["candidate"] == "ada"
    assert "no message 999" in await commands.run("inbox", "show", "999", exit_code=1)


async def test_a_mail_of_ones_own_says_what_will_hold_it(command_line: CommandLine) -> None:
    commands = command_line
    await add_ada(commands)
    said = await commands.run("write", "ada", "How are you?", "--subject", "Hello")
    assert "consent for nurture by email" in said
    assert "give --subject" in await commands.run("write", "ada", "How are you?", exit_code=1)
    await commands.run("opening", "add", "be-1", "Backend Engineer")
    assert "has not applied" in await commands.run(
        "write", "ada", "Hi", "--subject", "Hi", "--opening", "be-1", exit_code=1
    )
