"""`keepwarm journey …`: check a folder, publish it, say what a version changes for whom, move people, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from starter.console import AsJson, Commands, answer, ask, look, settings, table, when

if TYPE_CHECKING:
    from starter.versions import Moving

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Journeys: check, publish, compare and move."
)
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


@app.command("schema")
def schema() -> None:
    """The JSON Schema of journey.yaml, for editors."""
    from templates.schema import rendered

    typer.echo(rendered(), nl=False)


@app.command("publish")
def publish(
    journey: str = Journey,
    pool: str = typer.Option("", help="Hold the messages against this pool and those inside, instead of everybody."),
    limit_day: int = typer.Option(0, "--limit-day", help="Rehearse a year first; refuse above so many messages a day."),
    limit_sender_day: int = typer.Option(0, "--limit-sender-day", help="The same for the messages of one sender."),
    force_limits: bool = typer.Option(False, "--force-limits", help="Publish above the limits too; say what breaks."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say whether it could be published."),
    as_json: bool = AsJson,
) -> None:
    """Store a journey as its next version, once no message lacks a token for anybody. Who is enrolled stays in theirs."""
    from domain.totals import Limits
    from starter.preparations import journey_folder
    from starter.preparations import publish as publish_definition
    from starter.publications import hold_against_people, limits_broken, refuse_broken_limits, refuse_lacks
    from storage.database import make_engine
    from templates.journeys import load_journey

    definition, read = load_journey(journey_folder(journey)), settings()
    engine = make_engine(read.database_url)
    try:
        reach = hold_against_people(engine, read, definition, pool)
        refuse_lacks(reach, definition.slug)
        limits = Limits(limit_day, limit_sender_day)
        broken = limits_broken(engine, read, definition, pool, limits) if limit_day or limit_sender_day else []
        refuse_broken_limits([] if force_limits else broken, definition.slug)
        held = f"{reach.rendered} messages rendered for {reach.people} people, none lacks a token"
        told = {"journey": definition.slug, "people": reach.people, "messages": reach.rendered, "broken_limits": broken}
        if dry_run:
            answer(told, as_json, [f"{definition.slug} could be published: {held}", *broken])
            return
        published = publish_definition(engine, definition)
    finally:
        engine.dispose()
    told |= {"version": published.version, "new": published.is_new}
    note = "published" if published.is_new else "unchanged since it was published"
    answer(told, as_json, [f"{published.journey}@{published.version} {note}; {held}", *broken])


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
        for effect, people in sorted(found.effects.items())
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
    from starter.client import Keepwarm
    from starter.console import progress
    from starter.versions import Wanted, choose, differ, move_people

    target = look(lookups.find_journey, journey, to)
    wanted = Wanted(only, tuple(only_id), _share(share))
    stays = look(choose, journey, target.version, wanted)
    if dry_run:
        found = look(differ, settings(), journey, target.plan, [stay.candidate_id for stay in stays])
        ids = [stay.candidate_id for stay in stays]
        told = {
            "journey": journey,
            "to": target.version,
            "people": len(stays),
            "unchanged": found.unchanged,
            "ids": ids,
        }
        answer(told, as_json, [f"{len(stays)} people would move to version {target.version}:", *found.lines()])
        return

    async def work(keepwarm: Keepwarm) -> Moving:
        with progress("people moved") as advance:
            return await move_people(keepwarm, journey, target.version, stays, by=by, progress=advance)

    _tell(ask(work), f"moved to {journey}@{target.version}", as_json)


@app.command("enroll")
def enroll(
    journey: str = typer.Argument(help="A published journey; its newest version is entered."),
    pool: str = typer.Option("", help="Only those in this pool."),
    only: str = typer.Option("", "--only", help="Only those of whom this condition holds."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say who would enter, and who not and why."),
    yes: bool = typer.Option(False, "--yes", help="Do it without asking."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Take many people in: a pool, or those of whom a condition holds. Says first who would enter, and who not and why."""
    from starter.client import Keepwarm
    from starter.console import progress
    from starter.enrollments import Entering, audience, enroll_all

    found = look(audience, journey, pool, only)
    told = {"journey": journey, "entering": found.entering, "kept_out": dict(found.kept_out)}
    if dry_run:
        answer(told, as_json, found.lines())
        return
    if not as_json:
        answer(told, False, found.lines())
    if found.entering and not yes and not as_json:
        typer.confirm(f"Take {len(found.entering)} people into {journey}?", abort=True)

    async def work(keepwarm: Keepwarm) -> Entering:
        with progress("people enrolled") as advance:
            return await enroll_all(keepwarm, journey, found.entering, by=by, progress=advance)

    made = ask(work)
    refused = [f"{number} refused: {why}" for why, number in made.refused.most_common()]
    answer(
        told | {"entered": made.entered, "refused": dict(made.refused)}, as_json, [f"{made.entered} entered", *refused]
    )


@app.command("undo")
def undo(
    move_id: str = typer.Argument(help="The id that `move` told; `show` lists those of a journey."),
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Take a move back, for everybody who is still where it took them. Nobody gets a message again."""
    from starter.client import Keepwarm
    from starter.console import progress
    from starter.versions import undo as take_back

    async def work(keepwarm: Keepwarm) -> Moving:
        with progress("people moved back") as advance:
            return await take_back(keepwarm, move_id, by=by, progress=advance)

    _tell(ask(work), f"moved back; {move_id} is undone", as_json)


@app.command("resume-move")
def resume_move(
    move_id: str = typer.Argument(help="The id of a move that was interrupted."), as_json: bool = AsJson
) -> None:
    """Go on with a move: signal it again to those who have not made it."""
    from starter.client import Keepwarm
    from starter.console import progress
    from starter.versions import go_on

    async def work(keepwarm: Keepwarm) -> Moving:
        with progress("people moved") as advance:
            return await go_on(keepwarm, move_id, progress=advance)

    _tell(ask(work), f"signalled for {move_id} again", as_json)


def _tell(moved: Moving, what: str, as_json: bool) -> None:
    waiting = len(moved.waiting)
    lines = [f"{moved.people} people {what}"]
    if waiting:
        lines.append(
            f"{waiting} workflows have yet to make it; if they stay so: keepwarm journey resume-move {moved.move_id}"
        )
    if moved.people:
        lines.append(f"to take it back: keepwarm journey undo {moved.move_id}")
    answer({"move": moved.move_id, "people": moved.people, "waiting": moved.waiting}, as_json, lines)


@app.command("show")
def show(journey: str = typer.Argument(help="A published journey."), as_json: bool = AsJson) -> None:
    """The versions of a journey with how many people are in each, and the moves between them."""
    from starter import lookups
    from storage import moves

    look(lookups.find_journey, journey)
    versions, made = look(moves.versions, journey), look(moves.listed, journey)
    told = {
        "versions": [{"version": version, "published_at": at, "inside": inside} for version, at, inside in versions],
        "moves": [{name: getattr(move, name) for name in move.__dataclass_fields__} for move in made],
    }
    lines = [f"version {version}, published {when(at)}: {inside} inside" for version, at, inside in versions]
    lines += [
        f"{move.move_id}: {move.made} of {move.people} moved to version {move.to_version}, {when(move.at)}"
        + (f", by {move.by}" if move.by else "") + (f", to undo {move.undoes}" if move.undoes else "")
        for move in made
    ]  # fmt: skip
    answer(told, as_json, lines)


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
