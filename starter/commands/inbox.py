"""`keepwarm inbox …`: what people wrote, read and answered; and `keepwarm write`, a mail of one's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from starter.console import AsJson, Commands, answer, ask, look, moment_of, table, when

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="What people wrote: read it, answer it, correct it."
)
Number = typer.Argument(help="The message's number, as `list` shows it.")
By = typer.Option("", "--by", help="The recruiter who does it.")
_SHORT = 60


@app.command("list")
def list_(
    kind: list[str] = typer.Option([], help="Of this class alone; again for more."),
    candidate: str = typer.Option("", help="Of this person, by id or email."),
    unmatched: bool = typer.Option(False, "--unmatched", help="Those that are not surely anybody's."),
    everything: bool = typer.Option(False, "--all", help="Those that are done too, after the open ones."),
    limit: int = typer.Option(200, min=1),
    as_json: bool = AsJson,
) -> None:
    """What waits for somebody of ours, the newest first."""
    from starter.inbox import is_open, rows

    found = look(rows, kinds=kind, candidate=candidate, unmatched=unmatched, everything=everything, limit=limit)
    cells = [
        (one.id, "open" if is_open(one) else "done", when(one.at), one.channel, one.kind, one.candidate_id or "",
         "" if one.holds or not one.candidate_id else "perhaps", _short(one.subject or one.text))
        for one in found
    ]  # fmt: skip
    columns = ("message", "state", "at", "by", "class", "candidate", "sure", "about")
    values = [{**asdict(one), "open": is_open(one), "holds": one.holds} for one in found]
    table([{name: value for name, value in one.items() if name != "whole"} for one in values], as_json, columns, cells)


@app.command("show")
def show(message: int = Number, as_json: bool = AsJson) -> None:
    """One message: its words, its files, what the rules made of it and why, and what was answered."""
    from starter.inbox import shown

    found = look(shown, message)
    answer(found, as_json, _lines(found))


@app.command("confirm")
def confirm(message: int = Number, as_json: bool = AsJson) -> None:
    """The person whose address it came from did write it: now it takes effect."""
    from starter import inbox

    told = ask(lambda keepwarm: inbox.confirm(keepwarm, message))
    answer(told, as_json, [f"message {message} is {told['candidate']}'s: {told['kind']}"])


@app.command("assign")
def assign(
    message: int = Number,
    candidate: str = typer.Argument(help="Whose it is, by id or email."),
    as_json: bool = AsJson,
) -> None:
    """Say whose a message is; it takes effect for them, and no longer for anybody else."""
    from starter import inbox

    told = ask(lambda keepwarm: inbox.assign(keepwarm, message, candidate))
    answer(told, as_json, [f"message {message} is {told['candidate']}'s: {told['kind']}"])


@app.command("correct")
def correct(
    message: int = Number,
    kind: str = typer.Argument(
        help="interested, later, no, wrong_person, stop, question, auto_reply, reply; the same to confirm it."
    ),
    until: str = typer.Option("", "--until", help="With later and auto_reply: from when on (ISO 8601)."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Say what a message means; what the rules did wrong is undone where it can be."""
    from starter import inbox

    moment = moment_of(until) if until else None
    told = ask(lambda keepwarm: inbox.correct(keepwarm, message, kind, until=moment, by=by))
    answer(told, as_json, [f"message {message} was {told['before']}, is {told['kind']}; {told['will']}"])


@app.command("answer")
def answer_(
    message: int = Number,
    words: str = typer.Argument(help="What to answer, without greeting and name."),
    subject: str = typer.Option("", "--subject", help="Else `Re:` and theirs; SMS have none."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Answer in its thread, by SMS where it was one, else by mail. A question is answered once that has left."""
    from starter import letters

    told = ask(lambda keepwarm: letters.answer(keepwarm, message, words, by=by, subject=subject))
    answer(told, as_json, [f"to {told['candidate']}: {told['will']}"])


@app.command("answered")
def answered(message: int = Number, by: str = By, as_json: bool = AsJson) -> None:
    """It was answered by other means, by phone say: nobody waits for an answer any more."""
    from starter import letters

    told = ask(lambda keepwarm: letters.answered(keepwarm, message, by=by))
    answer(told, as_json, [f"message {message} is answered"])


def write(
    candidate: str = typer.Argument(help="A candidate's id or email."),
    words: str = typer.Argument(help="What to write, without greeting and name."),
    subject: str = typer.Option("", "--subject", help="The mail's subject; SMS have none."),
    sms: bool = typer.Option(False, "--sms", help="By SMS instead of email."),
    opening: str = typer.Option("", help="About their application for this opening; else to stay in touch."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Write to one person of one's own accord. It passes the same gates as every other message."""
    from domain.touches import Channel
    from starter import letters

    channel = Channel.SMS if sms else Channel.EMAIL
    told = ask(
        lambda keepwarm: letters.write(
            keepwarm, candidate, words, subject=subject, by=by, channel=channel, opening=opening
        )
    )
    answer(told, as_json, [f"to {told['candidate']}: {told['will']}"])


def _lines(found: dict[str, Any]) -> list[str]:
    who = found["candidate_id"] or "nobody known"
    sure = "" if found["holds"] or not found["candidate_id"] else ", perhaps"
    until = f" until {when(found['until'])}" if found["until"] else ""
    lines = [
        f"message {found['id']}, {when(found['at'])} by {found['channel']}",
        f"from {found['from_address']} ({who}{sure})",
        f"class {found['kind']}{until}: {found['because'] or 'no rule'}",
    ]
    lines += [f"subject {found['subject']}"] if found["subject"] else []
    lines += ["", found["text"], ""]
    for one in found["files"]:
        lines.append(f"file {one['name']} ({one['content_type']}, {one['size']} bytes) {one['refused']}".rstrip())
    for one in found["answers"]:
        lines.append(f"answered {when(one['at'])} {one['by']}: {one['body']} ({one['fate']})")
    return lines


def _short(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= _SHORT else f"{bare[: _SHORT - 1]}…"
