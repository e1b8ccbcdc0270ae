"""How addresses and numbers are written down."""

import pytest

from storage.contacts import BadContact, canonical_phone


@pytest.mark.parametrize(("given", "country"), [("555 0142", "US"), ("12", "DE"), ("+1 555 0142", "")])
def test_a_number_without_its_area_code_is_refused(given: str, country: str) -> None:
    with pytest.raises(BadContact, match="write it as"):
        canonical_phone(given, country)


def test_a_whole_number_is_kept_in_its_one_form() -> None:
    assert canonical_phone("(617) 555-0142", "US") == "+16175550142"
