"""The command `keepwarm`. Commands import what they need when they run, so that `--help` answers at once."""

from __future__ import annotations

import asyncio

import typer

from starter.commands import (
    calendars,
    candidates,
    checks,
    consents,
    inbox,
    intake,
    journeys,
    keeping,
    links,
    offices,
    openings,
    pauses,
    promises,
    recruiters,
    rehearsals,
    slots,
    surveys,
    tasks,
)
from starter.commands.imports import import_
from starter.console import AsJson, Commands, answer, settings

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Candidate relationship management that leaves nobody waiting.",
)


@app.command()
def up() -> None:
    """Everything on this machine, until Ctrl-C: PostgreSQL, Temporal, the mailbox and its reader, worker and web."""
    from config.logs import set_up_logs
    from embedded.supervisor import Supervisor
    from starter.preparations import prepare

    read = settings()
    set_up_logs(read, "up")

    async def before_programs() -> None:
        await prepare(read)

    def ready(supervisor: Supervisor) -> None:
        from rich.console import Console

        Console().print(supervisor.address_table())

    asyncio.run(Supervisor(read, before_programs=before_programs).run(ready))


@app.command()
def demo(once: bool = typer.Option(False, "--once", help="End when the story is told.")) -> None:
    """One story on real components, from an opening to a hire and a reopening."""
    from config.logs import set_up_logs
    from starter.demo import run

    read = settings()
    set_up_logs(read, "demo")
    raise typer.Exit(asyncio.run(run(read, once=once)))


@app.command()
def worker() -> None:
    """Run workflows and activities. Start more of them to scale out."""
    from config.logs import set_up_logs
    from worker.main import work

    read = settings()
    set_up_logs(read, "worker")
    work(read)


@app.command()
def listen() -> None:
    """Read the mailbox in which answers lie, and stay with it."""
    from config.logs import set_up_logs
    from worker.listening import listen as stay

    read = settings()
    set_up_logs(read, "listen")
    stay(read)


@app.command()
def web() -> None:
    """Serve webhooks, the API and the candidates' pages."""
    from config.logs import set_up_logs
    from web.server import serve

    read = settings()
    set_up_logs(read, "web")
    serve(read)


@app.command()
def migrate(as_json: bool = AsJson) -> None:
    """Make the database and Temporal ready: tables, search attributes, shipped journeys. As often as wanted."""
    from starter.preparations import prepare

    prepared = asyncio.run(prepare(settings()))
    fresh = [f"{one.journey}@{one.version}" for one in prepared.journeys if one.is_new]
    told = {"search_attributes": prepared.search_attributes, "journeys": fresh}
    lines = ["the tables are those of this version"]
    lines += [f"search attribute {name} added" for name in prepared.search_attributes]
    lines += [f"journey {name} published" for name in fresh]
    answer(told, as_json, lines)


@app.command()
def version(as_json: bool = AsJson) -> None:
    """The version of this code."""
    from importlib.metadata import version as installed

    number = installed("keepwarm")
    answer({"version": number}, as_json, [number])


app.command("import")(import_)
app.command("promises")(promises.promises)
app.command("keeping")(keeping.keeping)
app.command("surveys")(surveys.surveys)
app.command("links")(links.links)
candidates.app.command("revoke-links")(links.revoke_links)
app.add_typer(candidates.app, name="candidate")
app.add_typer(consents.app, name="consent")
app.add_typer(openings.app, name="opening")
app.add_typer(journeys.app, name="journey")
app.add_typer(calendars.app, name="calendar")
app.add_typer(intake.app, name="intake")
app.add_typer(offices.app, name="office")
app.add_typer(recruiters.app, name="recruiter")
app.add_typer(slots.app, name="slot")
app.add_typer(tasks.app, name="task")
app.add_typer(inbox.app, name="inbox")
for command in (
    *(candidates.apply, candidates.stage, candidates.enroll, candidates.unenroll),
    *(candidates.upcoming, candidates.why, candidates.snooze, inbox.write),
    *(pauses.pause, pauses.resume, pauses.pauses, pauses.stop, pauses.go),
    *(rehearsals.rehearse, rehearsals.forecast),
    *(checks.prove, checks.unknown, checks.resolve, checks.doctor),
):
    app.command()(command)


def main() -> None:
    """The entry point of `keepwarm`."""
    app(prog_name="keepwarm")


if __name__ == "__main__":
    main()
