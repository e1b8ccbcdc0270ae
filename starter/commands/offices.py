"""`keepwarm office …`: where offices are, whose holidays they keep, and when they write."""

from __future__ import annotations

from dataclasses import asdict

import typer

from starter.console import AsJson, Commands, answer, ask, look, table

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Offices: their holidays, zone and hours."
)


@app.command("add")
def add(
    id: str = typer.Argument(help="A short id, such as muc."),  # noqa: A002 - the option's name
    title: str = typer.Argument("", help="As colleagues know it."),
    country: str = typer.Option("", help="Its country, whose public holidays are kept."),
    subdivision: str = typer.Option("", help="ISO 3166-2 without the country, such as BY."),
    zone: str = typer.Option("", help="IANA time zone, for people whose own nobody knows."),
    hours: str = typer.Option("", help="When it writes, such as 'mon-thu 09:00-17:00'; else as the house."),
    as_json: bool = AsJson,
) -> None:
    """Put an office on record, or change it: what is not given is empty from then on."""
    from starter.commands.calendars import window_of
    from starter.offices import put_office, read_office

    office = read_office(id, title, country, subdivision, zone, window_of(hours))
    report = ask(lambda keepwarm: put_office(keepwarm, office))
    answer({"office": id} | report.summary(), as_json, report.lines())


@app.command("list")
def list_(as_json: bool = AsJson) -> None:
    """All offices."""
    from storage import offices
    from storage.calendars import window_text

    listed = look(offices.listed)
    rows = [
        (one.id, one.title, one.country, one.subdivision, one.zone, window_text(one.hours) if one.hours else "")
        for one in listed
    ]
    table([asdict(one) for one in listed], as_json, ("id", "title", "country", "part", "zone", "hours"), rows)
