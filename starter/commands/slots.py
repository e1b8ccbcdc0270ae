"""`keepwarm slot …`: the times at which candidates of an opening can be met."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from starter.console import AsJson, Commands, answer, ask, look, table

if TYPE_CHECKING:
    from starter.client import Keepwarm

app = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode=None, help="Interview times: offer, list, take back."
)


@app.command("add")
def add(
    opening: str = typer.Argument(help="An opening's id."),
    first: str = typer.Option(..., "--from", help="When the first begins, such as 2026-12-01T09:00."),
    last: str = typer.Option("", "--to", help="When the last is over; on several days, each day's last."),
    every: str = typer.Option("", help="How often one begins, such as 45m or 1h."),
    length: str = typer.Option("45m", "--minutes", help="How long each lasts, such as 45 or 1h."),
    place: str = typer.Option("", help="A room, or the address of a call."),
    interviewer: str = typer.Option("", help="Who meets the candidates, as they are told."),
    capacity: int = typer.Option(1, help="How many candidates may come to one."),
    zone: str = typer.Option("", help="IANA zone of the times; else that of the opening owner's office."),
    every_day: bool = typer.Option(False, "--every-day", help="On weekends and holidays too."),
    as_json: bool = AsJson,
) -> None:
    """Offer times, in the zone of the opening's office; many at once with --to and --every. Again, it adds nothing."""
    from starter import slots

    offer = slots.Offer(
        opening,
        slots.read_local(first),
        slots.read_local(last) if last else None,
        slots.read_duration(every) if every else None,
        slots.read_duration(length),
        place.strip(),
        interviewer.strip(),
        capacity,
        zone,
        every_day,
    )
    told = ask(lambda keepwarm: slots.add(keepwarm, offer))
    known = f", {told['known']} were offered already" if told["known"] else ""
    past = f", {told['past']} have passed" if told["past"] else ""
    span = f"{told['first']} to {told['last']} ({told['zone']})"
    answer(told, as_json, [f"{opening}: {told['added']} slots added{known}{past}; {span}"])


@app.command("list")
def list_(
    opening: str = typer.Option("", help="Only of this opening."),
    everything: bool = typer.Option(False, "--all", help="Past ones too."),
    as_json: bool = AsJson,
) -> None:
    """Slots ahead, in each office's zone, with those who come."""
    from starter import slots

    listed = look(slots.listed_now, opening, everything=everything)
    rows = [
        (one.slot.id, one.slot.opening_id, one.local, one.zone, one.slot.minutes, one.slot.place, one.slot.interviewer,
         "cancelled" if one.slot.cancelled_at else f"{one.slot.taken}/{one.slot.capacity}", "; ".join(one.guests))
        for one in listed
    ]  # fmt: skip
    plain: list[dict[str, Any]] = [{**asdict(one.slot), "zone": one.zone, "guests": one.guests} for one in listed]
    columns = ("slot", "opening", "begins", "zone", "minutes", "place", "interviewer", "taken", "who comes")
    table(plain, as_json, columns, rows)


@app.command("cancel")
def cancel(
    slot: list[int] = typer.Argument(help="Its number, as `list` shows it; several at once."), as_json: bool = AsJson
) -> None:
    """Take times back. Whoever holds one is told at once, and offered the others."""
    from starter import slots

    async def work(keepwarm: Keepwarm) -> dict[str, Any]:
        return await slots.cancel(keepwarm, slot)

    told = ask(work)
    people = f"; told: {', '.join(told['told'])}" if told["told"] else ""
    answer(told, as_json, [f"{len(told['cancelled'])} cancelled{people}"])
