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
from domain.conditions import refusal_by
from domain.totals import Limits, broken_limits
from domain.touches import Channel, Priority, Touch
from starter import rehearsals
from starter.refusals import Refused
from storage import controls, moves, recruiters, standings, traits
from storage.standings import Question, Standing
from storage.tables import candidates, enrollments, pool_members
from templates.journeys import JourneyDefinition, compact_plan, snapshot, source_from_snapshot
from templates.messages import MessageSource, file_name
from templates.rendering import Links as MailLinks
from templates.rendering import MissingTokens, render_email, render_sms

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
    """How many people a journey could reach, how many messages were rendered for them, and what is missing for whom."""

    people: int = 0
    rendered: int = 0
    lacks: list[Lack] = field(default_factory=list)


def refuse_lacks(reach: Reach, journey: str) -> None:
    """Raise Refused that names every missing token with the people who lack it."""
    if not reach.lacks:
        return
    lines = [
        f"{lack.message} lacks {lack.token} for {len(lack.people)} people: {', '.join(lack.people[:NAMED])}"
        + (" …" if len(lack.people) > NAMED else "")
        for lack in reach.lacks
    ]
    raise Refused(
        f"{journey} is not published; fill in the tokens, or give the messages fallbacks:\n  " + "\n  ".join(lines)
    )


def limits_broken(
    engine: Engine, settings: Settings, definition: JourneyDefinition, pool: str, limits: Limits
) -> list[str]:
    """The limits that a year of the journey over the pool, rehearsed, would exceed, each with its first day."""
    with engine.connect() as connection:
        made = rehearsals.run(connection, settings, rehearsals.Wish(plan=compact_plan(definition, 0), pool=pool))
    return [str(one) for one in broken_limits(made.totals, limits)]


def refuse_broken_limits(broken: Sequence[str], journey: str) -> None:
    """Raise Refused that names the limits that would be exceeded, where there are any."""
    if broken:
        cure = "spread it, raise the limit, or publish it with --force-limits all the same"
        raise Refused(f"{journey} is not published; {cure}:\n  " + "\n  ".join(broken))


def hold_against_people(engine: Engine, settings: Settings, definition: JourneyDefinition, pool: str = "") -> Reach:
    """Render every message of a journey, its variants and channels, for everybody whom it could reach, each in their language."""
    reach, frozen = Reach(), snapshot(definition)
    composer = Composer(sender_of(settings, PREVIEW_KEY), Links(PREVIEW_KEY, settings.public_url))
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    with engine.connect() as connection:
        now = controls.clock(connection).story(datetime.now(UTC))
        for page in _pages(connection, definition, pool, now):
            people = _standings(connection, page, now)
            names = Names(recruiters.writing_for(connection, {standing.owner for standing in people.values()}))
            for candidate_id, standing in people.items():
                reach.people += 1
                for source in _messages(frozen, definition, [standing.language, composer.language]):
                    reach.rendered += 1
                    for token in _missing(composer, source, standing, names, now):
                        found[f"{source.name}/{file_name(source.channel, source.language)}", token].add(candidate_id)
    reach.lacks = sorted(Lack(message, token, tuple(sorted(ids))) for (message, token), ids in found.items())
    return reach


def _pages(connection: Connection, definition: JourneyDefinition, pool: str, now: datetime) -> Iterator[list[str]]:
    """Those inside, and those whom the entry rules admit (of the pool, where one is named), by pages."""
    within = {stay.candidate_id for stay in moves.inside(connection, definition.slug)}
    c, e, after = candidates.c, enrollments.c, ""
    inside = select(e.candidate_id).where(e.journey == definition.slug, e.status == "active")
    wanted = select(c.id).where(c.erased_recorded_at.is_(None)).order_by(c.id).limit(PAGE)
    if pool:
        members = select(pool_members.c.candidate_id).where(pool_members.c.pool == pool)
        wanted = wanted.where(c.id.in_(members) | c.id.in_(inside))
    entry, exclude = str(definition.rules.get("entry", "")), str(definition.rules.get("exclude", ""))
    while page := list(connection.scalars(wanted.where(c.id > after))):
        after = page[-1]
        if entry or exclude:
            known = traits.traits_of(connection, page, now)
            admitted = {one for one, seen in known.items() if not refusal_by(entry, exclude, seen)}
            page = [one for one in page if one in admitted or one in within]
        if page:
            yield page


def _standings(connection: Connection, page: Sequence[str], now: datetime) -> dict[str, Standing]:
    asked = [Question(f"preview/{one}", one, "nurture", "email", "", "", now) for one in page]
    return {key.removeprefix("preview/"): standing for key, standing in standings.read(connection, asked).items()}


def _messages(
    frozen: Mapping[str, Any], definition: JourneyDefinition, languages: Sequence[str]
) -> Iterator[MessageSource]:
    """Each message that somebody who reads these languages may get: any variant, by any channel."""
    for step in definition.steps:
        if step.message:
            channel = step.plan.channel
            for one in (Channel.EMAIL, Channel.SMS) if channel is Channel.PREFERRED else (channel,):
                for variant in step.messages():
                    yield source_from_snapshot(frozen, step.id, one, languages, variant)


def _missing(
    composer: Composer, source: MessageSource, standing: Standing, names: Names, now: datetime
) -> tuple[str, ...]:
    """The tokens for which a person's message could not be filled; empty where it was rendered."""
    touch = Touch("preview", source.purpose, source.channel, source.name, now, Priority.NURTURE)
    tokens = composer.tokens(touch, standing, source.language, names)
    try:
        if source.channel is Channel.SMS:
            render_sms(source, tokens, LINKS)
        else:
            render_email(source, tokens, LINKS)
    except MissingTokens as missing:
        return missing.tokens
    return ()
