"""`keepwarm calendar …`: closed days, windows and caps; every change moves those who wait and says how many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from starter.console import AsJson, Commands, answer, ask, look, settings

if TYPE_CHECKING:
    from domain.windows import Window
    from starter.calendars import Report
    from starter.client import Keepwarm
    from storage.calendars import Scope

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None,
    help="When we write: closed days, send windows, caps. A change moves everybody who waits.",
)  # fmt: skip
Day = typer.Argument(help="A day, such as 2026-12-24.")
Country = typer.Option("", help="For people of this country only.")
Office = typer.Option("", help="For people of this office only.")
Candidate = typer.Option("", help="For one person only, by id or email.")
By = typer.Option("", "--by", help="Who asks; it stands in the log.")
Because = typer.Option("", help="Why; it stands wherever a touch waits for it.")
DryRun = typer.Option(False, "--dry-run", help="Say what would move; change nothing.")


@app.command("show")
def show(
    candidate: str = Candidate,
    country: str = Country,
    office: str = Office,
    days: int = typer.Option(120, min=1, max=3650, help="How far ahead."),
    as_json: bool = AsJson,
) -> None:
    """The closed days, window and caps of a person, a country, an office, or the house."""
    from starter.calendars import shown

    scope = look(_scope, country, office, candidate)
    found = look(shown, settings(), scope, days)
    answer(found, as_json, _lines(found))


def _lines(found: dict[str, Any]) -> list[str]:
    place = " ".join(found[name] for name in ("country", "subdivision", "office") if found[name])
    lines = [f"{found['for']}: {place or 'no country known'}" + (f", {found['zone']}" if found["zone"] else "")]
    lines += [f"  window {found['window']}", f"  caps {found['limits']}"]
    lines += [f"  {day['day']}  {day['because']}" for day in found["closed"]]
    for rule in found["rules"]:
        if rule["is_open"]:
            lines.append(f"  {rule['day']}  open for {rule['office'] or rule['country'] or 'the house'}")
    return lines


@app.command("close")
def close(
    day: str = Day,
    country: str = Country,
    office: str = Office,
    because: str = Because,
    by: str = By,
    dry_run: bool = DryRun,
    as_json: bool = AsJson,
) -> None:
    """Write to nobody on a day."""
    from starter.calendars import close_day

    on, scope = _day(day), look(_scope, country, office)
    _change(lambda keepwarm: close_day(keepwarm, on, scope, because=because, by=by, dry_run=dry_run), as_json)


@app.command("open")
def open_(
    day: str = Day,
    country: str = Country,
    office: str = Office,
    because: str = Because,
    by: str = By,
    dry_run: bool = DryRun,
    as_json: bool = AsJson,
) -> None:
    """Write on a day, though it is a public holiday or was closed."""
    from starter.calendars import open_day

    on, scope = _day(day), look(_scope, country, office)
    _change(lambda keepwarm: open_day(keepwarm, on, scope, because=because, by=by, dry_run=dry_run), as_json)


@app.command("forget")
def forget(
    day: str = Day, country: str = Country, office: str = Office, dry_run: bool = DryRun, as_json: bool = AsJson
) -> None:
    """Take back what was said of a day: the public holidays decide again."""
    from starter.calendars import forget_day

    on, scope = _day(day), look(_scope, country, office)
    _change(lambda keepwarm: forget_day(keepwarm, on, scope, dry_run=dry_run), as_json)


@app.command("window")
def window(
    hours: str = typer.Argument("", help="Such as 'mon-fri 09:00-18:00'; 09:00-18:00 is Monday to Friday."),
    candidate: str = Candidate,
    office: str = Office,
    default: bool = typer.Option(False, "--default", help="Have no window of its own any more."),
    by: str = By,
    dry_run: bool = DryRun,
    as_json: bool = AsJson,
) -> None:
    """When messages may reach a person, the people of an office, or everybody, where they live."""
    from starter.calendars import set_window

    if bool(hours) == default:
        raise typer.BadParameter("give a window, or --default")
    read, scope = window_of(hours), look(_scope, "", office, candidate)
    _change(lambda keepwarm: set_window(keepwarm, read, scope, by=by, dry_run=dry_run), as_json)


@app.command("caps")
def caps(
    per_day: int = typer.Option(0, min=0, help="Messages a local day at most."),
    per_week: int = typer.Option(0, min=0, help="In any seven local days."),
    per_month: int = typer.Option(0, min=0, help="In any thirty local days."),
    spacing: float = typer.Option(0, min=0, max=720, help="Hours between two messages at least."),
    limit: list[str] = typer.Option([], help="A further one: 1/14d, 1/14d:sms, 2/30d:alerts. Again for more."),
    default: bool = typer.Option(False, "--default", help="As the settings have them."),
    by: str = By,
    dry_run: bool = DryRun,
    as_json: bool = AsJson,
) -> None:
    """How much one person gets at most; messages about an application do not count."""
    from domain.windows import Caps
    from starter.calendars import read_limit, set_caps

    given = bool(per_day or per_week or per_month or spacing or limit)
    if given == default:
        raise typer.BadParameter("give limits, or --default")
    known = settings()
    wanted = Caps(
        per_day or known.cap_per_day, per_week or known.cap_per_week, per_month or None, spacing,
        [read_limit(one) for one in limit],
    ) if given else None  # fmt: skip
    _change(lambda keepwarm: set_caps(keepwarm, wanted, by=by, dry_run=dry_run), as_json)


@app.command("refresh")
def refresh(candidate: str = Candidate, country: str = Country, office: str = Office, as_json: bool = AsJson) -> None:
    """Tell running workflows their closed days, window and caps once more: yearly, and after an interrupted change."""
    from starter.calendars import refresh as tell_again

    scope = look(_scope, country, office, candidate)
    told = ask(lambda keepwarm: tell_again(keepwarm, scope))
    answer({"told": told}, as_json, [f"{told} told"])


def window_of(text: str) -> Window | None:
    """The window that somebody typed; None for nothing."""
    from storage.calendars import read_window

    try:
        return read_window(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _scope(connection: Any, country: str = "", office: str = "", candidate: str = "") -> Scope:
    from starter.calendars import find_scope

    return find_scope(connection, country, office, candidate)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write 2026-12-24") from None


def _change(work: Callable[[Keepwarm], Awaitable[Report]], as_json: bool) -> None:
    report = ask(work)
    answer(report.summary(), as_json, report.lines())
