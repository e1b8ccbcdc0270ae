"""Links stand for a person, so only we can make them, and each opens one kind of page."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from config.links import LIFE, AddressLink, BadLink, CandidateLink, Links, Subscription

LINKS = Links(b"k" * 32, "https://talent.acme.example/")
TODAY = date(2026, 3, 2)
OLD_FORM = "ImFkYSI.6qt1vt-IGYqpg3SztaMchb6mz3nERpvlibkG-kEvPmY"
"""A token as links to preferences had it before they could end, for the key of LINKS."""


def page(candidate_id: str, name: str = "preferences", epoch: int = 0, today: date = TODAY) -> str:
    return LINKS.page_url(candidate_id, name, epoch, today)


def token_of(url: str) -> str:
    return urlsplit(url).path.split("/")[2]


@pytest.mark.parametrize("candidate_id", ["42", "ada-lovelace", "a b/ü?#"])
def test_a_link_gives_back_what_it_was_made_from(candidate_id: str) -> None:
    unsubscribe, preferences = LINKS.unsubscribe_url(candidate_id, "nurture"), page(candidate_id, epoch=3)
    assert unsubscribe.startswith("https://talent.acme.example/u/")
    assert preferences.startswith("https://talent.acme.example/c/")
    assert LINKS.read_unsubscribe(token_of(unsubscribe)) == Subscription(candidate_id, "nurture")
    assert LINKS.read_candidate(token_of(preferences)) == CandidateLink(candidate_id, 3, TODAY)
    address = LINKS.address_url(candidate_id, "ada@new.example", TODAY)
    assert LINKS.read_address(token_of(address)) == AddressLink(candidate_id, "ada@new.example", TODAY)


def test_the_same_link_is_made_on_every_attempt_of_a_message() -> None:
    assert LINKS.unsubscribe_url("42", "nurture") == LINKS.unsubscribe_url("42", "nurture")
    assert page("42") == page("42")


def test_a_page_of_an_opening_is_part_of_the_address_alone() -> None:
    booking, status = page("42", "booking/be 1"), page("42", "status")
    assert booking.endswith("/booking/be%201")
    assert token_of(booking) == token_of(status)


def test_a_link_to_pages_ends_by_itself() -> None:
    link = LINKS.read_candidate(token_of(page("42")))
    assert link.holds(0, TODAY + LIFE)
    assert not link.holds(0, TODAY + LIFE + timedelta(days=1))


def test_a_link_to_pages_ends_when_it_is_revoked() -> None:
    link = LINKS.read_candidate(token_of(page("42", epoch=1)))
    assert link.holds(1, TODAY)
    assert not link.holds(2, TODAY)


def test_a_link_of_the_form_before_names_its_candidate_and_no_day() -> None:
    link = LINKS.read_candidate(OLD_FORM)
    assert link == CandidateLink("ada", 0, None)
    assert link.holds(0, TODAY + 9 * LIFE)
    assert not link.holds(1, TODAY)


def test_a_changed_token_is_refused_wherever_it_was_changed() -> None:
    token = token_of(LINKS.unsubscribe_url("42", "nurture"))
    for position in range(len(token)):
        other = "A" if token[position] != "A" else "B"
        changed = token[:position] + other + token[position + 1 :]
        if changed != token:
            with pytest.raises(BadLink):
                LINKS.read_unsubscribe(changed)


@pytest.mark.parametrize("token", ["", ".", "a.b", "x" * 5000, "WyI0MiIsIm51cnR1cmUiXQ", "\N{SNOWMAN}", "a\x00b"])
def test_a_token_that_was_never_ours_is_refused(token: str) -> None:
    with pytest.raises(BadLink):
        LINKS.read_unsubscribe(token)
    with pytest.raises(BadLink):
        LINKS.read_candidate(token)
    with pytest.raises(BadLink):
        LINKS.read_address(token)


def test_a_token_opens_no_other_kind_of_page() -> None:
    with pytest.raises(BadLink):
        LINKS.read_candidate(token_of(LINKS.unsubscribe_url("42", "nurture")))
    with pytest.raises(BadLink):
        LINKS.read_unsubscribe(token_of(page("42")))
    with pytest.raises(BadLink):
        LINKS.read_candidate(token_of(LINKS.address_url("42", "a@b.example", TODAY)))
    with pytest.raises(BadLink):
        LINKS.read_address(token_of(page("42")))


def test_another_deployments_key_opens_nothing() -> None:
    with pytest.raises(BadLink):
        Links(b"o" * 32, "https://talent.acme.example").read_candidate(token_of(page("42")))
