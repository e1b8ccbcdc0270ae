"""When somebody says to be written to again: "later in May", "in three weeks", "after the summer", as a day.

The rules (docs/replies.md, "Dates"): a day is itself; a span counts from today; a month, quarter, season or year gives its first
business day, `early` the same, `middle` the one from the 15th on, `late` from the 25th on (of a year: October); `after` and `until`
the first one when it is over. Where a period has begun: its middle, else its last days, where those are to come, else next year's.
All are moved to a business day (Monday to Friday, not 1 January), lie after today and within three years; what can't be told is
None. Days of this week are for people to arrange, and are not read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from domain.phrases.rules import DateWords, compiled

LONGEST = timedelta(days=3 * 366)
_DAY = timedelta(days=1)
_MIDDLE, _LATE = 15, 25
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_UNIT_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_ISO = re.compile(r"\b(20\d\d)-(\d\d?)-(\d\d?)\b")
_WRITTEN = re.compile(r"\b(\d\d?)[./-](\d\d?)[./-](20\d\d|\d\d)\b")
_YEAR = r"(?: (?:\w+ )?(?P<year>20\d\d))?"
_RANGE = r"(?:\w+(?:-| to | or | bis | oder | a | ou | o | of | tot | do | lub | e ))?"
_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class _Reader:
    """A language's date words as patterns."""

    words: DateWords
    patterns: Mapping[str, re.Pattern[str]]

    def find(self, name: str, sentence: str) -> Iterator[re.Match[str]]:
        return self.patterns[name].finditer(sentence)

    def has(self, name: str, sentence: str) -> bool:
        return self.patterns[name].search(sentence) is not None


def read_date(sentence: str, words: DateWords, today: date) -> date | None:
    """The day that a folded sentence names; the first reading that gives one to come."""
    for day in _readings(sentence, _reader(words), today):
        moved = business_day(day)
        if today < moved <= today + LONGEST:
            return moved
    return None


def without_dates(sentence: str, words: DateWords) -> str:
    """What a sentence says besides dates; itself where it names none."""
    patterns = _reader(words).patterns
    for name in (
        "written",
        "day_month",
        "month_day",
        "half_year",
        "within",
        "hence",
        "quarter",
        "month",
        "lone_month",
        "feast",
        "season",
        "unit",
        "unit_next",
        "part_unit",
        "next_year",
        "year",
    ):
        sentence = patterns[name].sub(" ", sentence)
    return " ".join(sentence.split())


def business_day(day: date) -> date:
    """The day itself, or the next on which people work."""
    while day.weekday() >= 5 or (day.month, day.day) == (1, 1):
        day += _DAY
    return day


def _readings(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    """From the most exact to the vaguest."""
    yield from _exact(sentence)
    for read in (_days_of_months, _spans, _quarters, _months, _seasons, _units):
        yield from read(sentence, reader, today)


def _exact(sentence: str) -> Iterator[date]:
    """2027-05-03; 3.5.2027 and 3/5/2027 with the day first, unless only the month can be."""
    for year, month, day in _ISO.findall(sentence):
        yield from _valid(int(year), int(month), int(day))
    for first, second, year in _WRITTEN.findall(sentence):
        full = int(year) if len(year) == 4 else 2000 + int(year)
        number, month = (int(first), int(second)) if int(second) <= 12 else (int(second), int(first))
        yield from _valid(full, month, number)


def _days_of_months(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    for name in ("day_month", "month_day", "day_dot"):
        for found in reader.find(name, sentence):
            month = int(found["number"]) if name == "day_dot" else _look_up(reader.words.months, found["month"])
            years = [int(found["year"])] if found.groupdict().get("year") else [today.year, today.year + 1]
            days = [day for year in years for day in _valid(year, month, int(found["day"])) if day > today]
            yield from (day + _DAY if found["over"] else day for day in days)


def _spans(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    """In three weeks; three weeks from now; in half a year."""
    if reader.has("half_year", sentence):
        yield _months_on(today, 6)
    for name in ("within", "hence"):
        for found in reader.find(name, sentence):
            named = found["count"]
            count = int(named) if named.isdigit() else _look_up(reader.words.numbers, named)
            unit = _look_up(reader.words.units, found["unit"])
            if unit in _UNIT_DAYS:
                yield today + timedelta(days=min(count * _UNIT_DAYS[unit], 2 * LONGEST.days))
            else:
                yield _months_on(today, count * _UNIT_MONTHS[unit])


def _quarters(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    for found in reader.find("quarter", sentence):
        number = int(found["q"]) if found["q"] else _look_up(reader.words.ordinals, found["q2"])
        yield from _yearly(3 * number - 2, 3, found, reader, today)


def _months(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    for name in ("month", "lone_month"):
        for found in reader.find(name, sentence):
            yield from _yearly(_look_up(reader.words.months, found["month"]), 1, found, reader, today)


def _seasons(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    for found in reader.find("feast", sentence):
        month, day = _look_up(reader.words.feasts, found["feast"])
        yield from (ahead for year in (today.year, today.year + 1) if (ahead := date(year, month, day)) > today)
    for found in reader.find("season", sentence):
        yield from _yearly(_look_up(reader.words.seasons, found["season"]), 3, found, reader, today)


def _units(sentence: str, reader: _Reader, today: date) -> Iterator[date]:
    """Next week, month, year; later this year; the end of the month."""
    for name in ("unit", "unit_next", "part_unit"):
        for found in reader.find(name, sentence):
            unit, ahead = _look_up(reader.words.units, found["unit"]), int(bool(found["next"]))
            if unit == "week" and ahead:
                yield today + timedelta(days=7 - today.weekday())
            elif unit in ("month", "quarter", "year"):
                length = _UNIT_MONTHS[unit]
                start = date(today.year, (today.month - 1) // length * length + 1, 1)
                yield from _within(_months_on(start, length * ahead), length, _part(found), today)
    for found in reader.find("next_year", sentence):
        yield from _within(date(today.year + 1, 1, 1), 12, _part(found), today)
    for found in reader.find("year", sentence):
        yield from _within(date(int(found["year"]), 1, 1), 12, _part(found), today)


def _yearly(month: int, length: int, found: re.Match[str], reader: _Reader, today: date) -> Iterator[date]:
    """Days of a period of `length` months that comes every year: the next one, unless a year is named."""
    named = found.groupdict().get("year")
    years: Iterable[int] = (today.year - 1, today.year, today.year + 1)
    if named:
        years = [int(named)]
    elif reader.has("next_year", found.string):
        years = [today.year + 1]
    for year in years:
        yield from _within(date(year, month, 1), length, _part(found), today)


def _within(first: date, length: int, part: str, today: date) -> Iterator[date]:
    """The day of a period of months that starts on `first`; where it has passed, and the period has not, a later one in it."""
    over = _months_on(first, length)
    if part == "over":
        yield from (day for day in [business_day(over)] if day > today)
        return
    middle = first.replace(day=_MIDDLE) if length == 1 else _months_on(first, length // 2)
    late = first.replace(day=_LATE) if length == 1 else _months_on(first, length * 3 // 4)
    wanted = {"middle": [middle, late], "late": [late]}.get(part, [first, middle, late])
    last = [] if length == 3 else [over - timedelta(days=4)]
    for day in map(business_day, [*wanted, *last]):
        if today < day < over:
            yield day
            return


def _part(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("over") or (groups.get("late") and groups.get("until")):
        return "over"
    return "late" if groups.get("late") else "middle" if groups.get("middle") else ""


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _valid(year: int, month: int, day: int) -> Iterator[date]:
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        yield date(year, month, day)


T = TypeVar("T")


def _look_up(table: Mapping[str, T], text: str) -> T:
    """What a table says of a text that one of its keys, patterns all, matches whole."""
    return table[text] if text in table else next(value for key, value in table.items() if re.fullmatch(key, text))


@lru_cache(maxsize=64)
def _reader(words: DateWords) -> _Reader:
    after, until, of, from_ = map(_group, (words.after, words.until, words.of, words.from_))
    early, middle, late = map(_group, (words.early, words.middle, words.late))
    part = rf"(?:(?:(?P<over>{after})|(?P<until>{until})) (?:{of} )*)?"
    part += rf"(?:(?:{early}|(?P<middle>{middle})|(?P<late>{late}))(?: {of})* )?"
    some_part = rf"(?:{until} )?(?:{early}|(?P<middle>{middle})|(?P<late>{late}))(?: {of})* "
    over = rf"(?:(?P<over>{after}|{until}) (?:{of} )*)?"
    month, shy = _any(set(words.months) - words.shy_months), _group(_any(words.shy_months))
    units, number = _any(words.units), _any(words.numbers)
    span = rf"{_RANGE}(?P<count>\d{{1,3}}|{number}) (?:\w+ )?(?P<unit>{units})"
    day = r"(?P<day>\d\d?)(?:st|nd|rd|th|er|o|e|a)?"
    any_month = f"(?P<month>{month}|{shy})"
    shown = {
        "written": f"{_ISO.pattern}|{_WRITTEN.pattern}",
        "day_month": rf"{over}{day} (?:{of} )*{any_month}{_YEAR}",
        "month_day": rf"{over}{any_month} (?:{of} )*{day}(?! \w*(?:{units}))(?:(?: \w+)? (?P<year>20\d\d))?",
        "day_dot": rf"(?:(?P<over>{after}|{until})|{from_})(?: {of})* (?P<day>\d\d?)[./](?P<number>\d\d?)",
        "half_year": words.half_year or _NEVER,
        "within": rf"(?:{_group(words.within)}) {span}",
        "hence": rf"{span} (?:{words.hence or _NEVER})",
        "quarter": rf"{part}(?:{of} )*(?:{words.quarter})(?:(?: {of})* (?P<year>20\d\d))?",
        "month": rf"(?:(?:{from_}) (?:{of} )*)?{part}(?P<month>{month}){_YEAR}",
        "lone_month": (
            rf"(?:(?=(?:{from_}|{after}|{until}|{early}|{middle}|{late}) )"
            rf"|(?<!\w )(?={shy}))(?:{from_} (?:{of} )*)?{part}(?P<month>{shy})(?: (?P<year>20\d\d))?(?=$| (?!\d))"
        ),
        "feast": rf"(?:{after}|{from_}|{until})(?: {of})* (?P<feast>{_any(words.feasts)})",
        "season": rf"(?:(?:{from_}) (?:{of} )*)?{part}(?:{of} )*(?P<season>{_any(words.seasons)})(?:(?: {of})* (?P<year>20\d\d))?",
        "unit": rf"{part}(?:{of} )*(?:(?P<next>{words.next})|{words.this}) (?P<unit>{units})",
        "unit_next": rf"{part}(?:{of} )*(?P<unit>{units}) (?P<next>{words.next_after or _NEVER})",
        "part_unit": rf"{some_part}(?:{of} )*(?P<unit>{units})(?P<next>{_NEVER})?",
        "next_year": rf"{part}(?:{of} )*(?:{words.next_year})",
        "year": rf"(?:(?:{from_}) )?{part}(?:{of} )*(?P<year>20\d\d)",
    }
    return _Reader(words, {name: compiled(pattern) for name, pattern in shown.items()})


def _group(pattern: str) -> str:
    return f"(?:{pattern})"


def _any(patterns: Iterable[str]) -> str:
    """Any of them, longer ones first; none at all matches nothing."""
    return "|".join(sorted(patterns, key=lambda one: (-len(one), one))) or _NEVER
