"""Windows, caps and local days, against an oracle that knows nothing of gaps and folds."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import Closures
from domain.windows import (
    ALWAYS,
    SPREAD,
    Caps,
    Limit,
    Sent,
    Window,
    add_local_days,
    cap_allows,
    date_moment,
    jitter,
    next_allowed,
    opening_for,
    zone_of,
)
from tests.domain.wallclocks import (
    DAY,
    changes,
    first_moment_inside,
    first_moment_uncapped,
    stretches,
)

ZONES = sorted(available_timezones() - {"localtime"})
MASKS = [f"{number:07b}" for number in range(1, 128)]
OFFICE = Window()
EVERY_DAY = "1111111"
Wrong = tuple[str, str, datetime, datetime, datetime]
"""Zone, window, moment, the answer and the right one."""


def utc(text: str) -> datetime:
    """A UTC moment from `2026-12-01 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str, fold: int = 0) -> datetime:
    """The UTC moment at which the wall clock of the zone shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


# Windows


@pytest.mark.parametrize(
    ("window", "zone", "now", "expected"),
    [
        pytest.param(OFFICE, "Europe/Berlin", utc("2026-11-24 08:00"), utc("2026-11-24 08:00"), id="opens now"),
        pytest.param(OFFICE, "Europe/Berlin", utc("2026-11-24 07:59:59"), utc("2026-11-24 08:00"), id="a second early"),
        pytest.param(OFFICE, "Europe/Berlin", utc("2026-11-24 16:59:59"), utc("2026-11-24 16:59:59"), id="just in"),
        pytest.param(OFFICE, "Europe/Berlin", utc("2026-11-24 17:00"), utc("2026-11-25 08:00"), id="closes at its end"),
        pytest.param(OFFICE, "Europe/Berlin", utc("2026-11-27 17:00"), utc("2026-11-30 08:00"), id="over the weekend"),
        pytest.param(OFFICE, "Europe/Berlin", utc("2026-10-23 16:30"), utc("2026-10-26 08:00"), id="over a clock change"),
        pytest.param(OFFICE, "Asia/Kathmandu", utc("2026-11-24 03:00"), utc("2026-11-24 03:15"), id="quarter-hour zone"),
        pytest.param(ALWAYS, "America/New_York", utc("2026-03-08 07:00"), utc("2026-03-08 07:00"), id="always"),
        pytest.param(
            Window(EVERY_DAY, 130, 150), "Europe/Berlin", utc("2026-03-28 23:00"), utc("2026-03-30 00:10"),
            id="swallowed by the spring gap",
        ),
        pytest.param(
            Window(EVERY_DAY, 130, 300), "Europe/Berlin", utc("2026-03-28 23:00"), utc("2026-03-29 01:00"),
            id="its beginning swallowed by the gap",
        ),
        pytest.param(
            Window(EVERY_DAY, 150, 160), "Europe/Berlin", utc("2026-10-25 00:45"), utc("2026-10-25 01:30"),
            id="twice in the autumn fold",
        ),
        pytest.param(
            Window(EVERY_DAY, 60, 150), "Europe/Berlin", utc("2026-10-25 00:40"), utc("2026-10-25 01:00"),
            id="entered again by the fold itself",
        ),
        pytest.param(
            Window(EVERY_DAY, 0, 120), "Africa/Cairo", utc("2026-04-23 20:00"), utc("2026-04-23 22:00"),
            id="midnight swallowed by the gap",
        ),
        pytest.param(
            Window("0000100", 540, 1080), "Pacific/Apia", utc("2011-12-29 12:00"), utc("2012-01-05 19:00"),
            id="the Friday that Samoa skipped",
        ),
        pytest.param(
            Window(EVERY_DAY, 135, 200), "Australia/Lord_Howe", utc("2026-10-03 12:00"), utc("2026-10-03 15:30"),
            id="half an hour's gap on Lord Howe",
        ),
        pytest.param(
            Window(EVERY_DAY, 150, 170), "Africa/Casablanca", utc("2026-02-15 01:50"), utc("2026-02-15 02:30"),
            id="Morocco's clocks go back for Ramadan",
        ),
        pytest.param(
            Window("0000001", 1380, 1440), "America/St_Johns", utc("2006-10-29 02:30:30"), utc("2006-10-30 02:30"),
            id="Newfoundland, one minute past midnight",
        ),
        pytest.param(
            Window("0000010", 1380, 1440), "America/St_Johns", utc("2006-10-29 02:30:30"), utc("2006-10-29 02:31"),
            id="yesterday comes back in Newfoundland",
        ),
    ],
)  # fmt: skip
def test_a_window_opens_when_the_wall_clock_says_so(
    window: Window, zone: str, now: datetime, expected: datetime
) -> None:
    assert next_allowed(window, zone, now) == expected


def test_around_every_clock_change_in_every_zone_the_answer_is_inside_and_minimal() -> None:
    """All zones, all changes of 2024 to 2030 and three days around each, every weekday mask, drawn windows."""
    chance = random.Random(2030)
    wrong: list[Wrong] = []
    used: set[str] = set()
    tried = 0
    for zone in ZONES:
        tz = zone_of(zone)
        for change in changes(tz, utc("2024-01-01"), utc("2031-01-01"), 3 * DAY) or [utc("2027-06-15")]:
            tried_here, wrong_here = _try_around(chance, zone, change, tried, 14)
            used |= {MASKS[n % 127] for n in range(tried, tried + tried_here)}
            tried, wrong = tried + tried_here, wrong + wrong_here
    assert not wrong, f"{len(wrong)} of {tried} wrong: {wrong[:3]}"
    assert used == set(MASKS)
    assert tried > 30_000


def test_around_changes_of_the_last_century_the_answer_is_inside_and_minimal() -> None:
    """Every fourth zone since 1900: days skipped and repeated, changes at midnight, offsets with seconds, two changes in a row."""
    chance = random.Random(1900)
    wrong: list[Wrong] = []
    tried = 0
    for zone in [*ZONES[::4], "Pacific/Apia", "America/St_Johns", "Pacific/Kwajalein", "Antarctica/Casey"]:
        earlier = changes(zone_of(zone), utc("1900-01-01"), utc("2024-01-01"), 20 * DAY)
        for change in chance.sample(earlier, min(4, len(earlier))):
            tried_here, wrong_here = _try_around(chance, zone, change, tried, 12)
            tried, wrong = tried + tried_here, wrong + wrong_here
    assert not wrong, f"{len(wrong)} of {tried} wrong: {wrong[:3]}"
    assert tried > 4_000


def _try_around(chance: random.Random, zone: str, change: datetime, first: int, count: int) -> tuple[int, list[Wrong]]:
    """Try `count` windows and moments around a change, with the masks in turn; answers how many, and those that were wrong."""
    known = stretches(zone_of(zone), change - 4 * DAY, change + 22 * DAY)
    wrong = []
    for number in range(first, first + count):
        window = _drawn_window(chance, MASKS[number % 127], change, zone)
        seconds = chance.choice([chance.randint(-3 * 86400, 3 * 86400), chance.randint(-7200, 7200), 0, -1])
        now = change + timedelta(seconds=seconds)
        expected = first_moment_inside(window, known, now)
        found = next_allowed(window, zone, now)
        if found != expected:
            wrong.append((zone, f"{window.days} {window}", now, found, expected))
    return count, wrong


def _drawn_window(chance: random.Random, mask: str, change: datetime, zone: str) -> Window:
    """Any window; every second one lies near the time at which the clocks change."""
    near = change.astimezone(zone_of(zone))
    start = chance.choice([chance.randrange(1440), (near.hour * 60 + near.minute + chance.randint(-90, 90)) % 1440])
    end = chance.choice([chance.randint(start + 1, 1440), min(1440, start + chance.randint(1, 60))])
    return Window(mask, start, end)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-03-29"), ("America/St_Johns", "2006-10-29"), ("Africa/Casablanca", "2026-02-15"),
        ("Australia/Lord_Howe", "2026-04-05"), ("Africa/Cairo", "2026-04-24"), ("Pacific/Apia", "2011-12-30"),
    ],
)  # fmt: skip
def test_the_oracle_agrees_with_looking_at_the_clock_every_minute(zone: str, day: str) -> None:
    tz, chance = zone_of(zone), random.Random(day)
    now = utc(day) - timedelta(hours=20)
    known = stretches(tz, now - DAY, now + 22 * DAY)
    for _ in range(12):
        window = Window("1111111", start := chance.randrange(1430), chance.randint(start + 1, 1440))
        seen = now
        while not window.covers(seen.astimezone(tz)):
            seen += timedelta(minutes=1)
        assert first_moment_inside(window, known, now) == seen
        now = seen + timedelta(minutes=chance.randrange(240))


minutes = st.integers(0, 1439)
windows = st.builds(
    lambda days, start, length: Window(days, start, min(1440, start + length)),
    st.sampled_from(MASKS), minutes, st.integers(1, 1440),
)  # fmt: skip
moments = st.integers(0, 60 * 365 * 86400).map(lambda seconds: utc("1990-01-01") + timedelta(seconds=seconds))


@settings(max_examples=150)
@given(window=windows, zone=st.sampled_from(ZONES), now=moments)
def test_any_window_at_any_moment_opens_at_the_first_covered_one(window: Window, zone: str, now: datetime) -> None:
    known = stretches(zone_of(zone), now - timedelta(hours=1), now + 16 * DAY)
    assert next_allowed(window, zone, now) == first_moment_inside(window, known, now)


@pytest.mark.parametrize(("days", "start", "end"), [
    ("111110", 0, 60), ("11111002", 0, 60), ("1111102", 0, 60), ("0000000", 0, 60), ("1111100", 60, 60),
    ("1111100", -1, 60), ("1111100", 0, 1441), ("1111100", 120, 60),
])  # fmt: skip
def test_a_window_that_never_opens_cannot_be_made(days: str, start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"window .*: give "):
        Window(days, start, end)


def test_an_unknown_zone_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        zone_of("Mars/Phobos")


def test_a_window_reads_as_its_times() -> None:
    assert str(Window("1111100", 545, 1440)) == "09:05-24:00"


# The spread over a window's first part


def test_a_touch_inside_its_window_is_not_delayed() -> None:
    now = utc("2026-11-24 10:00")
    assert opening_for(OFFICE, "Europe/Berlin", now, "a-key") == now


def test_touches_that_wait_are_spread_over_the_first_part_of_the_window() -> None:
    now, opens = utc("2026-11-24 03:00"), utc("2026-11-24 08:00")
    found = [opening_for(OFFICE, "Europe/Berlin", now, f"key-{n}") for n in range(500)]
    assert all(opens <= moment < opens + SPREAD for moment in found)
    assert len(set(found)) > 300
    assert found == [opening_for(OFFICE, "Europe/Berlin", now, f"key-{n}") for n in range(500)]


def test_the_spread_of_a_short_window_ends_at_its_middle() -> None:
    short, opens = Window("1111100", 540, 550), utc("2026-11-24 08:00")
    found = [opening_for(short, "Europe/Berlin", utc("2026-11-24 03:00"), f"key-{n}") for n in range(100)]
    assert all(opens <= moment < opens + timedelta(minutes=5) for moment in found)


@settings(max_examples=150)
@given(window=windows, zone=st.sampled_from(ZONES), now=moments, key=st.text(max_size=20))
def test_an_opening_is_always_inside_and_once_reached_is_now(
    window: Window, zone: str, now: datetime, key: str
) -> None:
    opens = opening_for(window, zone, now, key)
    assert opens >= next_allowed(window, zone, now)
    assert window.covers(opens.astimezone(zone_of(zone)))
    assert opening_for(window, zone, opens, key) == opens


@given(key=st.text(), span=st.timedeltas(timedelta(seconds=1), timedelta(days=9)))
def test_jitter_stays_below_its_span_and_depends_on_the_key_alone(key: str, span: timedelta) -> None:
    drawn = jitter(key, span)
    assert timedelta(0) <= drawn < span
    assert drawn == jitter(key, span)
    assert drawn.microseconds == 0


# Caps


def sends_at(moments: list[datetime]) -> list[Sent]:
    """Nurture mails sent at these moments."""
    return [Sent(moment) for moment in moments]


@pytest.mark.parametrize(
    ("sent", "now", "expected"),
    [
        pytest.param([], utc("2026-11-24 10:00"), utc("2026-11-24 10:00"), id="nothing sent"),
        pytest.param([utc("2026-11-24 08:00")], utc("2026-11-24 10:00"), utc("2026-11-24 23:00"), id="one a day"),
        pytest.param(
            [utc("2026-11-23 08:00"), utc("2026-11-21 08:00")], utc("2026-11-24 10:00"), utc("2026-11-27 23:00"),
            id="two in any seven days, in any order",
        ),
        pytest.param([utc("2026-11-24 22:59")], utc("2026-11-24 23:00"), utc("2026-11-24 23:00"), id="a new local day"),
        pytest.param(
            [utc("2026-11-16 23:00"), utc("2026-11-17 23:00")], utc("2026-11-23 23:00"), utc("2026-11-23 23:00"),
            id="the seventh day after",
        ),
    ],
)  # fmt: skip
def test_a_cap_opens_at_a_local_midnight(sent: list[datetime], now: datetime, expected: datetime) -> None:
    assert cap_allows(Caps(), "Europe/Berlin", sends_at(sent), now).at == expected


@pytest.mark.parametrize(
    ("zone", "sent", "expected"),
    [
        pytest.param("Africa/Cairo", "2026-04-23 12:00", "2026-04-23 22:00", id="a midnight that does not exist"),
        pytest.param("America/Havana", "2026-10-31 12:00", "2026-11-01 04:00", id="a midnight that comes twice"),
        pytest.param("Pacific/Apia", "2011-12-30 06:00", "2011-12-30 10:00", id="a day that does not exist"),
        pytest.param("America/Sao_Paulo", "2018-11-03 12:00", "2018-11-04 03:00", id="summer begins at midnight"),
        pytest.param("America/Sao_Paulo", "2018-02-17 12:00", "2018-02-18 03:00", id="summer ends at midnight"),
        pytest.param(
            "America/St_Johns", "2006-10-29 02:40", "2006-10-29 03:30", id="a midnight that is past and comes"
        ),
    ],
)
def test_the_day_after_begins_with_its_first_moment(zone: str, sent: str, expected: str) -> None:
    assert cap_allows(Caps(), zone, sends_at([utc(sent)]), utc(sent)).at == utc(expected)


@pytest.mark.parametrize(("per_day", "per_week"), [(0, 2), (1, 0), (-1, 1)])
def test_a_cap_that_allows_nothing_cannot_be_made(per_day: int, per_week: int) -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        Caps(per_day, per_week)


def test_around_clock_changes_a_cap_opens_at_the_first_allowed_moment() -> None:
    """Every zone around one of its changes, drawn caps and drawn earlier messages."""
    chance, wrong = random.Random(7), []
    for zone in [*ZONES, "America/St_Johns"]:
        around = changes(zone_of(zone), utc("2004-01-01"), utc("2029-01-01"), 20 * DAY) or [utc("2027-06-15")]
        change = chance.choice(around)
        known = stretches(zone_of(zone), change - 12 * DAY, change + 14 * DAY)
        for _ in range(6):
            now = change + timedelta(seconds=chance.choice([chance.randint(-90000, 90000), chance.randint(-5400, 0)]))
            ago = [timedelta(hours=chance.choice([1, 30, 200]) * chance.random()) for _ in range(chance.randrange(5))]
            sent = [now - span for span in ago]
            caps = Caps(chance.randint(1, 2), chance.randint(1, 4))
            found, expected = (
                cap_allows(caps, zone, sends_at(sent), now).at,
                first_moment_uncapped(caps, known, sent, now),
            )
            if found != expected:
                wrong.append((zone, caps, now, sent, found, expected))
    assert not wrong, f"{len(wrong)} wrong: {wrong[:3]}"


@settings(max_examples=60)
@given(
    caps=st.builds(Caps, st.integers(1, 3), st.integers(1, 5)),
    zone=st.sampled_from(ZONES),
    begin=moments,
    pauses=st.lists(st.integers(0, 60), min_size=1, max_size=25),
)
def test_messages_sent_as_soon_as_the_cap_allows_never_break_it(
    caps: Caps, zone: str, begin: datetime, pauses: list[int]
) -> None:
    tz, now = zone_of(zone), begin
    sent: list[datetime] = []
    for pause in pauses:
        now = cap_allows(caps, zone, sends_at(sent), now).at
        sent.append(now)
        now += timedelta(hours=pause)
    days = [moment.astimezone(tz).date() for moment in sent]
    for first in days:
        assert days.count(first) <= caps.per_day
        assert sum(first <= day < first + 7 * DAY for day in days) <= caps.per_week


def test_caps_that_leave_no_day_are_named() -> None:
    daily = [utc("2026-11-24 08:00") + n * DAY for n in range(400)]
    with pytest.raises(ValueError, match="leave no day within a year"):
        cap_allows(Caps(), "UTC", sends_at(daily), daily[0])


# Local days


@pytest.mark.parametrize(
    ("zone", "begin", "days", "expected"),
    [
        pytest.param("Europe/Berlin", "2026-03-27T09:00", 3, "2026-03-30T09:00", id="over the spring change"),
        pytest.param("Europe/Berlin", "2026-10-24T09:00", 1, "2026-10-25T09:00", id="over the autumn change"),
        pytest.param("Europe/Berlin", "2026-03-28T02:30", 1, "2026-03-29T03:30", id="into the gap: later"),
        pytest.param("Australia/Lord_Howe", "2026-10-03T02:10", 1, "2026-10-04T02:40", id="into half an hour's gap"),
        pytest.param("America/New_York", "2024-02-28T23:00", 366, "2025-02-28T23:00", id="a leap year"),
        pytest.param("Pacific/Apia", "2011-12-29T10:00", 1, "2011-12-31T10:00", id="into the day that Samoa skipped"),
    ],
)
def test_days_later_the_wall_clock_shows_the_same(zone: str, begin: str, days: int, expected: str) -> None:
    assert add_local_days(local(begin, zone), days, zone) == local(expected, zone)


def test_a_day_later_in_the_fold_is_the_first_of_two() -> None:
    begin = local("2026-10-24T02:30", "Europe/Berlin")
    assert add_local_days(begin, 1, "Europe/Berlin") == local("2026-10-25T02:30", "Europe/Berlin", fold=0)


@given(zone=st.sampled_from(ZONES), begin=moments)
def test_no_days_later_is_the_same_moment(zone: str, begin: datetime) -> None:
    assert add_local_days(begin, 0, zone) == begin


@settings(max_examples=150)
@given(zone=st.sampled_from(ZONES), begin=moments, days=st.integers(1, 400))
def test_days_later_the_clock_shows_the_same_time_or_what_the_gap_made_of_it(
    zone: str, begin: datetime, days: int
) -> None:
    tz = zone_of(zone)
    wished = begin.astimezone(tz).replace(tzinfo=None) + days * DAY
    found = add_local_days(begin, days, zone)
    as_utc = wished.replace(tzinfo=UTC)
    known = stretches(tz, found - 2 * DAY, found + 2 * DAY)
    shown = [as_utc - s.offset for s in known if s.begin <= as_utc - s.offset < s.end]
    if shown:
        assert found == min(shown)
    else:
        assert found.astimezone(tz).replace(tzinfo=None) > wished


# Further caps


@pytest.mark.parametrize(
    ("caps", "sent", "channel", "expected", "because"),
    [
        (Caps(5, 9, per_month=1), [Sent(utc("2026-11-02 10:00"))], "email", "2026-12-02 00:00", "1 a month"),
        (Caps(5, 9, spacing_hours=48), [Sent(utc("2026-11-23 10:00"))], "email", "2026-11-25 10:00", "48 hours between two"),
        (Caps(5, 9, limits=[Limit(1, 7, "sms")]), [Sent(utc("2026-11-23 10:00"), "sms")], "sms", "2026-11-30 00:00", "1 sms a week"),
        (Caps(5, 9, limits=[Limit(1, 7, "sms")]), [Sent(utc("2026-11-23 10:00"), "sms")], "email", "2026-11-24 10:00", ""),
        (Caps(5, 9, limits=[Limit(1, 3, purpose="alerts")]), [Sent(utc("2026-11-23 10:00"), "email", "alerts")], "email",
         "2026-11-24 10:00", ""),
    ],
)  # fmt: skip
def test_further_caps_bind_their_own_kind(
    caps: Caps, sent: list[Sent], channel: str, expected: str, because: str
) -> None:
    allowed = cap_allows(caps, "UTC", sent, utc("2026-11-24 10:00"), channel)
    assert allowed == (utc(expected), because)


@given(
    moments=st.lists(st.integers(0, 40 * 24), max_size=12), spacing=st.sampled_from([0, 5, 30]),
    monthly=st.sampled_from([None, 2, 4]), texts=st.integers(1, 2),
)  # fmt: skip
def test_whatever_was_sent_the_next_message_keeps_every_cap(
    moments: list[int], spacing: int, monthly: int | None, texts: int
) -> None:
    caps = Caps(1, 3, monthly, spacing, [Limit(texts, 14, "sms")])
    sent: list[Sent] = []
    for hour in sorted(moments):
        channel = "sms" if hour % 3 == 0 else "email"
        allowed = cap_allows(caps, "Europe/Berlin", sent, utc("2026-03-01 08:00") + timedelta(hours=hour), channel)
        sent.append(Sent(allowed.at, channel))
    sent.sort(key=lambda one: one.at)
    days = [one.at.astimezone(zone_of("Europe/Berlin")).date() for one in sent]
    for at, day in enumerate(days):
        assert sum(day - 6 * DAY <= d <= day for d in days) <= 3
        assert sum(d == day for d in days) <= 1
        assert monthly is None or sum(day - 29 * DAY <= d <= day for d in days) <= monthly
        texted = [d for d, one in zip(days, sent, strict=True) if one.channel == "sms"]
        assert sum(day - 13 * DAY <= d <= day for d in texted) <= texts
        assert not at or (sent[at].at - sent[at - 1].at) >= timedelta(hours=spacing)


def test_a_closed_day_and_a_quiet_stretch_are_passed_over() -> None:
    closures = Closures(frozenset({"2026-12-18"}), (("12-20", "01-06"),))
    assert next_allowed(Window(), "UTC", utc("2026-12-18 10:00"), closures) == utc("2027-01-07 09:00")
    assert next_allowed(Window(), "UTC", utc("2026-12-17 19:00"), closures) == utc("2027-01-07 09:00")


@given(
    closed=st.sets(st.dates(date(2026, 11, 20), date(2027, 2, 1)), max_size=30), hours=st.integers(0, 60 * 24),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)  # fmt: skip
def test_the_next_allowed_moment_is_the_first_open_minute(closed: set[date], hours: int, zone: str) -> None:
    closures, window = Closures(frozenset(day.isoformat() for day in closed)), Window()
    now = utc("2026-11-20 00:00") + timedelta(hours=hours)
    found = next_allowed(window, zone, now, closures)
    step, probe = timedelta(minutes=15), now
    while probe < found:
        local = probe.astimezone(zone_of(zone))
        assert not window.covers(local) or local.date() in closed
        probe += step
    local = found.astimezone(zone_of(zone))
    assert window.covers(local)
    assert local.date() not in closed


def test_a_date_on_record_is_its_first_local_moment() -> None:
    assert date_moment("2027-01-15", "Europe/Berlin") == utc("2027-01-14 23:00")
    assert date_moment("2027-01-15T10:00:00Z", "Europe/Berlin") == utc("2027-01-15 10:00")
    assert date_moment("soon", "UTC") is None
    assert date_moment("9999-01-01", "UTC") is None
