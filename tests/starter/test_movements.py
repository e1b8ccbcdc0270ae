"""What a change is said to move is what the core then moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.events import CalendarChanged, TouchScheduled
from domain.outlook import upcoming
from domain.relationships import Relationship
from domain.touches import Planned
from domain.transitions import apply
from domain.windows import Caps, Window
from starter.movements import Change, Moved, count_moves
from starter.timetables import Timetable
from storage.calendars import Calendar, Keeper, PlannedTouch

NOW = datetime(2027, 3, 22, 9, 30, tzinfo=UTC)
"""A Monday; clocks change in Europe six days later."""
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
DAYS = [(NOW + timedelta(days=ahead)).date().isoformat() for ahead in range(10)]
CLOSED = st.lists(st.sampled_from(DAYS), max_size=5, unique=True).map(sorted)
WINDOWS = st.builds(
    lambda days, start, length: Window(days, start, start + length),
    st.sampled_from(["1111100", "1111111", "0101011"]), st.sampled_from([420, 540, 780]), st.sampled_from([60, 300, 600]),
)  # fmt: skip


def relationship(zone: str, due: datetime, channel: str, closed: list[str], window: Window) -> Relationship:
    """One message planned for a moment."""
    made = Relationship("ada", zone=zone, window=window, closed=closed)
    event = TouchScheduled(event_id="", at=NOW, touch_id="t", template="hello", due=due, channel=channel)
    apply(made, event, NOW)
    return made


def said(planned: Planned, zone: str, before: Timetable, after: Timetable) -> tuple[Moved, Moved]:
    """What is said to move."""
    row = PlannedTouch(
        "ada", planned.key, planned.purpose, planned.channel, planned.template, "", "", planned.due, planned.because, None, (),
    )  # fmt: skip
    later, earlier = Moved(), Moved()
    keeper = Keeper("ada", zone, True, Calendar(), None, False)
    count_moves(Change(keeper, before, after), [row], [], NOW, later, earlier)
    return later, earlier


@given(
    zone=ZONES,
    due=st.integers(0, 6 * 24 * 4).map(lambda quarters: NOW + timedelta(minutes=15 * quarters)),
    channel=st.sampled_from(["email", "sms"]),
    before=st.tuples(CLOSED, WINDOWS),
    after=st.tuples(CLOSED, WINDOWS),
)
def test_what_is_said_to_move_is_what_moves(
    zone: str, due: datetime, channel: str, before: tuple[list[str], Window], after: tuple[list[str], Window]
) -> None:
    state = relationship(zone, due, channel, *before)
    [was] = upcoming(state, NOW)
    changed = CalendarChanged(
        event_id="c", at=NOW, closed=after[0],
        window={"days": after[1].days, "start": after[1].start, "end": after[1].end},
    )  # fmt: skip
    apply(state, changed, NOW)
    [now_is] = upcoming(state, NOW)
    later, earlier = said(was, zone, *(Timetable(tuple(closed), window, Caps()) for closed, window in (before, after)))
    allowed_before = relationship(zone, was.due, channel, *after)
    [from_there] = upcoming(allowed_before, NOW)
    assert bool(later.touches) == (from_there.due > was.due)
    if now_is.due > was.due + timedelta(minutes=45):
        assert later.touches == 1
    if now_is.due < was.due - timedelta(minutes=45):
        assert later.touches + earlier.touches == 1
