"""The day on which an absent person is back, read from their automatic answer.

What stands before a date says what it is: a day of return ("back on 3 December", "ab dem 03.12. wieder"), a last day away ("bis
einschließlich 3.12.", "jusqu'au 3 décembre"), or the first day that counts again ("until Monday" in English, "tot 3 december" in Dutch).
The words of the languages are in `channels.returnwords`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from channels.returnwords import (
    AGO,
    BETWEEN,
    DATES,
    DOTTED,
    END,
    FIRST,
    LAST,
    MONTH,
    MONTH_SPAN,
    NO_RETURN,
    NO_TOMORROW,
    NUMBER,
    RANGE,
    RETURNS,
    SHORTENED,
    SLASHED,
    STARTS,
    TILL_AND_WITH,
    WEEKDAY,
)

LONGEST_TEXT = 4_000
LONGEST_ABSENCE = timedelta(days=400)
_PAST = timedelta(days=90)
"""A date without a year that lies less than this in the past is past; one further back is next year's."""
_SOON = timedelta(days=14)
"""Machines that answer are set up a little before somebody leaves."""
_FAR, _NEAR = timedelta(days=120), timedelta(days=45)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_ENGLISH = re.compile(r"\b(?:the|i|am|will|office|until|back|and|of)\b")
_CJK_DAYS = "一二三四五"


class _Told:
    """What the sentences of a text tell: days of return, first days after an absence, and when absences begin."""

    def __init__(self, today: date, *, month_first: bool) -> None:
        self.today = today
        self.month_first = month_first
        self.returns: list[date] = []
        self.ends: list[date] = []
        self.starts: list[date] = []

    def read(self, sentence: str) -> None:
        marked, days, kinds = self._marked(sentence)
        marked = self._ranges(marked, days, kinds)
        self.starts += [day for found in STARTS.finditer(marked) for day in days[int(found[1])]]
        marked = AGO.sub(" ", STARTS.sub(" ", marked))
        for rule in (LAST, FIRST):
            for found in rule.finditer(marked):
                number = int(next(one for one in found.groups() if one))
                gained = _DAY if rule is LAST or kinds[number] in {"end", "period"} else timedelta()
                self.ends += [day + gained for day in days[number]]
            marked = rule.sub(" ", marked)
        for rule in RETURNS:
            self.returns += [day for found in rule.finditer(marked) for day in days[int(found[1])]]
            marked = rule.sub(" ", marked)

    def _ranges(self, marked: str, days: list[list[date]], kinds: list[str]) -> str:
        """Take the spans, and leave the rest. Two bare weekdays are hours of an office; a bare day has its month from the second."""
        for found in (*RANGE.finditer(marked), *BETWEEN.finditer(marked)):
            first, last = int(found[1]), int(found[2])
            if kinds[first] == kinds[last] == "weekday":
                continue
            self.ends += [day + _DAY for day in days[last]]
            bare = [_same_month(kinds[first], day) for day in days[last]]
            self.starts += days[first] or [day for day in bare if day is not None]
        return BETWEEN.sub(" ", RANGE.sub(" ", marked))

    def _marked(self, sentence: str) -> tuple[str, list[list[date]], list[str]]:
        """The sentence with its dates replaced by ⟨0⟩, ⟨1⟩ …, what each is (one day, or none where it tells none), and its kind.

        The kind of a bare day of the month is its number.
        """
        days: list[list[date]] = []
        kinds: list[str] = []

        def mark(found: re.Match[str]) -> str:
            kind = next(name for name, value in found.groupdict().items() if value and name not in {"sign", "unit"})
            days.append(list(_day(found, kind, self.today, month_first=self.month_first)))
            kinds.append(re.sub(r"\D", "", found[0]) if kind == "partial" else kind)
            return f"⟨{len(days) - 1}⟩"

        marked = DATES.sub(mark, sentence)
        return re.sub(r"⟨\d+⟩[,.]?\s*(?:(?:the|den|dem|le|el|il|de|o|d\.) )?\(?(?=⟨\d+⟩)", "", marked), days, kinds


def return_date(text: str, today: date) -> date | None:
    """The first day on which the writer reads mail again, after `today`; None where the text tells none.

    A stated return wins over a stated end; of several ends the last counts. Where a text tells of an absence now and of a later one, the
    first decides. One that is yet to begin, and not within two weeks, tells nothing: they are here until then.
    """
    whole = re.sub("[⟨⟩]", " ", text[:LONGEST_TEXT].lower())
    whole = DOTTED.sub(lambda found: found[1] or found[2] or found[3], NO_RETURN.sub(" ", NO_TOMORROW.sub(" ", whole)))
    whole = MONTH_SPAN.sub(r"\2 - \3 \1", TILL_AND_WITH.sub("till och med", SHORTENED.sub(r"\1", whole)))
    told = _Told(today, month_first=_is_month_first(whole))
    for sentence in END.split(whole):
        told.read(" ".join(sentence.split()))
    later = min((day for day in told.starts if day > today + _DAY), default=date.max)
    to_come = [
        day for day in (*told.returns, *sorted(told.ends, reverse=True)) if today < day <= today + LONGEST_ABSENCE
    ]
    if now := next((day for day in to_come if day <= later), None):
        return now
    return next(iter(to_come), None) if later <= today + _SOON else None


def _is_month_first(whole: str) -> bool:
    """Whether `12/3` is a day of December: as another date of the text shows, else where the text is English."""
    for first, second in SLASHED.findall(whole):
        if int(first) > 12 or int(second) > 12:
            return int(second) > 12
    return len(_ENGLISH.findall(whole)) >= 3


def _same_month(number: str, last: date) -> date | None:
    """The day of that number before `last`, in its month or the one before."""
    if not number.isdigit() or (not 1 <= int(number) <= 28 and int(number) > last.day):
        return None
    if int(number) <= last.day:
        return last.replace(day=max(1, int(number)))
    return (last.replace(day=1) - _DAY).replace(day=int(number))


def _day(found: re.Match[str], kind: str, today: date, *, month_first: bool) -> Iterator[date]:
    """The day that one written date means; none for a bare number."""
    numbers = [one for one in found.groups()[1:] if one]
    if kind in {"numbers", "iso", "cjk", "day_first", "month_first", "month", "bare", "end"}:
        yield from _written(found, kind, today, month_first=month_first)
    elif kind in {"next_week_day", "next_week"}:
        monday = today - timedelta(days=today.weekday()) + _WEEK
        name = next((one for one in reversed(numbers) if one in WEEKDAY or one in _CJK_DAYS), "")
        yield monday + timedelta(days=WEEKDAY.get(name, max(0, _CJK_DAYS.find(name)) if name else 0))
    elif kind == "ordinal":
        yield from _next_day(int(re.sub(r"\D", "", found["ordinal"])), today)
    elif kind == "period":
        yield _end_of(found["period"], today)
    elif kind == "tomorrow":
        yield today + _DAY
    elif kind == "week":
        yield from _of_week(int(re.sub(r"\D", "", found["week"])), today)
    elif kind == "span":
        yield today + _span(found["span"].split()[-2], found["unit"])
    elif kind == "weekday":
        yield today + timedelta(days=(WEEKDAY.get(found["weekday"], 0) - today.weekday() - 1) % 7 + 1)


def _written(found: re.Match[str], kind: str, today: date, *, month_first: bool) -> Iterator[date]:
    """A date with its month, in figures or by name."""
    text = found[kind]
    figures = re.findall(r"\d+", text)
    name = next((one for one in re.findall(r"[^\W\d_]+", text)[::-1] if one in MONTH), "")
    match kind:
        case "iso":
            yield from _valid(figures[0], figures[1], figures[2], today)
        case "cjk":
            yield from _valid(figures[-3] if len(figures) > 2 else "", figures[-2], figures[-1], today)
        case "numbers":
            first, second, year = figures[0], figures[1], figures[2] if len(figures) > 2 else ""
            if (found["sign"] == "/" and month_first and int(first) <= 12) or int(second) > 12:
                first, second = second, first
            yield from (
                _nearer(first, second, today)
                if found["sign"] == "/" and not year
                else _valid(year, second, first, today)
            )
        case "day_first" | "month_first":
            yield from _valid(figures[1] if len(figures) > 1 else "", str(MONTH[name]), figures[0], today)
        case "month" | "bare":
            yield from _valid(figures[0] if figures else "", str(MONTH[name]), "1", today)
        case _:
            for first in _valid(figures[0] if figures else "", str(MONTH[name]), "1", today):
                yield (first + timedelta(days=31)).replace(day=1) - _DAY


def _next_day(number: int, today: date) -> Iterator[date]:
    """The next day with that number, from today on."""
    for later in range(62):
        if (day := today + _DAY * later).day == number:
            yield day
            return


def _nearer(day: str, month: str, today: date) -> Iterator[date]:
    """`12/7` as its language has it, or the other way round where only so it is near: nobody is away for half a year without a year."""
    likely, other = next(_valid("", month, day, today), None), next(_valid("", day, month, today), None)
    if likely and other and likely - today > _FAR and timedelta() <= other - today <= _NEAR:
        likely = other
    if likely:
        yield likely


def _end_of(period: str, today: date) -> date:
    """The last day of this year, this week's Friday, or the last day of this month."""
    if re.search("year|jahr|année|año|anno|jaar|roku|årets", period):
        return today.replace(month=12, day=31)
    if re.search("week|woche|semaine", period):
        return today + timedelta(days=max(0, 4 - today.weekday()))
    return (today.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY


def _of_week(number: int, today: date) -> Iterator[date]:
    """The Monday of a calendar week (ISO 8601) to come."""
    for year in (today.year, today.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            return
        if monday > today - _WEEK:
            yield monday
            return


def _span(number: str, unit: str) -> timedelta:
    """`two`, `weeks` as a time."""
    count = int(number) if number.isdigit() else NUMBER.get(number, 1)
    if unit.startswith(("month", "monat", "mois", "mes", "maand")):
        return timedelta(days=30) * count
    return (_DAY if unit.startswith(("day", "tag", "jour", "d", "giorn")) else _WEEK) * count


def _valid(year: str, month: str, day: str, today: date) -> Iterator[date]:
    """The date, where there is such a day. Without a year it is the one to come, unless it has just passed."""
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [today.year, today.year + 1]
    for one in years:
        try:
            found = date(one, int(month), int(day))
        except ValueError:
            continue
        if year or found > today - _PAST:
            yield found
            return
