"""A zone is told only where it leaves no doubt."""

import pytest

from starter.zones import country_of_place, read_country, read_language, read_zone, zone_of_person


@pytest.mark.parametrize(
    ("place", "country", "phone", "zone"),
    [
        ("Berlin", "", "", "Europe/Berlin"),
        ("München", "DE", "", "Europe/Berlin"),
        ("New York, NY", "US", "", "America/New_York"),
        ("Paris, Texas", "US", "", None),
        ("Paris, Texas", "", "", None),
        ("", "US", "", None),
        ("", "US", "+14155550123", "America/Los_Angeles"),
        ("", "AR", "", "America/Argentina/Buenos_Aires"),
        ("Somewhere", "", "", None),
        ("", "", "+4930123456", "Europe/Berlin"),
    ],
)
def test_a_zone_is_told_by_place_country_or_phone(place: str, country: str, phone: str, zone: str | None) -> None:
    assert zone_of_person(place, country, phone) == zone


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
