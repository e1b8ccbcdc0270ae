"""`keepwarm consent`: what somebody agreed to or took back, said to a recruiter; and the whole log of it."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum

import typer

from starter.console import AsJson, Commands, answer, ask, look, moment_of, table, when


class Basis(StrEnum):
    """Upon what we may write to somebody who was not asked for by law or by themselves (GDPR Art. 6(1)(a) and (f))."""

    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"


app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Consent: record it, take it back, read the log."
)
Name = typer.Argument(help="A candidate's id or email.")
At = typer.Option("", "--at", help="When they said so, where not now (ISO 8601).")
EventId = typer.Option("", help="The same id twice is one word.")


@app.command("grant")
def grant(
    candidate: str = Name,
    purpose: str = typer.Option(help="nurture, alerts, … what they agreed to hear of."),
    channel: str = typer.Option(help="email or sms."),
    text: str = typer.Option(help="The words that they agreed to: the proof."),
    source: str = typer.Option(help="Where they agreed: `phone call with Dana`, `career fair, form 17`."),
    basis: Basis = typer.Option(Basis.CONSENT, help="What we write upon."),
    at: str = At,
    event_id: str = EventId,
    as_json: bool = AsJson,
) -> None:
    """Record that somebody agreed, with its proof."""
    moment = moment_of(at) if at else None
    told = ask(
        lambda keepwarm: keepwarm.record_consent(
            candidate, purpose, channel, wording=text, source=source, basis=basis, at=moment, event_id=event_id
        )
    )
    answer(told, as_json, [f"{told['candidate']} agreed to {purpose} by {channel}"])


@app.command("withdraw")
def withdraw(
    candidate: str = Name,
    purpose: str = typer.Option("*", help="What they want no more of; everything, where not given."),
    channel: str = typer.Option("*", help="email or sms; both, where not given."),
    source: str = typer.Option(help="Where they said so: `phone call with Dana`."),
    at: str = At,
    event_id: str = EventId,
    as_json: bool = AsJson,
) -> None:
    """Record that somebody took consent back: nothing of it leaves from now on."""
    moment = moment_of(at) if at else None
    told = ask(
        lambda keepwarm: keepwarm.withdraw_consent(
            candidate, purpose, channel, source=source, at=moment, event_id=event_id
        )
    )
    what = "anything that can be withdrawn" if purpose == "*" else purpose
    how = "email or sms" if channel == "*" else channel
    answer(told, as_json, [f"{told['candidate']} hears no more of {what} by {how}"])


@app.command("log")
def log(candidate: str = Name, as_json: bool = AsJson) -> None:
    """Every word of one person's consent, the oldest first; the latest of a purpose and channel is what holds."""
    from starter.lookups import words_of_consent

    words = look(words_of_consent, candidate)
    columns = ("at", "purpose", "channel", "word", "basis", "until", "source", "text")
    rows = [
        (
            when(word.at), word.purpose, word.channel, "agreed" if word.granted else "withdrew", word.basis,
            when(word.expires_at), word.source, word.wording,
        )
        for word in words
    ]  # fmt: skip
    table([asdict(word) for word in words], as_json, columns, rows)
