"""Many rows as one parameter: a statement over a set is written, planned and prepared once, whatever the set's size."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any


def as_rows(records: Iterable[Any]) -> str:
    """Frozen dataclasses of one kind as JSON for `json_to_recordset`; moments as ISO 8601."""
    listed = list(records)
    names = [field.name for field in fields(listed[0])] if listed else []
    return json.dumps([{name: getattr(record, name) for name in names} for record in listed], default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not travel as JSON")
