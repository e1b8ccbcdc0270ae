from datetime import UTC, datetime, timedelta

import pytest

from channels.refusals import wait_told, without_people

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("5.1.1 <ada@example.org> unknown", "5.1.1 <(address)> unknown"),
        ("The 'To' number +49 151 20000001 is not valid", "The 'To' number (number) is not valid"),
        ("mailbox of ADA LOVELACE\r\n is full", "mailbox of (…) is full"),
        ("5.7.26 see https://example.org/1234", "5.7.26 see https://example.org/1234"),
    ],
)
def test_a_providers_words_are_shown_without_people(words: str, shown: str) -> None:
    assert without_people(words, "Ada Lovelace", "") == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("5.1.1 User lovelace_ada unknown", "5.1.1 User (…)_(…) unknown"),
        ("no mailbox for LOVELACE here", "no mailbox for (…) here"),
        ("Frau Þórðarson ist nicht bekannt", "Frau (…) ist nicht bekannt"),
        ("慕容 hat kein Postfach", "(…) hat kein Postfach"),
        ("adaptable servers say so", "adaptable servers say so"),
        ("Hi Ada, come back! was refused", "(…) was refused"),
    ],
)
def test_parts_of_a_name_or_an_address_are_taken_out_too(words: str, shown: str) -> None:
    said = without_people(words, "ada.lovelace@example.org", "Ada Þórðarson 慕容", body="Hi Ada, come back!")
    assert said == shown


def test_a_providers_words_are_kept_short() -> None:
    assert len(without_people("word " * 200)) <= 200


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"retry-after": "Tue, 01 Dec 2026 09:02:00 GMT"}, timedelta(minutes=2)),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 45)}, timedelta(seconds=45)),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) - 45)}, timedelta(0)),
        ({"Retry-After": "999999999999"}, timedelta(hours=1)),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_from_either_header(headers: dict[str, str], wait: timedelta | None) -> None:
    assert wait_told(headers, NOW) == wait
