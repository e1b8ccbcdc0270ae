"""`keepwarm recruiter …`: in whose name messages leave, and who writes once they have left."""

from __future__ import annotations

from dataclasses import asdict

import typer

from starter.console import AsJson, Commands, answer, ask, look, table

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Recruiters: who writes, and who after them."
)


@app.command("add")
def add(
    id: str = typer.Argument(help="What stands as the owner of candidates and openings, such as dana."),  # noqa: A002
    name: str = typer.Argument(help="The whole name, as candidates read it."),
    email: str = typer.Option("", help="Messages leave from it where it is below KEEPWARM_SENDING_DOMAIN."),
    phone: str = typer.Option("", help="For messages that name it; with +country."),
    office: str = typer.Option("", help="Where they work: its holidays hold for their people."),
    deputy: str = typer.Option("", help="Who writes once they have left."),
    as_json: bool = AsJson,
) -> None:
    """Put a recruiter on record, or change them: what is not given is empty from then on."""
    from starter.recruiters import put_recruiter
    from storage.recruiters import Recruiter

    recruiter = Recruiter(id, name, email, phone, office, deputy)
    report = ask(lambda keepwarm: put_recruiter(keepwarm, recruiter))
    answer({"recruiter": id} | report.summary(), as_json, report.lines())


@app.command("leave")
def leave(
    recruiter: str = typer.Argument(help="A recruiter's id."),
    deputy: str = typer.Option("", help="Who writes from now on; else the deputy on record, else the house."),
    as_json: bool = AsJson,
) -> None:
    """From now on nothing leaves in their name."""
    from starter.recruiters import leave as leaves

    writer = ask(lambda keepwarm: leaves(keepwarm, recruiter, deputy))
    told = {"recruiter": recruiter, "writes_now": writer.id if writer else ""}
    answer(told, as_json, [f"{recruiter} left; {writer.full_name if writer else 'the house'} writes for them"])


@app.command("list")
def list_(as_json: bool = AsJson) -> None:
    """All recruiters, those who left included."""
    from storage import recruiters

    listed = look(recruiters.listed)
    rows = [
        (one.id, one.full_name, one.email, one.phone, one.office, one.deputy, "" if one.active else "left")
        for one in listed
    ]
    table([asdict(one) for one in listed], as_json, ("id", "name", "email", "phone", "office", "deputy", ""), rows)
