"""`keepwarm pause|resume|stop|go`: of a person, a journey, a sender, a template, everything. A resume shows first what it will do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from starter.commands.journeys import app as journeys
from starter.console import AsJson, answer, ask, look, refuse, when

if TYPE_CHECKING:
    from domain.effects import Effect
    from starter.pauses import Target

CHOICES = ("shift", "drop-overdue", "spread:3d")
Name = typer.Argument("", help="A candidate's id or email.")
Journey = typer.Option("", "--journey", help="Everybody in this journey.")
Sender = typer.Option("", "--sender", help="Whatever leaves in this recruiter's name.")
Template = typer.Option("", "--template", help="One message.")
Everything = typer.Option(False, "--everything", help="All but acknowledgments.")
By = typer.Option("", "--by", help="Who asks; it stands in the log.")
Because = typer.Option("", help="Why; it stands in the log.")
HowOn = typer.Option("", "--policy", help="shift, drop-overdue, or spread:<days>d.")
DryRun = typer.Option(False, "--dry-run", help="Say what would happen; change nothing.")
Yes = typer.Option(False, "--yes", help="Do it without asking.")
Slug = typer.Argument(help="A journey.")


def pause(
    candidate: str = Name,
    journey: str = Journey,
    sender: str = Sender,
    template: str = Template,
    everything: bool = Everything,
    because: str = Because,
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Freeze every wait of a person, a journey, a sender, a template, or of everything. Acknowledgments still go."""
    _pause(_target(candidate, journey, sender, template, everything), because, by, as_json)


def resume(
    candidate: str = Name,
    journey: str = Journey,
    sender: str = Sender,
    template: str = Template,
    everything: bool = Everything,
    policy: str = HowOn,
    dry_run: bool = DryRun,
    yes: bool = Yes,
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Go on after a pause, without a burst: shift the waits, drop what is overdue, or spread it over days."""
    _resume(_target(candidate, journey, sender, template, everything), policy, dry_run, yes, by, as_json)


@journeys.command("pause")
def pause_journey(journey: str = Slug, because: str = Because, by: str = By, as_json: bool = AsJson) -> None:
    """Freeze every wait in a journey; the same as `keepwarm pause --journey`."""
    _pause(_target(journey=journey), because, by, as_json)


@journeys.command("resume")
def resume_journey(
    journey: str = Slug,
    policy: str = HowOn,
    dry_run: bool = DryRun,
    yes: bool = Yes,
    by: str = By,
    as_json: bool = AsJson,
) -> None:
    """Let a journey go on; the same as `keepwarm resume --journey`."""
    _resume(_target(journey=journey), policy, dry_run, yes, by, as_json)


def stop(
    journey: str = Journey,
    sender: str = Sender,
    template: str = Template,
    because: str = Because,
    by: str = typer.Option("a person", "--by", help="Who."),
    as_json: bool = AsJson,
) -> None:
    """Throw the kill switch, of everything or of one scope: nothing of it is handed over from now on, acknowledgments included."""
    target = _switch(journey, sender, template)
    ask(lambda keepwarm: keepwarm.stop(by, because, target.scope))
    go_on = f"keepwarm go {target.words()}".strip() if target.scope != "everything" else "keepwarm go"
    what = "nothing" if target.scope == "everything" else f"nothing of {target}"
    answer({"stopped": target.scope}, as_json, [f"stopped: {what} leaves until `{go_on}`"])


def go(
    journey: str = Journey,
    sender: str = Sender,
    template: str = Template,
    by: str = typer.Option("a person", "--by", help="Who."),
    as_json: bool = AsJson,
) -> None:
    """Let messages leave again, without a burst."""
    target = _switch(journey, sender, template)
    woken = ask(lambda keepwarm: keepwarm.go(by, target.scope))
    line = f"going: {woken} people hear now of their application or what they asked, all others at their own times within the hour"
    answer({"going": target.scope, "woken": woken}, as_json, [line])


def pauses(as_json: bool = AsJson) -> None:
    """What is paused or stopped, since when, and by whom."""
    from starter.pauses import resting

    found = look(resting)
    lines = []
    for one in found:
        since = f" since {when(one['at'])}" if one.get("at") else ""
        because = f": {one['because']}" if one["because"] else ""
        lines.append(
            f"{one['scope'].replace(':', ' ', 1)} is {one['kind']}{since} by {one['by'] or 'a person'}{because}"
        )
    answer(found, as_json, lines or ["nothing is paused or stopped"])


def _pause(target: Target, because: str, by: str, as_json: bool) -> None:
    from starter.pauses import pause as begin

    told = ask(lambda keepwarm: begin(keepwarm, target, because=because, by=by))
    people = "" if target.candidate else f"; {told} people wait"
    line = f"{target} is paused{people}; keepwarm resume {target.words()} goes on"
    answer({"paused": target.scope, "candidate": target.candidate, "told": told}, as_json, [line])


def _resume(target: Target, policy: str, dry_run: bool, yes: bool, by: str, as_json: bool) -> None:
    from starter.pauses import effect_lines
    from starter.pauses import resume as end

    asks = sys.stdin.isatty() and not as_json
    if not policy and not target.candidate and not asks:
        refuse(
            "name a way to go on: --policy shift, drop-overdue, or spread:<days>d; --dry-run shows what each would do"
        )
    shown = (policy,) if policy else CHOICES if asks else ("shift",)
    effects = {one: _foresee(target, one) for one in shown}
    if not as_json:
        for one, effect in effects.items():
            for line in effect_lines(effect, one):
                typer.echo(line)
    chosen = policy or (_choose(dry_run) if asks else "shift")
    told: dict[str, Any] = {
        "resumed": target.scope,
        "candidate": target.candidate,
        "policy": chosen,
        "dry_run": dry_run,
    }
    told["effects"] = {one: effect.summary() for one, effect in effects.items()}
    if dry_run:
        answer(told, as_json, ["nothing was changed"])
        return
    if asks and not yes:
        typer.confirm(f"resume {target} by {chosen}?", abort=True)
    told["told"] = ask(lambda keepwarm: end(keepwarm, target, chosen, by=by))
    people = "" if target.candidate else f"; {told['told']} people were told"
    answer(told, as_json, [f"{target} goes on{people}"])


def _choose(dry_run: bool) -> str:
    if dry_run:
        return ""
    chosen: str = typer.prompt("policy", default=CHOICES[0])
    return chosen


def _foresee(target: Target, policy: str) -> Effect:
    from starter.pauses import foresee

    return ask(lambda keepwarm: foresee(keepwarm, target, policy))


def _target(
    candidate: str = "", journey: str = "", sender: str = "", template: str = "", everything: bool = False
) -> Target:
    from starter.pauses import find_target

    return look(find_target, candidate, journey, sender, template, everything)


def _switch(journey: str, sender: str, template: str) -> Target:
    """What the kill switch is thrown for: a scope, or everything where none is named."""
    return _target(journey=journey, sender=sender, template=template, everything=not (journey or sender or template))
