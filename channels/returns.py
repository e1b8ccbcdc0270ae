"""The day on which an absent person is back, read from their automatic answer.

Languages: English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, and numbers alone. What stands before a date says what it
is: a day of return ("back on 3 December", "ab dem 03.12. wieder"), a last day away ("bis einschließlich 3.12.", "jusqu'au 3 décembre"),
or the first day that counts again ("until Monday" in English, "tot 3 december" in Dutch).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

LONGEST_TEXT = 4_000
LONGEST_ABSENCE = timedelta(days=400)
_PAST = timedelta(days=90)
"""A date without a year that lies less than this in the past is past; one further back is next year's."""
_DAY = timedelta(days=1)

_MONTHS = (
    "january januar jänner janvier enero gennaio januari janeiro stycznia styczeń jan janv ene gen sty",
    "february februar février febrero febbraio februari fevereiro lutego luty feb févr fev lut",
    "march märz mars marzo maart março marca marzec mar mrz mär mrt",
    "april avril abril aprile kwietnia kwiecień apr avr abr kwi",
    "may mai mayo maggio mei maio maja maj mag",
    "june juni juin junio giugno junho czerwca czerwiec jun giu cze",
    "july juli juillet julio luglio julho lipca lipiec jul juil lug lip",
    "august août agosto augustus sierpnia sierpień aug ago sie",
    "september septembre septiembre setiembre settembre setembro września wrzesień sep sept set wrz",
    "october oktober octobre octubre ottobre outubro października październik oct okt ott out paź",
    "november novembre noviembre novembro listopada listopad nov lis",
    "december dezember décembre diciembre dicembre dezembro grudnia grudzień dec dez déc dic gru",
)
_WEEKDAYS = (
    "monday montag lundi lunes lunedì lunedi maandag segunda-feira segunda poniedziałek",
    "tuesday dienstag mardi martes martedì martedi dinsdag terça-feira terça wtorek",
    "wednesday mittwoch mercredi miércoles mercoledì mercoledi woensdag quarta-feira quarta środę środa",
    "thursday donnerstag jeudi jueves giovedì giovedi donderdag quinta-feira quinta czwartek",
    "friday freitag vendredi viernes venerdì venerdi vrijdag sexta-feira sexta piątek",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
_MONTH_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DATES = re.compile(
    r"(?P<iso>\b(20\d\d)-(\d\d?)-(\d\d?)\b)"
    r"|(?P<numbers>(?<![\d.:])(\d\d?)\s?(?P<sign>[./-])\s?(\d\d?)(?:(?P=sign)\s?(20\d\d|\d\d)\b|\.|(?![\d:%])))"
    rf"|(?P<day_first>\b(\d\d?)(?:st|nd|rd|th|er|º|ª|\.)?\s?(?:of |de |di "
    rf"|-)?\s?\b({_MONTH_NAMES})\b\.?,?(?:\s?(?:de |del )?(2\d\d\d))?)"
    rf"|(?P<month_first>\b({_MONTH_NAMES})\b\.?\s(\d\d?)(?:st|nd|rd|th)?\b(?:,?\s(2\d\d\d))?)"
    r"|(?P<partial>(?<![\d.:])\d\d?(?:st|nd|rd|th|er|\.)?(?=\s?(?:-|–|bis|to|until|through|au|al|tot|t/m|a"
    r"|do)\s?(?:zum |el |il |le )?\d))"
    rf"|(?P<month>\b({_MONTH_NAMES})\b\.?\s(?:de |del )?(20\d\d)\b)"
    rf"|(?P<weekday>\b({'|'.join(sorted(_WEEKDAY, key=len, reverse=True))})\b)",
)
_LAST = re.compile(
    r"(?:(?:until|up to|to) and including|through|thru|bis (?:und mit|einschlie(?:ß|ss)lich|inklusive|inkl\.?"
    r"|incl\.?)(?: zum| den| dem)?"
    r"|bis(?: zum| den| dem)?|jusqu['’](?:au|à)|hasta(?: el)?|fino (?:al?|a)|tot en met|t/m|até(?: ao?| o)?"
    r"|do(?: dnia)?)\s*(?:the )?⟨(\d+)⟩"
)
"""A last day away."""
_RANGE = re.compile(
    r"⟨\d+⟩\s*(?:-|–|—|to|until|till|through|bis|und mit|au|al?|à|e il|tot|até|do|y el)\s*(?:the |zum |den "
    r"|el |il |le |ao? |o |dnia )?⟨(\d+)⟩"
)
"""The second day of a span: away on it too."""
_FIRST = re.compile(r"(?:until|till|til|up to|tot(?: aan)?)\s*(?:the )?⟨(\d+)⟩")
"""The first day that counts again."""
_BACK = (
    r"\b(?:back|return(?:ing|s)?|available again|reachable again|available (?:from|on)|resume|wieder|zurück"
    r"|zurueck|erreichbar ab|de retour|retour"
    r"|reviens|reviendrai|rentre|joignable|vuelvo|volver[ée]|regres[oaé]\w*|vuelta|reincorpor\w+"
    r"|disponible (?:de nuevo|a partir)|torno|torner[òo]"
    r"|rientr\w+|di nuovo|disponibile dal|terug|weer|bereikbaar vanaf|volto|voltarei|de volta|wracam"
    r"|wr[óo]c[ęe]|powr\w+|ponownie|dostępn\w+)\b"
)
_RETURNS = (re.compile(rf"{_BACK}[^⟨]{{0,60}}⟨(\d+)⟩"), re.compile(rf"⟨(\d+)⟩[^⟨]{{0,60}}{_BACK}"))
"""A day of return, named after or before the word for it."""
_AGO = re.compile(r"(?:since|seit|depuis|desde|dal|sinds|od)\s*(?:the |dem |le |el |dnia )?⟨\d+⟩")
_END = re.compile(
    r"(?<=[^\d\s][.!?])\s+|\n\s*\n|(?<=\d[.!?])\s+(?=[a-zäöü]{2,} (?:can|you|will|please|in |bitte|ihr|sie|die)\b)|;"
)
_DMY_FIRST = re.compile(r"\b(?:the|i|am|will|office|until|back|and|of)\b")


def return_date(text: str, today: date) -> date | None:
    """The first day on which the writer reads mail again, after `today`; None where the text tells none.

    A stated return wins over a stated end; of several ends the last counts.
    """
    returns: list[date] = []
    ends: list[date] = []
    whole = re.sub("[⟨⟩]", " ", text[:LONGEST_TEXT].lower())
    month_first = len(_DMY_FIRST.findall(whole)) >= 3
    for sentence in _END.split(whole):
        marked, days = _marked(" ".join(sentence.split()), today, month_first=month_first)
        marked = _AGO.sub(" ", marked)
        for rule, gained in ((_LAST, _DAY), (_RANGE, _DAY), (_FIRST, timedelta())):
            for found in rule.finditer(marked):
                ends += [day + gained for day in days[int(found[1])]]
            marked = rule.sub(" ", marked)
        for rule in _RETURNS:
            returns += [day for found in rule.finditer(marked) for day in days[int(found[1])]]
            marked = rule.sub(" ", marked)
    for day in (*returns[:1], *sorted(ends, reverse=True)[:1]):
        if today < day <= today + LONGEST_ABSENCE:
            return day
    return None


def _marked(sentence: str, today: date, *, month_first: bool) -> tuple[str, list[list[date]]]:
    """The sentence with its dates replaced by ⟨0⟩, ⟨1⟩ …, and what each of them is: one day, or none where it tells none."""
    days: list[list[date]] = []

    def mark(found: re.Match[str]) -> str:
        days.append(list(_day(found, today, month_first=month_first)))
        return f"⟨{len(days) - 1}⟩"

    marked = _DATES.sub(mark, sentence)
    return re.sub(r"⟨\d+⟩,?\s*(?:(?:the|den|dem|le|el|il|de|o) )?(?=⟨\d+⟩)", "", marked), days


def _day(found: re.Match[str], today: date, *, month_first: bool) -> Iterator[date]:
    """The day that one written date means."""
    if found["iso"]:
        yield from _valid(found[2], found[3], found[4], today)
    elif found["numbers"]:
        first, second, year = found[6], found[8], found[9] or ""
        if (found["sign"] == "/" and month_first and int(first) <= 12) or int(second) > 12:
            first, second = second, first
        yield from _valid(year, second, first, today)
    elif found["day_first"]:
        yield from _valid(found[13] or "", str(_MONTH[found[12]]), found[11], today)
    elif found["month_first"]:
        yield from _valid(found[17] or "", str(_MONTH[found[15]]), found[16], today)
    elif found["month"]:
        yield from _valid(found[21], str(_MONTH[found[20]]), "1", today)
    elif found["weekday"]:
        yield today + timedelta(days=(_WEEKDAY[found["weekday"]] - today.weekday() - 1) % 7 + 1)


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
