"""What openings promise: guides for their process, and pipelines whose every stage tells the candidate something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import Connection

from domain.promises import NO_GUIDE, Guide, check_guide, read_guide
from domain.stages import Pipeline, missing_messages
from domain.touches import Channel
from starter.refusals import Refused
from storage import openings

if TYPE_CHECKING:
    from starter.client import Keepwarm


def check_messages(pipeline: Pipeline) -> None:
    """Raises Refused, naming every stage whose message does not exist: a pipeline that leaves anybody without word is not published."""
    from templates.messages import shipped

    written = {source.name for source in shipped() if source.channel == Channel.EMAIL}
    faults = missing_messages(pipeline, written)
    if faults:
        raise Refused("; ".join(faults))


def read_guide_file(path: Path) -> Any:
    """What a guide's file (YAML or JSON) holds. Raises Refused."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refused(f"{path} can't be read as a guide: {error}") from error


async def set_guide(keepwarm: Keepwarm, opening_id: str, raw: Any) -> Guide:
    """Give an opening its process guide; answers it. Who is in its process already goes by it from their next stage on.

    Raises Refused with every fault.
    """
    opening = await keepwarm.opening(opening_id)
    try:
        guide = read_guide(raw)
    except ValueError as error:
        raise Refused(f"the guide of {opening_id}: {error}") from error
    faults = check_guide(guide, opening.stages(), (await keepwarm.now()).date())
    if faults:
        raise Refused(f"the guide of {opening_id}: " + "; ".join(faults))
    await asyncio.to_thread(_keep_guide, keepwarm, opening_id, guide)
    return guide


def _keep_guide(keepwarm: Keepwarm, opening_id: str, guide: Guide) -> None:
    with keepwarm.engine.begin() as connection:
        openings.set_guide(connection, opening_id, compact(guide))


def guide_of(connection: Connection, opening_id: str) -> Mapping[str, Any]:
    """The guide on record, every field; those that it leaves out are the defaults."""
    from starter.lookups import find_opening

    return asdict(read_guide(find_opening(connection, opening_id).guide or {}))


def compact(guide: Guide) -> dict[str, Any]:
    """Only what differs from no guide, as it is kept and travels."""
    none = asdict(NO_GUIDE)
    return {name: value for name, value in asdict(guide).items() if value != none[name]}
