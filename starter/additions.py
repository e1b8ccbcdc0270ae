"""People and openings as they are typed in, read with the same care as those of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from starter.columns import Column
from starter.drafts import NO_ZONES, RowError, Terms, office_zone, read_draft, told_zone
from starter.refusals import Refused
from starter.sheets import Row
from storage.candidates import NewCandidate


def new_candidate(
    told: Mapping[str, Sequence[str]], office_zones: Mapping[str, str] = NO_ZONES, language: str = "en"
) -> NewCandidate:
    """The person that values by column describe; several values are one cell. Raises Refused.

    `office_zones`: see starter.drafts.office_zone. `language` is the house's.
    """
    filled = {Column(name): "\n".join(values) for name, values in told.items() if any(values)}
    row = Row(1, list(filled.values()))
    try:
        draft = read_draft(row, {column: [index] for index, column in enumerate(filled)}, Terms())
    except RowError as error:
        raise Refused(str(error)) from error
    zone = told_zone(draft, office_zone(draft.office, draft.owner, office_zones))
    return NewCandidate(
        full_name=draft.full_name,
        first_name=draft.first_name,
        id=draft.id,
        emails=draft.emails,
        phones=draft.phones,
        profiles=draft.profiles,
        language=draft.language or language,
        zone=zone.zone or "UTC",
        zone_source=zone.source,
        country=draft.country,
        place=draft.place,
        preferred_channel=draft.channel or "email",
        source=draft.source,
        headline=draft.headline,
        company=draft.company,
        owner=draft.owner,
        office=draft.office,
        level=draft.level,
        skills=draft.skills,
        tags=draft.tags,
        pools=draft.pools,
    )


def read_pipeline_file(path: Path) -> dict[str, Any]:
    """A pipeline from JSON or YAML: `stages`, each with name, kind, message and perhaps delay_minutes. Raises Refused."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise Refused(f"{path} can't be read as a pipeline: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("stages"), list):
        raise Refused(f"{path} is no pipeline; begin it with `stages:` and a list of name, kind and message")
    return raw
