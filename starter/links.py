"""A person's links: to show them, for who is asked on the phone, and to end them, for who forwarded a mail."""

from __future__ import annotations

from sqlalchemy import Connection

from config.links import Links
from domain.touches import Purpose
from starter.lookups import find_candidate
from storage import links
from storage.controls import story_now

PAGES = ("status", "preferences", "profile", "data")


def links_of(connection: Connection, made: Links, candidate: str) -> dict[str, str]:
    """Where to find each page of a candidate, and the way out; `candidate` is their id. Raises Refused."""
    person = find_candidate(connection, candidate)
    epoch, today = links.epoch_of(connection, person.id), story_now(connection).date()
    pages = {page: made.page_url(person.id, page, epoch, today) for page in PAGES}
    return {"candidate": person.id, **pages, "unsubscribe": made.unsubscribe_url(person.id, Purpose.NURTURE)}


def end_links(connection: Connection, candidate: str) -> str:
    """End every link to a candidate's pages; the candidate's id. Raises Refused."""
    person = find_candidate(connection, candidate)
    links.end(connection, person.id, links.epoch_of(connection, person.id))
    return person.id
