"""`keepwarm journey …`: check a folder, publish it, list what is published."""

from __future__ import annotations

import typer

from starter.console import AsJson, Commands, answer, look, settings, table

app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Journeys: check, publish, list.")
Journey = typer.Argument(help="A journey's folder, or the name of a shipped one.")


@app.command("check")
def check(journey: str = Journey, as_json: bool = AsJson) -> None:
    """Everything that is wrong in a journey's files, each with its line."""
    from starter.preparations import journey_folder
    from templates.journeys import load_journey

    definition = load_journey(journey_folder(journey))
    told = {"journey": definition.slug, "steps": [step.id for step in definition.steps], "faults": []}
    answer(told, as_json, [f"{definition.slug} can be published: {len(definition.steps)} steps"])


@app.command("publish")
def publish(journey: str = Journey, as_json: bool = AsJson) -> None:
    """Store a journey as its next version. Who is enrolled stays in theirs."""
    from starter.preparations import journey_folder
    from starter.preparations import publish as publish_definition
    from storage.database import make_engine
    from templates.journeys import load_journey

    definition = load_journey(journey_folder(journey))
    engine = make_engine(settings().database_url)
    published = publish_definition(engine, definition)
    engine.dispose()
    told = {"journey": published.journey, "version": published.version, "new": published.is_new}
    note = "published" if published.is_new else "unchanged since it was published"
    answer(told, as_json, [f"{published.journey}@{published.version} {note}"])


@app.command("list")
def list_(as_json: bool = AsJson) -> None:
    """The newest version of every journey, and how many people are in it."""
    from starter.lookups import journeys_with_counts

    listed = look(journeys_with_counts)
    names = ("journey", "version", "title", "steps", "active", "finished", "exited")
    table(listed, as_json, names, [[row[name] for name in names] for row in listed])
