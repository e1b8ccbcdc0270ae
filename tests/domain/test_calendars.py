"""Closed days, working days and "until Monday at nine", against wall clocks read the slow way."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import LONGEST_CLOSURE_DAYS, NONE, Closures, add_business_days, next_local
from domain.windows import LOOK_AHEAD_DAYS, Caps, Limit, Sent, Window, cap_allows, next_allowed, opening_for, zone_of
from tests.domain.test_windows import MASKS, ZONES, local, moments, utc
from tests.domain.wallclocks import DAY, Stretch, local_days, stretches

BERLIN = "Europe/Berlin"
WORKDAYS = "1111100"
CHRISTMAS = Closures(frozenset({"2026-12-25", "2026-12-26", "2027-01-01"}))


# Closed days


@pytest.mark.parametrize(
    ("closures", "day", "closed"),
    [
        (NONE, "2026-12-25", False),
        (CHRISTMAS, "2026-12-25", True),
        (CHRISTMAS, "2026-12-27", False),
        (Closures(quiet=(("12-20", "01-06"),)), "2026-12-19", False),
        (Closures(quiet=(("12-20", "01-06"),)), "2026-12-20", True),
        (Closures(quiet=(("12-20", "01-06"),)), "2027-01-06", True),
        (Closures(quiet=(("12-20", "01-06"),)), "2027-01-07", False),
        (Closures(quiet=(("07-01", "07-31"), ("12-24", "12-24"))), "2026-07-31", True),
        (Closures(quiet=(("07-01", "07-31"), ("12-24", "12-24"))), "2026-08-01", False),
        (Closures(quiet=(("07-01", "07-31"), ("12-24", "12-24"))), "2026-12-24", True),
        (Closures(quiet=(("02-28", "03-01"),)), "2028-02-29", True),
    ],
)
def test_closed_days_and_quiet_stretches_with_both_their_ends(closures: Closures, day: str, closed: bool) -> None:
    assert closures.covers(date.fromisoformat(day)) is closed


def test_a_window_opens_after_the_holidays() -> None:
    christmas_eve = local("2026-12-24T18:00", BERLIN)
    assert next_allowed(Window(), BERLIN, christmas_eve, CHRISTMAS) == local("2026-12-28T09:00", BERLIN)


def test_a_holiday_closes_a_window_that_is_open_and_is_over_at_midnight() -> None:
    every_day = Window("1111111", 0, 1440)
    noon = local("2026-12-25T12:00", BERLIN)
    assert next_allowed(every_day, BERLIN, noon, CHRISTMAS) == local("2026-12-27T00:00", BERLIN)


def test_a_touch_is_not_spread_into_a_closed_day() -> None:
    late = Window("1111111", 23 * 60 + 58, 1440)
    for number in range(50):
        opens = opening_for(late, BERLIN, local("2026-12-26T12:00", BERLIN), f"key-{number}", CHRISTMAS)
        assert not CHRISTMAS.covers(opens.astimezone(zone_of(BERLIN)).date())


def test_where_everything_is_closed_it_is_asked_again_later_and_nobody_is_stuck() -> None:
    always = Closures(quiet=(("01-01", "12-31"),))
    now = utc("2026-11-24 10:00")
    assert next_allowed(Window(), BERLIN, now, always) >= now + LOOK_AHEAD_DAYS * DAY
    days = (add_business_days(now, 3, BERLIN, WORKDAYS, always) - now).days
    assert days == 3 * (LONGEST_CLOSURE_DAYS + 1)


# Working days


@pytest.mark.parametrize(
    ("begin", "days", "expected"),
    [
        pytest.param("2026-11-24T10:00", 0, "2026-11-24T10:00", id="none"),
        pytest.param("2026-11-24T10:00", 1, "2026-11-25T10:00", id="one"),
        pytest.param("2026-11-27T10:00", 1, "2026-11-30T10:00", id="over the weekend"),
        pytest.param("2026-11-28T10:00", 1, "2026-11-30T10:00", id="from a Saturday"),
        pytest.param("2026-12-24T10:00", 1, "2026-12-28T10:00", id="over Christmas"),
        pytest.param("2026-12-24T10:00", 5, "2027-01-04T10:00", id="over Christmas and New Year"),
        pytest.param("2026-03-27T02:30", 1, "2026-03-30T02:30", id="over the spring change"),
        pytest.param("2026-10-23T10:00", 1, "2026-10-26T10:00", id="over the autumn change"),
    ],
)
def test_working_days_leave_out_weekends_and_closed_days(begin: str, days: int, expected: str) -> None:
    found = add_business_days(local(begin, BERLIN), days, BERLIN, WORKDAYS, CHRISTMAS)
    assert found == local(expected, BERLIN)


def test_a_day_that_samoa_skipped_is_no_working_day() -> None:
    thursday = local("2011-12-29T10:00", "Pacific/Apia")
    assert add_business_days(thursday, 1, "Pacific/Apia", WORKDAYS, NONE) == local("2012-01-02T10:00", "Pacific/Apia")


closures = st.builds(
    lambda begin, gaps, quiet: Closures(
        frozenset((date(1990, 1, 1) + timedelta(days=begin + gap)).isoformat() for gap in gaps), quiet
    ),
    st.integers(0, 60 * 365), st.sets(st.integers(0, 25), max_size=12),
    st.sampled_from([(), (("12-20", "01-06"),), (("02-27", "03-02"), ("07-01", "07-20"))]),
)  # fmt: skip


@settings(max_examples=150)
@given(zone=st.sampled_from(ZONES), begin=moments, n=st.integers(1, 8), days=st.sampled_from(MASKS), closed=closures)
def test_between_now_and_then_lie_just_so_many_working_days(
    zone: str, begin: datetime, n: int, days: str, closed: Closures
) -> None:
    found = add_business_days(begin, n, zone, days, closed)
    known = stretches(zone_of(zone), begin, found + 2 * DAY)
    first = begin.astimezone(zone_of(zone)).date()
    last = found.astimezone(zone_of(zone)).date()
    seen = {day for _, _, day in local_days(known, begin) if first < day <= last}
    worked = {day for day in seen if days[day.weekday()] == "1" and not closed.covers(day)}
    wished = begin.astimezone(zone_of(zone)).time()
    shown = found.astimezone(zone_of(zone)).time()
    assert last in worked or shown < wished  # a gap at the end of a day moves the time into the next one
    assert len(worked - {last}) in (n - 1, n)


# The next weekday and time


@pytest.mark.parametrize(
    ("now", "weekdays", "at", "expected"),
    [
        pytest.param("2026-11-24T09:59", "", 600, "2026-11-24T10:00", id="still ahead"),
        pytest.param("2026-11-24T10:00", "", 600, "2026-11-24T10:00", id="just now"),
        pytest.param("2026-11-24T10:01", "", 600, "2026-11-25T10:00", id="local hour already passed: the next day"),
        pytest.param("2026-11-24T10:01", "0100000", 600, "2026-12-01T10:00", id="and the next day that fits"),
        pytest.param("2026-11-24T10:01", "0101000", 600, "2026-11-26T10:00", id="the nearer of two"),
        pytest.param("2026-11-27T10:00", "1111100", 540, "2026-11-30T09:00", id="over the weekend"),
        pytest.param("2026-11-24T10:01", "0100000", -1, "2026-11-24T10:01", id="any time of today"),
        pytest.param("2026-11-24T10:01", "1000000", -1, "2026-11-30T00:00", id="any time of Monday: its first moment"),
        pytest.param("2026-03-28T12:00", "", 150, "2026-03-29T03:30", id="swallowed by the gap: as much later"),
        pytest.param("2026-03-29T03:30", "", 150, "2026-03-29T03:30", id="reached where the gap moved it"),
    ],
)
def test_until_a_weekday_and_a_time(now: str, weekdays: str, at: int, expected: str) -> None:
    assert next_local(local(now, BERLIN), weekdays, at, BERLIN) == local(expected, BERLIN)


def test_in_a_fold_the_first_counts_and_then_the_second() -> None:
    first, second = (local("2026-10-25T02:30", BERLIN, fold=fold) for fold in (0, 1))
    assert next_local(first - timedelta(minutes=5), "", 150, BERLIN) == first
    assert next_local(first + timedelta(minutes=5), "", 150, BERLIN) == second
    assert next_local(second + timedelta(minutes=5), "", 150, BERLIN) == local("2026-10-26T02:30", BERLIN)


def test_the_friday_that_samoa_skipped_is_the_one_after() -> None:
    found = next_local(local("2011-12-29T12:00", "Pacific/Apia"), "0000100", 600, "Pacific/Apia")
    assert found == local("2012-01-06T10:00", "Pacific/Apia")


def test_no_weekday_at_all_is_named() -> None:
    with pytest.raises(ValueError, match="allow no day"):
        next_local(utc("2026-11-24 10:00"), "0000000", 600, BERLIN)


@settings(max_examples=200)
@given(zone=st.sampled_from(ZONES), now=moments, mask=st.sampled_from(["", *MASKS]), at=st.integers(-1, 1439))
def test_the_next_local_moment_is_the_first_that_the_wall_clock_shows(
    zone: str, now: datetime, mask: str, at: int
) -> None:
    found = next_local(now, mask, at, zone)
    assert found == _first_shown(stretches(zone_of(zone), now - DAY, now + 17 * DAY), now, mask, at)


def _first_shown(known: list[Stretch], now: datetime, mask: str, at: int) -> datetime:
    """The oracle: walks through local days piece by piece; where a day lacks the time, it comes as much later as the gap is long."""
    days = list(local_days(known, known[0].begin))
    for number, (begin, end, day) in enumerate(days):
        if end <= now or (mask and mask[day.weekday()] == "0"):
            continue
        if at < 0:
            return max(begin, now)
        wall = datetime.combine(day, time(at // 60, at % 60), tzinfo=UTC)
        shown = wall - _offset(known, begin)
        if max(begin, now) <= shown < end:
            return shown
        before = days[number - 1]
        swallowed = before[2] <= day and before[1] + _offset(known, before[0]) <= wall < begin + _offset(known, begin)
        late = wall - _offset(known, before[0])
        if number and swallowed and max(begin, now) <= late < end:
            return late
    raise AssertionError("the known stretches end before the wait does")


def _offset(known: list[Stretch], moment: datetime) -> timedelta:
    return next(s.offset for s in known if s.begin <= moment < s.end)


# Caps per channel and purpose, for a month, and spacing


NOW = utc("2026-11-24 10:00")
"""Tuesday, eleven in Berlin."""


@pytest.mark.parametrize(
    ("caps", "sent", "expected", "because"),
    [
        pytest.param(Caps(), [], "2026-11-24T11:00", "", id="nothing sent"),
        pytest.param(Caps(), [Sent(NOW)], "2026-11-25T00:00", "1 a day", id="a day"),
        pytest.param(
            Caps(5, 5, per_month=2), [Sent(NOW - 9 * DAY), Sent(NOW - 20 * DAY)], "2026-12-04T00:00", "2 a month", id="a month"
        ),
        pytest.param(
            Caps(5, 5, limits=[Limit(1, 14, channel="sms")]), [Sent(NOW - DAY, "sms")], "2026-11-24T11:00", "",
            id="a channel's limit does not bind the other one",
        ),
        pytest.param(
            Caps(5, 5, limits=[Limit(1, 14, channel="email")]), [Sent(NOW - DAY)], "2026-12-07T00:00", "1 email in 14 days",
            id="a channel's limit",
        ),
        pytest.param(
            Caps(5, 5, limits=[Limit(1, 7, purpose="alerts")]), [Sent(NOW - DAY, purpose="alerts")], "2026-11-24T11:00", "",
            id="a purpose's limit does not bind the other one",
        ),
        pytest.param(
            Caps(5, 5, limits=[Limit(1, 7, "email", "nurture")]), [Sent(NOW - DAY)], "2026-11-30T00:00",
            "1 nurture email a week", id="a channel's and purpose's limit",
        ),
        pytest.param(
            Caps(5, 5, spacing_hours=36), [Sent(NOW - timedelta(hours=30))], "2026-11-24T17:00", "36 hours between two",
            id="spacing",
        ),
        pytest.param(
            Caps(1, 5, spacing_hours=3), [Sent(NOW)], "2026-11-25T00:00", "1 a day", id="the later of spacing and day"
        ),
        pytest.param(
            Caps(5, 5, limits=[Limit(1, 366)]), [Sent(NOW)], "2027-11-25T00:00", "1 in 366 days", id="the longest limit"
        ),
    ],
)  # fmt: skip
def test_further_caps_open_at_their_moment_and_name_themselves(
    caps: Caps, sent: list[Sent], expected: str, because: str
) -> None:
    assert cap_allows(caps, BERLIN, sent, NOW) == (local(expected, BERLIN), because)


@pytest.mark.parametrize("bad", [{"per_month": 0}, {"spacing_hours": -1}, {"spacing_hours": 721}, {"per_week": 0}])
def test_caps_that_make_no_sense_name_the_cure(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"must be at least 1|give"):
        Caps(**bad)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(("number", "days"), [(0, 7), (1, 0), (1, 367)])
def test_limits_that_make_no_sense_name_the_cure(number: int, days: int) -> None:
    with pytest.raises(ValueError, match="give 1 or more messages in 1 to 366 days"):
        Limit(number, days)


limits = st.builds(
    Limit, st.integers(1, 3), st.integers(1, 40), st.sampled_from(["", "email", "sms"]), st.sampled_from(["", "nurture", "alerts"])
)  # fmt: skip
any_caps = st.builds(
    Caps, st.integers(1, 3), st.integers(1, 5), st.none() | st.integers(1, 6), st.sampled_from([0, 0.5, 20, 50]),
    st.lists(limits, max_size=3),
)  # fmt: skip
past = st.lists(
    st.tuples(st.floats(0, 45), st.sampled_from(["email", "sms"]), st.sampled_from(["nurture", "alerts"])), max_size=10
)


def may_go(caps: Caps, days: list[tuple[date, Sent]], day: date, moment: datetime, kind: tuple[str, str]) -> bool:
    """The oracle: every stretch of every limit is counted, day by day."""
    if any(moment - one.at < timedelta(hours=caps.spacing_hours) for _, one in days):
        return False
    for limit in caps.all(*kind):
        counted = [d for d, one in days if limit.binds(one.channel, one.purpose)]
        for back in range(limit.days):
            first = day - back * DAY
            if sum(first <= d < first + limit.days * DAY for d in counted) >= limit.count:
                return False
    return True


@settings(max_examples=150)
@given(
    caps=any_caps, zone=st.sampled_from(ZONES), now=moments, ago=past, closed=closures, mask=st.sampled_from(MASKS),
    opens=st.integers(0, 1380), kind=st.tuples(st.sampled_from(["email", "sms"]), st.sampled_from(["nurture", "alerts"])),
)  # fmt: skip
def test_cap_and_window_and_closed_days_together_open_at_the_earliest_allowed_moment(
    caps: Caps, zone: str, now: datetime, ago: list[tuple[float, str, str]], closed: Closures, mask: str, opens: int,
    kind: tuple[str, str],
) -> None:  # fmt: skip
    tz, window = zone_of(zone), Window(mask, opens, min(1440, opens + 300))
    sent = [Sent(now - timedelta(hours=int(24 * days)), channel, purpose) for days, channel, purpose in ago]
    found = next_allowed(window, zone, cap_allows(caps, zone, sent, now, *kind).at, closed)
    days = [(one.at.astimezone(tz).date(), one) for one in sent]
    for begin, end, day in local_days(stretches(tz, now, now + 130 * DAY), now):
        if mask[day.weekday()] == "0" or closed.covers(day):
            continue
        offset = begin.astimezone(tz).utcoffset() or timedelta()
        midnight = datetime.combine(day, time(), tzinfo=UTC) - offset
        spaced = max((one.at + timedelta(hours=caps.spacing_hours) for one in sent), default=now)
        first = max(begin, midnight + timedelta(minutes=window.start), spaced)
        if first < min(end, midnight + timedelta(minutes=window.end)) and may_go(caps, days, day, first, kind):
            assert found == first
            return
    raise AssertionError(f"nothing found within 130 days, the product says {found}")


def test_the_oracle_of_caps_knows_when_to_say_no() -> None:
    one = Sent(NOW)
    day = NOW.date()
    verdicts = [
        may_go(Caps(2, 3, limits=[Limit(1, 3)]), [(day, one)], day + n * DAY, NOW, ("email", "nurture"))
        for n in range(5)
    ]
    assert verdicts == [False, False, False, True, True]
    assert next(n for n in count() if may_go(Caps(1, 1), [(day, one)], day + n * DAY, NOW, ("email", "nurture"))) == 7
