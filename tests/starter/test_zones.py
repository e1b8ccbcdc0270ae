"""A zone is told only where it leaves no doubt."""

import pytest

from starter.zones import Told, country_of_place, read_country, read_language, read_zone, zone_of_person


@pytest.mark.parametrize(
    ("place", "country", "phone", "zone"),
    [
        ("Berlin", "", "", "Europe/Berlin"),
        ("München", "DE", "", "Europe/Berlin"),
        ("New York, NY", "US", "", "America/New_York"),
        ("Paris, Texas", "US", "", ""),
        ("Paris, Texas", "", "", ""),
        ("", "US", "", ""),
        ("", "US", "+14155550123", "America/Los_Angeles"),
        ("", "AR", "", "America/Argentina/Buenos_Aires"),
        ("Somewhere", "", "", ""),
        ("", "", "+4930123456", "Europe/Berlin"),
    ],
)
def test_a_zone_is_told_by_place_country_or_phone(place: str, country: str, phone: str, zone: str) -> None:
    assert zone_of_person(place, country, phone).zone == zone


def test_the_first_that_leaves_no_doubt_tells_the_zone_and_is_named() -> None:
    berlin, madrid = "+4930123456", "Madrid"
    everything = zone_of_person(madrid, "PT", berlin, own="Asia/Tokyo", office="Europe/London")
    assert everything == Told("Asia/Tokyo", "own")
    assert zone_of_person("Lisbon", "PT", berlin, office="Europe/London") == Told("Europe/Berlin", "phone")
    assert zone_of_person("Lisbon", "PT", "", office="Europe/London") == Told("Europe/Lisbon", "place")
    assert zone_of_person("", "DE", "", office="Europe/London") == Told("Europe/London", "office")
    assert zone_of_person("", "DE", "") == Told("Europe/Berlin", "country")
    assert zone_of_person("", "US", "") == Told("", "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "DE"),
        ("Deutschland", "DE"),
        ("germany", "DE"),
        ("Alemania", "DE"),
        ("USA", "US"),
        ("uk", "GB"),
        ("Xy", None),
    ],
)
def test_a_country_is_read_from_its_code_or_name(text: str, code: str | None) -> None:
    assert read_country(text) == code


def test_a_state_is_no_country() -> None:
    assert country_of_place("San Francisco, CA") == ""
    assert country_of_place("Lyon, France") == "FR"


@pytest.mark.parametrize(
    ("text", "tag"), [("German", "de"), ("Deutsch", "de"), ("pt_BR", "pt-BR"), ("EN", "en"), ("Klingonese", None)]
)
def test_a_language_is_read_from_its_tag_or_name(text: str, tag: str | None) -> None:
    assert read_language(text) == tag


def test_a_zone_is_read_whatever_its_case() -> None:
    assert read_zone("europe/berlin") == "Europe/Berlin"
    assert read_zone("America/New York") == "America/New_York"
    assert read_zone("Middle/Earth") is None
