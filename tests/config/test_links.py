"""Links stand for a person, so only we can make them, and each opens one kind of page."""

from urllib.parse import urlsplit

import pytest

from config.links import BadLink, Links, Subscription

LINKS = Links(b"k" * 32, "https://talent.acme.example/")


def token_of(url: str) -> str:
    return urlsplit(url).path.split("/")[2]


@pytest.mark.parametrize("candidate_id", ["42", "ada-lovelace", "a b/ü?#"])
def test_a_link_gives_back_what_it_was_made_from(candidate_id: str) -> None:
    unsubscribe, preferences = LINKS.unsubscribe_url(candidate_id, "nurture"), LINKS.preferences_url(candidate_id)
    assert unsubscribe.startswith("https://talent.acme.example/u/")
    assert preferences.startswith("https://talent.acme.example/c/")
    assert LINKS.read_unsubscribe(token_of(unsubscribe)) == Subscription(candidate_id, "nurture")
    assert LINKS.read_candidate(token_of(preferences)) == candidate_id


def test_the_same_link_is_made_on_every_attempt_of_a_message() -> None:
    assert LINKS.unsubscribe_url("42", "nurture") == LINKS.unsubscribe_url("42", "nurture")


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


def test_a_token_opens_no_other_kind_of_page() -> None:
    with pytest.raises(BadLink):
        LINKS.read_candidate(token_of(LINKS.unsubscribe_url("42", "nurture")))
    with pytest.raises(BadLink):
        LINKS.read_unsubscribe(token_of(LINKS.preferences_url("42")))


def test_another_deployments_key_opens_nothing() -> None:
    with pytest.raises(BadLink):
        Links(b"o" * 32, "https://talent.acme.example").read_candidate(token_of(LINKS.preferences_url("42")))
