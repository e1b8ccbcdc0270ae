"""Before a journey is published: every message held against everybody whom it could reach, so that no token is found missing later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from activities.messages import Composer, Names, sender_of
from config.links import Links
from config.settings import Settings
from domain.conditions import holds
from domain.touches import Channel, Priority, Purpose, Touch
from starter.refusals import Refused
from storage import moves, recruiters, standings, traits
from storage.standings import Question, Standing
from storage.tables import candidates, pool_members
from templates.journeys import JourneyDefinition, snapshot, source_from_snapshot
from templates.rendering import Links as MailLinks
from templates.rendering import check

PAGE = 500
NAMED = 5
"""How many people a refusal names for each missing token; it counts them all."""
PREVIEW_KEY = b"nothing that it signs ever leaves"
LINKS = MailLinks(preferences_url="https://preferences.invalid", unsubscribe_url="https://unsubscribe.invalid")
"""Every message gets its links when it leaves; here they only have to be there."""


@dataclass(frozen=True, slots=True, order=True)
class Lack:
    """A token that a message needs and these people's records don't have."""

    message: str
    token: str
    people: tuple[str, ...]


@dataclass(slots=True)
class Reach:
    """Whom a journey could reach, and what is missing for them."""

    people: int = 0
    rendered: int = 0
    lacks: list[Lack] = field(default_factory=list)


def refuse_lacks(reach: Reach, journey: str) -> None:
    """Raise Refused that names every missing token with the people who lack it."""
    if not reach.lacks:
        return
    lines = [
        f"{lack.message} lacks {lack.token} for {len(lack.people)}: {', '.join(lack.people[:NAMED])}"
        + (" …" if len(lack.people) > NAMED else "")
        for lack in reach.lacks
    ]
    raise Refused(
        f"{journey} is not published; fill in the tokens, or give the messages fallbacks:\n  " + "\n  ".join(lines)
    )


def hold_against_people(engine: Engine, settings: Settings, definition: JourneyDefinition, pool: str = "") -> Reach:
    """Hold every message, variant, language and channel of a journey against everybody whom it could reach."""
    reach, frozen = Reach(), snapshot(definition)
    composer = Composer(sender_of(settings, PREVIEW_KEY), Links(PREVIEW_KEY, settings.public_url))
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    with engine.connect() as connection:
        for page in _pages(connection, definition, pool):
            people = _standings(connection, page)
            writers = recruiters.writing_for(connection, {standing.owner for standing in people.values()})
            for candidate_id, standing in people.items():
                reach.people += 1
                for message, tokens, number in _lacking(composer, frozen, definition, standing, Names(writers=writers)):
                    reach.rendered += number
                    for token in tokens:
                        found[message, token].add(candidate_id)
    reach.lacks = sorted(Lack(message, token, tuple(sorted(ids))) for (message, token), ids in found.items())
    return reach


def _pages(connection: Connection, definition: JourneyDefinition, pool: str) -> Iterator[list[str]]:
    """Those inside, and those whom the entry rules admit (of the pool, where one is named), by pages."""
    within = {stay.candidate_id for stay in moves.inside(connection, definition.slug)}
    c, after = candidates.c, ""
    wanted = select(c.id).where(c.erased_recorded_at.is_(None)).order_by(c.id).limit(PAGE)
    if pool:
        members = select(pool_members.c.candidate_id).where(pool_members.c.pool == pool)
        wanted = wanted.where(c.id.in_(members) | c.id.in_(sorted(within)))
    entry, exclude = str(definition.rules.get("entry", "")), str(definition.rules.get("exclude", ""))
    while page := list(connection.scalars(wanted.where(c.id > after))):
        after = page[-1]
        if entry or exclude:
            known = traits.traits_of(connection, page, datetime.now(UTC).date())
            admitted = {
                one for one, seen in known.items() if holds(entry, seen) and not (exclude and holds(exclude, seen))
            }
            page = [one for one in page if one in admitted or one in within]
        if page:
            yield page


def _standings(connection: Connection, page: Sequence[str]) -> dict[str, Standing]:
    now = datetime.now(UTC)
    asked = [Question(f"preview/{one}", one, "nurture", "email", "", "", now) for one in page]
    return {key.removeprefix("preview/"): standing for key, standing in standings.read(connection, asked).items()}


def _lacking(
    composer: Composer, frozen: Mapping[str, Any], definition: JourneyDefinition, standing: Standing, names: Names
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Each message of the journey with the tokens that this person's would lack."""
    languages = [standing.language, composer.language]
    tokens: dict[str, dict[str, object]] = {}
    for step in definition.steps:
        if not step.message:
            continue
        channel = step.plan.channel
        for one in (Channel.EMAIL, Channel.SMS) if channel is Channel.PREFERRED else (channel,):
            for variant in step.messages():
                source = source_from_snapshot(frozen, step.id, one, languages, variant)
                if source.language not in tokens:
                    touch = Touch("preview", Purpose.NURTURE, one, step.id, datetime.now(UTC), Priority.NURTURE)
                    tokens[source.language] = composer.tokens(touch, standing, source.language, names)
                yield f"{source.name}/{source.language}", check(source, tokens[source.language], LINKS), 1
