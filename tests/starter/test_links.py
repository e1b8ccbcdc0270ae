"""`keepwarm links` shows the way to a person's pages; `keepwarm candidate revoke-links` ends it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from config.links import CandidateLink, Links
from starter.links import PAGES, end_links, links_of
from starter.refusals import Refused
from storage import candidates, links
from storage.candidates import UnknownCandidate
from tests.storage.people import add_candidate

MADE = Links(b"k" * 32, "https://talent.acme.example")


@pytest.fixture
def house(engine: Engine) -> Engine:
    with engine.begin() as connection:
        add_candidate(connection)
    return engine


def link_in(url: str) -> CandidateLink:
    return MADE.read_candidate(urlsplit(url).path.split("/")[2])


def test_a_person_is_named_by_id_or_address_and_each_page_has_its_link(house: Engine) -> None:
    with house.connect() as connection:
        told = links_of(connection, MADE, "ada@example.org")
    assert list(told) == ["candidate", *PAGES, "unsubscribe"]
    assert told["candidate"] == "ada"
    for page in PAGES:
        assert told[page].endswith(f"/{page}")
        assert (link_in(told[page]).candidate_id, link_in(told[page]).epoch) == ("ada", 0)
    assert MADE.read_unsubscribe(urlsplit(told["unsubscribe"]).path.split("/")[2]).purpose == "nurture"


def test_what_was_ended_is_ended_once_and_links_made_afterwards_work(house: Engine) -> None:
    with house.begin() as connection:
        before = link_in(links_of(connection, MADE, "ada")["status"])
        assert end_links(connection, "ada") == "ada"
        after = link_in(links_of(connection, MADE, "ada")["status"])
        epoch = links.epoch_of(connection, "ada")
        assert before.issued is not None
        assert not before.holds(epoch, before.issued)
        assert after.holds(epoch, before.issued)
        assert not links.end(connection, "ada", 0)
        assert links.epoch_of(connection, "ada") == 1


def test_nobody_has_no_links(house: Engine) -> None:
    with house.begin() as connection:
        with pytest.raises(Refused, match="no candidate"):
            links_of(connection, MADE, "eve")
        with pytest.raises(UnknownCandidate):
            links.epoch_of(connection, "eve")
        candidates.mark_erased(connection, "ada")
        with pytest.raises(Refused, match="erased"):
            end_links(connection, "ada")
