"""`keepwarm candidate …`, and what is asked of one candidate: apply, stage, enroll, snooze, why, upcoming."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import typer

from starter.console import AsJson, Commands, answer, ask, look, moment_of, refuse, settings, table, when

app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="People: add one, look at one.")
Name = typer.Argument(help="A candidate's id or email.")
OpeningId = typer.Argument(help="An opening's id.")
By = typer.Option("", "--by", help="Who asks; it stands in the log.")
At = typer.Option("", "--at", help="When it happened, where not now (ISO 8601).")


@app.command("add")
def add(
    name: str = typer.Argument(help="The whole name."),
    id: str = typer.Option("", help="An id of your own; else the next number."),  # noqa: A002 - the option's name
    email: list[str] = typer.Option([], help="Again for more."),
    phone: list[str] = typer.Option([], help="With +country, or with --country."),
    profile: list[str] = typer.Option([], help="Web address of a profile."),
    place: str = "",
    country: str = "",
    zone: str = typer.Option("", help="IANA time zone; else told by phone, place, office or country."),
    language: str = "",
    channel: str = typer.Option("", help="email or sms."),
    skill: list[str] = typer.Option([], help="Again for more."),
    tag: list[str] = typer.Option([], help="Again for more."),
    pool: list[str] = typer.Option([], help="Again for more."),
    source: str = "keepwarm candidate add",
    headline: str = "",
    company: str = "",
    level: str = "",
    owner: str = typer.Option("", help="The recruiter who looks after this person."),
    office: str = typer.Option("", help="The office that cares for this person; else their owner's."),
    sourced: bool = typer.Option(False, "--sourced", help="Others gave us their data: they are told so at once."),
    allow_erased: bool = typer.Option(
        False, "--allow-erased", help="Also somebody who was erased: only where they agreed anew themselves."
    ),
    as_json: bool = AsJson,
) -> None:
    """Put one person on record."""
    from starter.additions import new_candidate
    from storage.calendars import office_zones

    told = {
        "id": [id], "full_name": [name], "email": email, "phone": phone, "profile": profile, "place": [place],
        "country": [country], "zone": [zone], "language": [language], "channel": [channel], "skills": skill, "tags": tag,
        "pool": pool, "source": [source], "headline": [headline], "company": [company], "level": [level],
        "owner": [owner], "our_office": [office],
    }  # fmt: skip
    person = new_candidate(told, look(office_zones), settings().language)
    candidate_id = ask(lambda keepwarm: keepwarm.add_candidate(person, sourced=sourced, allow_erased=allow_erased))
    answer({"candidate": candidate_id}, as_json, [f"candidate {candidate_id}"])


@app.command("fact")
def fact(
    candidate: str = Name,
    name: str = typer.Argument(help="The fact's name, such as start_date."),
    value: str = typer.Argument(help="Its value; dates as 2027-01-15. An empty one takes it away."),
    source: str = typer.Option("keepwarm candidate fact", help="Where it is from."),
    as_json: bool = AsJson,
) -> None:
    """Put a fact on record; journeys that count from it are counted again."""
    from starter.tasks import set_fact

    told = ask(lambda keepwarm: set_fact(keepwarm, candidate, name, value, source))
    answer(
        told,
        as_json,
        [f"{told['candidate']}: {name} is {value}" if value else f"{told['candidate']}: {name} is taken away"],
    )


@app.command("reach")
def reach(
    candidate: str = Name,
    email: str = typer.Option("", help="The address at which they are reached from now on."),
    phone: str = typer.Option("", help="The number; with +country, or of the person's own."),
    as_json: bool = AsJson,
) -> None:
    """Put right how a person is reached, or say that an address works after all; journeys that rested go on in place."""
    from starter import contacts

    told = ask(lambda keepwarm: contacts.reach(keepwarm, candidate, email=email, phone=phone))
    lines = [f"{told['candidate']} is reached at {told['value']}"]
    answer(told, as_json, [*lines, *(["consent to SMS ended with the number before"] if told["sms_withdrawn"] else [])])


@app.command("show")
def show(candidate: str = Name, as_json: bool = AsJson) -> None:
    """All that is known of one person, and what comes next."""
    from starter.explanations import portrait, portrait_lines

    shown = look(portrait, candidate)
    answer(shown, as_json, portrait_lines(shown))


@app.command("export")
def export(
    candidate: str = Name,
    file: Path = typer.Argument(help="The zip to write."),
    untold: bool = typer.Option(False, "--untold", help="Also while a decision waits to be told: the file holds it."),
    as_json: bool = AsJson,
) -> None:
    """Everything on record about one person, for them: JSON, their mails and files (GDPR Art. 15 and 20)."""
    from starter.exports import write_export

    told = look(write_export, settings(), candidate, file, untold=untold)
    answer(told, as_json, [f"{told['candidate']}: {told['file']}, {told['bytes']} bytes"])


@app.command("erase")
def erase(
    candidate: str = Name,
    because: str = typer.Option(help="Why, for the record; without the person's name."),
    by: str = By,
    yes: bool = typer.Option(False, "--yes", help="Do not ask again."),
    as_json: bool = AsJson,
) -> None:
    """Forget one person for good, in the record, the mailbox and Temporal. Nothing brings them back."""
    from starter.erasures import erase_candidate

    if not yes:
        typer.confirm(f"Erase candidate {candidate}? What is erased cannot be had again", abort=True)
    done = ask(lambda keepwarm: erase_candidate(keepwarm, candidate, because=because, by=by))
    mails = "the mailbox was not reached" if done.mails is None else f"{done.mails} mails"
    lines = [f"{done.candidate} is erased: {sum(done.rows.values())} rows, {mails}", "still to do:"]
    answer(asdict(done), as_json, [*lines, *(f"- {one}" for one in done.still_to_do)])


def apply(
    candidate: str = Name,
    opening: str = OpeningId,
    at: str = At,
    by: str = By,
    event_id: str = "",
    as_json: bool = AsJson,
) -> None:
    """Somebody applied: they are acknowledged at once."""
    moment = moment_of(at) if at else None
    told = ask(lambda keepwarm: keepwarm.apply(candidate, opening, at=moment, by=by, event_id=event_id))
    answer(told, as_json, [f"{told['candidate']} is in {told['stage']} at {told['opening']}; acknowledgment follows"])


def stage(
    candidate: str = Name,
    opening: str = OpeningId,
    stage: str = typer.Argument(help="A stage of the opening's pipeline."),
    reason: str = typer.Option("", help="Why; told to the person in a refusal."),
    feedback: str = typer.Option("", help="What those who met them want them to know."),
    waiver: str = typer.Option("", help="Why somebody who was interviewed is refused without reason or feedback."),
    by: str = By,
    at: str = At,
    event_id: str = typer.Option("", help="The same id twice is one change."),
    as_json: bool = AsJson,
) -> None:
    """Move an application to a stage."""
    moment = moment_of(at) if at else None
    told = ask(
        lambda keepwarm: keepwarm.change_stage(
            candidate, opening, stage, by=by, reason=reason, feedback=feedback, waiver=waiver, at=moment,
            event_id=event_id,
        )
    )  # fmt: skip
    answer(told, as_json, [f"{told['candidate']} is in {told['stage']} at {told['opening']}; will {told['will']}"])


def enroll(
    candidate: str = Name,
    journey: str = typer.Argument(help="A published journey."),
    version: int = typer.Option(0, help="The newest, where not given."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Take somebody into a journey."""
    told = ask(lambda keepwarm: keepwarm.enroll(candidate, journey, version=version, by=by))
    answer(told, as_json, [f"{told['candidate']} is in {told['journey']}; will {told['will']}"])


def unenroll(
    candidate: str = Name, journey: str = typer.Argument(help="A journey."), because: str = "", as_json: bool = AsJson
) -> None:
    """Take somebody out of a journey."""
    told = ask(lambda keepwarm: keepwarm.unenroll(candidate, journey, because=because))
    answer(told, as_json, [f"{told['candidate']} leaves {journey}"])


def snooze(
    candidate: str = Name,
    until: str = typer.Option("", help="Until when (ISO 8601)."),
    end: bool = typer.Option(False, "--end", help="End the snooze."),
) -> None:
    """Leave one person alone until a moment."""
    if bool(until) == end:
        raise typer.BadParameter("give --until and a moment, or --end")
    moment = moment_of(until) if until else None
    told = ask(lambda keepwarm: keepwarm.snooze(candidate, moment))
    typer.echo(f"{told['candidate']} is left alone until {when(moment)}" if moment else f"{told['candidate']} is awake")


def upcoming(
    candidate: str = typer.Argument("", help="A candidate's id or email; everybody, where not given."),
    journey: str = "",
    opening: str = "",
    days: int = typer.Option(0, min=0, help="Only so many days ahead; all, where not given."),
    by_day: bool = typer.Option(False, "--by-day", help="How many on each day, instead of each one."),
    limit: int = typer.Option(200, min=1),
    as_json: bool = AsJson,
) -> None:
    """Every future touch: of a person, a journey, an opening, or all."""
    from starter.lookups import find_candidate
    from storage import upcoming as touches
    from storage.controls import story_now

    person = look(find_candidate, candidate).id if candidate else ""
    until = look(story_now) + timedelta(days=days) if days else None
    named: dict[str, Any] = {"candidate_id": person, "journey": journey, "opening_id": opening, "until": until}
    if by_day:
        totals = look(touches.by_day, **named)
        lines = [(one.day.isoformat(), one.touches, one.people) for one in totals]
        table([asdict(one) for one in totals], as_json, ("day (UTC)", "touches", "people"), lines)
        return
    listed = look(touches.listed, **named, limit=limit)
    rows = [(when(t.due), t.candidate_id, t.journey or t.opening_id, t.template, t.channel, t.because) for t in listed]
    table([asdict(t) for t in listed], as_json, ("when (UTC)", "candidate", "from", "message", "by", "waits for"), rows)


def why(
    candidate: str = Name,
    touch_key: str = typer.Argument("", help="One touch; all of them, where not given."),
    as_json: bool = AsJson,
) -> None:
    """Why each message was sent and each other one not, and why somebody has not heard from us: what holds it, what would change it."""
    from starter.explanations import explain
    from starter.verdicts import verdicts

    now = [asdict(line) for line in look(verdicts, settings(), candidate)]
    now = [line for line in now if not touch_key or line["touch_key"] == touch_key]
    told: list[dict[str, Any]] = look(explain, candidate, touch_key)
    if touch_key and not told and not now:
        refuse(f"{touch_key} is no touch of {candidate}; `keepwarm why {candidate}` lists them")
    history = [f"{when(line['at'])}  {line['text']}" for line in told]
    answer([*now, *told], as_json, [*(f"now: {line['text']}" for line in now), *history])
