"""`keepwarm journey …`: check a folder, publish it, list what is published."""

from __future__ import annotations

import typer

from starter.console import AsJson, Commands, answer, ask, look, settings, table, when

app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Journeys: check, publish, list.")
Journey = typer.Argument(help="A journey's folder, or the name of a shipped one.")
By = typer.Option("", help="Who asks for it, for the record.")


@app.command("check")
def check(journey: str = Journey, as_json: bool = AsJson) -> None:
    """Everything that is wrong in a journey's files, each with its line."""
    from starter.preparations import journey_folder
    from templates.journeys import load_journey

    definition = load_journey(journey_folder(journey))
    told = {"journey": definition.slug, "steps": [step.id for step in definition.steps], "faults": []}
    answer(told, as_json, [f"{definition.slug} can be published: {len(definition.steps)} steps"])


@app.command("publish")
def publish(
    journey: str = Journey,
    pool: str = typer.Option("", help="Hold the messages against this pool and those inside, instead of everybody."),
    limit_day: int = typer.Option(0, "--limit-day", help="Rehearse a year first; refuse above so many messages a day."),
    limit_sender_day: int = typer.Option(0, "--limit-sender-day", help="The same for the messages of one sender."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say whether it could be published."),
    as_json: bool = AsJson,
) -> None:
    """Store a journey as its next version, once no message lacks a token for anybody. Who is enrolled stays in theirs."""
    from domain.totals import Limits
    from starter.preparations import journey_folder
    from starter.preparations import publish as publish_definition
    from starter.publications import hold_against_people, refuse_broken_limits, refuse_lacks
    from storage.database import make_engine
    from templates.journeys import load_journey

    definition, read = load_journey(journey_folder(journey)), settings()
    engine = make_engine(read.database_url)
    try:
        reach = hold_against_people(engine, read, definition, pool)
        refuse_lacks(reach, definition.slug)
        if limit_day or limit_sender_day:
            refuse_broken_limits(engine, read, definition, pool, Limits(limit_day, limit_sender_day))
        held = f"{reach.rendered} messages held against {reach.people} people, none lacks a token"
        if dry_run:
            answer({"journey": definition.slug, "people": reach.people, "messages": reach.rendered}, as_json, [held])
            return
        published = publish_definition(engine, definition)
    finally:
        engine.dispose()
    told = {"journey": published.journey, "version": published.version, "new": published.is_new, "people": reach.people}
    note = "published" if published.is_new else "unchanged since it was published"
    answer(told, as_json, [f"{published.journey}@{published.version} {note}; {held}"])


@app.command("diff")
def diff(
    journey: str = typer.Argument(help="A published journey, or with --folder its draft."),
    to: int = typer.Option(0, "--to", help="The version to compare with; 0 is the newest."),
    folder: str = typer.Option("", help="A draft to compare with, instead of a published version."),
    only: list[str] = typer.Option([], "--only-id", help="Only these people."),
    as_json: bool = AsJson,
) -> None:
    """What another version would change for those who are inside."""
    from starter import lookups
    from starter.console import progress
    from starter.preparations import journey_folder
    from starter.versions import differ
    from templates.journeys import compact_plan, load_journey

    newest = look(lookups.find_journey, journey)
    if folder:
        plan, name = compact_plan(load_journey(journey_folder(folder)), newest.version + 1), "the draft"
    else:
        plan, name = look(lookups.find_journey, journey, to).plan, f"version {to or newest.version}"
    with progress("people compared") as advance:
        found = look(differ, settings(), journey, plan, only or None, advance)
    effects = [
        {"step": effect.step, "change": effect.change, "days": effect.days, "people": len(people), "ids": people}
        for effect, people in sorted(found.of_whom.items())
    ]
    told = {"journey": journey, "people": found.people, "unchanged": found.unchanged, "effects": effects}
    answer(told, as_json, [f"with {name}, of {found.people} people in other versions:", *found.lines()])


@app.command("move")
def move(
    journey: str = typer.Argument(help="A published journey."),
    to: int = typer.Option(0, "--to", help="The version to move people to; 0 is the newest."),
    only: str = typer.Option("", help="Only those of whom this condition holds."),
    only_id: list[str] = typer.Option([], "--only-id", help="Only these people."),
    share: str = typer.Option("100%", help="Only a share of them, drawn: 33%."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say who would be moved, and what changes for them."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Move people who are inside to another version; each move is recorded and can be undone."""
    from starter import lookups
    from starter.client import Keepwarm, new_event_id
    from starter.console import progress
    from starter.versions import Wanted, choose, differ, move_people

    target = look(lookups.find_journey, journey, to)
    wanted = Wanted(only, tuple(only_id), _share(share))
    stays = look(choose, journey, target.version, wanted)
    if dry_run:
        found = look(differ, settings(), journey, target.plan, [stay.candidate_id for stay in stays])
        told = {"journey": journey, "to": target.version, "people": len(stays), "unchanged": found.unchanged}
        answer(told, as_json, [f"{len(stays)} people would move to version {target.version}:", *found.lines()])
        return

    async def work(keepwarm: Keepwarm) -> dict[str, object]:
        with progress("people moved") as advance:
            moved = await move_people(
                keepwarm, journey, target.version, stays, by=by, move_id=new_event_id(), progress=advance
            )
        return {"move": moved.move_id, "people": moved.people, "waiting": moved.waiting}

    done = ask(work)
    rest = f"; {done['waiting']} workflows have yet to make it" if done["waiting"] else ""
    lines = [
        f"{done['people']} people moved to {journey}@{target.version}{rest}",
        f"to take it back: keepwarm journey undo {done['move']}",
    ]
    answer({"journey": journey, "to": target.version, **done}, as_json, lines)


@app.command("undo")
def undo(move_id: str = typer.Argument(help="The id that `move` told."), by: str = By, as_json: bool = AsJson) -> None:
    """Take a move back, for everybody who is still where it took them. Nobody gets a message again."""
    from starter.client import Keepwarm, new_event_id
    from starter.versions import undo as take_back

    async def work(keepwarm: Keepwarm) -> list[dict[str, object]]:
        back = await take_back(keepwarm, move_id, by=by, new_id=new_event_id())
        return [{"move": one.move_id, "people": one.people, "waiting": one.waiting} for one in back]

    done = ask(work)
    answer(
        done,
        as_json,
        [f"{one['people']} people are back (move {one['move']})" for one in done] or ["nobody is left there"],
    )


@app.command("show")
def show(journey: str = typer.Argument(help="A published journey."), as_json: bool = AsJson) -> None:
    """The versions of a journey, and how many people are in each."""
    from starter import lookups
    from storage import moves

    look(lookups.find_journey, journey)
    rows = look(moves.versions, journey)
    told = [{"version": version, "published_at": at, "inside": inside} for version, at, inside in rows]
    table(
        told, as_json, ("version", "published", "inside"), [(version, when(at), inside) for version, at, inside in rows]
    )


def _share(text: str) -> float:
    try:
        return float(text.strip().removesuffix("%")) / 100
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no share; write 33%") from None


@app.command("list")
def list_(as_json: bool = AsJson) -> None:
    """The newest version of every journey, and how many people are in it."""
    from starter.lookups import journeys_with_counts

    listed = look(journeys_with_counts)
    names = ("journey", "version", "title", "steps", "active", "finished", "exited")
    table(listed, as_json, names, [[row[name] for name in names] for row in listed])
