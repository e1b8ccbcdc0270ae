"""What a deployment needs before its first worker: the tables, the story clock, the search attributes, the shipped journeys."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from config.settings import Settings
from config.temporal import connect
from domain.keeping import Terms
from starter.refusals import Refused
from storage import controls, journeys
from storage.database import make_engine
from storage.schema import migrate
from templates.journeys import FOLDER, JourneyDefinition, compact_plan, digest, load_journey, shipped, snapshot
from workflows.names import SEARCH_ATTRIBUTES


@dataclass(slots=True)
class Prepared:
    """What a preparation found to do."""

    search_attributes: list[str] = field(default_factory=list)
    journeys: list[journeys.Published] = field(default_factory=list)


async def prepare(settings: Settings) -> Prepared:
    """Make database and Temporal ready, as often as wanted. Raises SettingsError, or Refused where Temporal forbids."""
    url = settings.database_url
    await asyncio.to_thread(migrate, url)
    engine = make_engine(url)
    try:
        published = await asyncio.to_thread(_fill, engine, settings.clock_speed, settings.terms)
    finally:
        engine.dispose()
    client = await connect(settings)
    return Prepared(await register_search_attributes(client), published)


def _fill(engine: Engine, speed: float, terms: Terms) -> list[journeys.Published]:
    with engine.begin() as connection:
        controls.set_speed(connection, datetime.now(UTC), speed)
        controls.set_terms(connection, terms)
    return [publish(engine, load_journey(FOLDER / slug)) for slug in shipped()]


def publish(engine: Engine, definition: JourneyDefinition) -> journeys.Published:
    """Store a journey as its next version; what is published already stays that version."""
    frozen = snapshot(definition)
    with engine.begin() as connection:
        return journeys.publish(
            connection,
            definition.slug,
            title=definition.title,
            snapshot=frozen,
            digest=digest(frozen),
            plan_of=lambda version: compact_plan(definition, version),
        )


def journey_folder(name: str) -> Path:
    """The folder of a journey named by its path, or by the slug of a shipped one."""
    return FOLDER / name if name in shipped() else Path(name)


async def missing_search_attributes(client: Client) -> dict[str, IndexedValueType.ValueType]:
    """The search attributes that the namespace lacks, with their types."""
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type))
        for key in SEARCH_ATTRIBUTES
        if key.name not in answer.custom_attributes
    }


async def register_search_attributes(client: Client) -> list[str]:
    """Add the search attributes that are missing; their names. Raises Refused where this client may not."""
    missing = await missing_search_attributes(client)
    if not missing:
        return []
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:
            return []
        named = " ".join(f"--name {name}" for name in missing)
        raise Refused(
            f"search attributes are missing and can't be added here ({error.message}); an administrator adds them with "
            f"`temporal operator search-attribute create {named}`"
        ) from error
    return list(missing)
