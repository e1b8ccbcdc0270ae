"""Days that people name: each kind of phrase in every language, and what holds for all of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import LONGEST, business_day, read_date
from domain.phrases.sentences import fold
from domain.phrases.tongues import TONGUES

TODAY = date(2026, 11, 23)
WORDS = {tongue.language: tongue.dates for tongue in TONGUES}


def read(text: str, language: str = "en", today: date = TODAY) -> date | None:
    return read_date(fold(text), WORDS[language], today)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("later in May", "2027-05-03"),
        ("in May next year", "2027-05-03"),
        ("May 2028", "2028-05-01"),
        ("mid-March", "2027-03-15"),
        ("at the end of January", "2027-01-25"),
        ("until the end of May", "2027-06-01"),
        ("until May", "2027-05-03"),
        ("after May", "2027-06-01"),
        ("not before April", "2027-04-01"),
        ("in November", "2026-11-25"),
        ("in October", "2027-10-01"),
        ("in three weeks", "2026-12-14"),
        ("in 2-3 weeks", "2026-12-14"),
        ("three weeks from now", "2026-12-14"),
        ("in a couple of months", "2027-01-25"),
        ("in a few months", "2027-02-23"),
        ("in half a year", "2027-05-24"),
        ("in a year", "2027-11-23"),
        ("Q2 next year", "2027-04-01"),
        ("in the third quarter", "2027-07-01"),
        ("beginning of Q1 2028", "2028-01-03"),
        ("after the summer", "2027-09-01"),
        ("in spring", "2027-03-01"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next year", "2027-01-04"),
        ("later this year", "2026-12-28"),
        ("in the new year", "2027-01-04"),
        ("after Christmas", "2026-12-28"),
        ("on 3 May", "2027-05-03"),
        ("May 3rd", "2027-05-03"),
        ("until 5 May", "2027-05-06"),
        ("after the 15th of May", "2027-05-17"),
        ("3.5.2027", "2027-05-03"),
        ("2027-05-03", "2027-05-03"),
        ("05/25/2027", "2027-05-25"),
        ("in 2028", "2028-01-03"),
    ],
)
def test_english_phrases_name_days(text: str, day: str) -> None:
    assert read(text) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "I may be interested", "we march on", "after the holidays", "two weeks ago", "on Monday", "in 1999",
        "3.5.2020", "in 90 years", "soon", "", "the second floor", "call me on 0151 2345678",
    ],
)  # fmt: skip
def test_what_names_no_day_to_come_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("language", "may", "weeks", "summer", "quarter", "year"),
    [
        ("en", "in May", "in three weeks", "after the summer", "in the second quarter of 2027", "next year"),
        ("de", "im Mai", "in drei Wochen", "nach dem Sommer", "im zweiten Quartal 2027", "nächstes Jahr"),
        ("fr", "en mai", "dans trois semaines", "après l'été", "au deuxième trimestre 2027", "l'année prochaine"),
        ("es", "en mayo", "en tres semanas", "después del verano", "en el segundo trimestre de 2027", "el próximo año"),
        ("it", "a maggio", "tra tre settimane", "dopo l'estate", "nel secondo trimestre 2027", "l'anno prossimo"),
        ("nl", "in mei", "over drie weken", "na de zomer", "in het tweede kwartaal van 2027", "volgend jaar"),
        ("pt", "em maio", "daqui a três semanas", "depois do verão", "no segundo trimestre de 2027", "no próximo ano"),
        ("pl", "w maju", "za trzy tygodnie", "po lecie", "w drugim kwartale 2027", "w przyszłym roku"),
    ],
)
def test_every_language_names_them(language: str, may: str, weeks: str, summer: str, quarter: str, year: str) -> None:
    assert read(may, language) == date(2027, 5, 3)
    assert read(weeks, language) == date(2026, 12, 14)
    assert read(summer, language) == date(2027, 9, 1)
    assert read(quarter, language) == date(2027, 4, 1)
    assert read(year, language) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("de", "ab dem 1. März", "2027-03-01"),
        ("de", "bis 15.1.", "2027-01-18"),
        ("de", "Ende Februar", "2027-02-25"),
        ("de", "in einem halben Jahr", "2027-05-24"),
        ("de", "Mitte nächsten Jahres", "2027-07-01"),
        ("fr", "à partir du 1er mars", "2027-03-01"),
        ("fr", "mi-avril", "2027-04-15"),
        ("fr", "fin janvier", "2027-01-25"),
        ("fr", "à la rentrée", "2027-09-01"),
        ("es", "el 3 de mayo", "2027-05-03"),
        ("es", "a finales de enero", "2027-01-25"),
        ("es", "el mes que viene", "2026-12-01"),
        ("it", "il 3 maggio", "2027-05-03"),
        ("it", "a fine gennaio", "2027-01-25"),
        ("nl", "half april", "2027-04-15"),
        ("nl", "eind januari", "2027-01-25"),
        ("pt", "em meados de abril", "2027-04-15"),
        ("pt", "no dia 3 de maio", "2027-05-03"),
        ("pl", "3 maja", "2027-05-03"),
        ("pl", "pod koniec stycznia", "2027-01-25"),
        ("pl", "za pół roku", "2027-05-24"),
    ],
)
def test_each_has_its_own_ways(language: str, text: str, day: str) -> None:
    assert read(text, language) == date.fromisoformat(day)


def test_a_period_that_has_begun_means_what_is_left_of_it() -> None:
    assert read("in May", today=date(2027, 5, 3)) == date(2027, 5, 17)
    assert read("later in May", today=date(2027, 5, 18)) == date(2027, 5, 25)
    assert read("later in May", today=date(2027, 5, 27)) == date(2027, 5, 28)
    assert read("in May", today=date(2027, 5, 31)) == date(2028, 5, 1)
    assert read("in summer", today=date(2027, 6, 10)) == date(2027, 7, 1)
    assert read("in summer", today=date(2027, 8, 30)) == date(2028, 6, 1)


@given(st.text(max_size=200), st.sampled_from(sorted(WORDS)), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_whatever_comes_the_day_is_to_come_and_people_work_on_it(text: str, language: str, today: date) -> None:
    day = read(text, language, today)
    assert day is None or (today < day <= today + LONGEST and day == business_day(day))


@given(
    st.sampled_from(sorted(WORDS)), st.integers(1, 28), st.integers(1, 12), st.dates(date(2000, 1, 1), date(2090, 1, 1))
)
def test_an_iso_date_is_the_same_in_every_language(language: str, day: int, month: int, today: date) -> None:
    wanted = date(today.year + 1, month, day)
    assert read(wanted.isoformat(), language, today) == business_day(wanted)


@given(
    st.sampled_from(["in {} weeks", "{} weeks from now"]),
    st.integers(1, 52),
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
)
def test_weeks_are_counted_from_today(phrase: str, count: int, today: date) -> None:
    assert read(phrase.format(count), "en", today) == business_day(today + timedelta(weeks=count))


@given(st.integers(1, 12), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_month_lies_within_a_year(month: int, today: date) -> None:
    name = f"in {date(2000, month, 1):%B}"
    day = read(name, "en", today)
    assert day is not None
    assert day.month == month
    assert day <= today + timedelta(days=368)
