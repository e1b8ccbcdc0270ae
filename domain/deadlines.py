"""When promises ask for something: a message before they fall due, a reminder to whoever owns them. Reads a relationship, changes it only
to note a reminder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.programs import closures_of
from domain.promises import (
    HOLDING,
    NO_GUIDE,
    SLIPPED,
    SURVEY,
    Guide,
    Promise,
    PromiseKind,
    PromiseState,
    RemindOf,
)
from domain.relationships import Application, Desk, Relationship
from domain.windows import zone_of

DAY = timedelta(days=1)
MORNING = time(10)
"""When messages that promises propose leave, by the candidate's clock."""
LOOK_BACK_DAYS = 40
ESCALATE_AFTER = 0.75
"""The share of the hours for an answer after which the deputy hears of a question: early enough to keep the promise."""
WORDED_KINDS = {PromiseKind.ANSWER: SLIPPED, PromiseKind.SILENCE: HOLDING, PromiseKind.SURVEY: SURVEY}


def next_promise_moment(relationship: Relationship) -> tuple[datetime, Promise] | None:
    """When a promise next asks for something (a message, a reminder, or that it is broken), and which; None when none will."""
    moments = [
        (moment, promise) for promise in relationship.promises.values() for moment in _moments(relationship, promise)
    ]
    return min(moments, key=lambda pair: (pair[0], pair[1].key), default=None)


def _moments(relationship: Relationship, promise: Promise) -> Iterator[datetime]:
    for moment in (word_at(relationship, promise), _reminder_at(relationship, promise)):
        if moment:
            yield moment
    if promise.state is PromiseState.DUE:
        yield promise.due


def word_at(relationship: Relationship, promise: Promise) -> datetime | None:
    """When the message goes that must leave before a promise falls due: a working morning; None where there is nothing to say."""
    application = relationship.applications.get(promise.opening_id)
    if application is None or promise.worded or promise.kind not in WORDED_KINDS:
        return None
    day = due_day(relationship, promise)
    if promise.kind is PromiseKind.SURVEY:
        return None if application.is_open() else _before(relationship, promise, working_day(relationship, day, -1))
    if not application.is_open():
        return None
    if promise.kind is PromiseKind.ANSWER:
        return _before(relationship, promise, working_day(relationship, day, -guide_of(application).lead_days))
    return _before(relationship, promise, working_day(relationship, day - DAY, 0, back=True))


def _before(relationship: Relationship, promise: Promise, day: date, share: float = 0.5) -> datetime:
    """The morning of a day; where that is not between making and due, a share of the time between them."""
    morning = datetime.combine(day, MORNING, tzinfo=zone_of(relationship.zone))
    if promise.made_at < morning < promise.due:
        return morning.astimezone(UTC)
    return promise.made_at + (promise.due - promise.made_at) * share


# Reminders


def due_reminder(relationship: Relationship, now: datetime) -> RemindOf | None:
    """The reminder that is to go now: to the owner, later to the deputy."""
    for promise in sorted(relationship.promises.values(), key=lambda promise: (promise.due, promise.key)):
        moment = _reminder_at(relationship, promise)
        if moment and moment <= now:
            application = relationship.applications.get(promise.opening_id)
            guide = guide_of(application) if application else NO_GUIDE
            return RemindOf(
                relationship.candidate_id, promise.key, promise.kind, promise.opening_id, promise.stage, promise.due,
                level="deputy" if promise.reminded else "owner", broken=promise.state is PromiseState.BROKEN,
                owner=guide.owner, deputy=guide.deputy,
            )  # fmt: skip
    return None


def reminded(relationship: Relationship, promise_id: str, now: datetime) -> None:
    """Note that somebody has been reminded of a promise."""
    promise = relationship.promises.get(promise_id)
    if promise:
        promise.reminded, promise.reminded_at = promise.reminded + 1, now
        relationship.note(now, f"reminded {'the deputy' if promise.reminded > 1 else 'the owner'} of {promise_id}")


def _reminder_at(relationship: Relationship, promise: Promise) -> datetime | None:
    """When somebody is to be reminded: of what people must do before it is due, of all else once it is broken."""
    if promise.reminded > 1:
        return None
    if promise.kind is PromiseKind.QUESTION:
        share = ESCALATE_AFTER * promise.reminded
        return office_hours(relationship, promise.made_at, relationship.question_hours * share)
    application = relationship.applications.get(promise.opening_id)
    if application is None or promise.kind is PromiseKind.SURVEY:
        return None
    guide = guide_of(application)
    if promise.reminded_at:
        return _after_work(relationship, promise.reminded_at, guide.escalate_hours, _hours_of(relationship))
    if promise.state is PromiseState.BROKEN:
        return promise.due
    if promise.kind is PromiseKind.ANSWER and application.is_open() and not _has_news(relationship, application):
        lead = guide.lead_days + guide.remind_days
        return _before(relationship, promise, working_day(relationship, due_day(relationship, promise), -lead), 0.25)
    if promise.kind is PromiseKind.FEEDBACK:
        day = working_day(relationship, due_day(relationship, promise), -guide.remind_days)
        return _before(relationship, promise, day, 0.25)
    return None


def _has_news(relationship: Relationship, application: Application) -> bool:
    """Whether a decision was taken that the candidate is about to be told."""
    return any(m.stage and m.touch.opening_id == application.opening_id for m in relationship.messages)


def office_hours(relationship: Relationship, moment: datetime, hours: float) -> datetime:
    """The moment after some hours of work in the office that answers this person; the moment itself for none."""
    return _after_work(relationship, moment, hours, relationship.desk or _hours_of(relationship)) if hours else moment


def _hours_of(relationship: Relationship) -> Desk:
    return Desk(relationship.zone, relationship.window)


def _after_work(relationship: Relationship, moment: datetime, hours: float, desk: Desk) -> datetime:
    """The moment after some hours of work, as a window and the closed days count them."""
    left, window, tz = timedelta(hours=hours), desk.window, zone_of(desk.zone)
    day, utc = moment.astimezone(tz).date(), UTC
    closures = closures_of(relationship)
    for ahead in range(20 * LOOK_BACK_DAYS):
        date_ = day + ahead * DAY
        if window.days[date_.weekday()] != "1" or closures.covers(date_):
            continue
        midnight = datetime.combine(date_, time(), tzinfo=tz)
        begin = max(moment, (midnight + timedelta(minutes=window.start)).astimezone(utc))
        end = (midnight + timedelta(minutes=window.end)).astimezone(utc)
        if end - begin >= left:
            return begin + left
        left -= max(end - begin, timedelta())
    return moment + left


# Days


def local_day(relationship: Relationship, moment: datetime) -> date:
    return moment.astimezone(zone_of(relationship.zone)).date()


def due_day(relationship: Relationship, promise: Promise) -> date:
    """The last day of a promise: one that ends at midnight counts for the day before."""
    return local_day(relationship, promise.due - timedelta(seconds=1))


def end_of(relationship: Relationship, day: date) -> datetime:
    """The moment after a local day, in UTC."""
    return datetime.combine(day + DAY, time(), tzinfo=zone_of(relationship.zone)).astimezone(UTC)


def _is_working(relationship: Relationship, day: date) -> bool:
    return relationship.window.days[day.weekday()] == "1" and not closures_of(relationship).covers(day)


def working_day(relationship: Relationship, day: date, count: int, *, back: bool = False) -> date:
    """The working day that is `count` of them after (before, for a negative count) a day; 0: that day, or the nearest ahead (or `back`).

    Where all days within reach are closed, plain days count.
    """
    step = -DAY if count < 0 or back else DAY
    found, left = day, abs(count)
    for _ in range(LOOK_BACK_DAYS + 10 * left):
        if left:
            found += step
            left -= _is_working(relationship, found)
        elif _is_working(relationship, found):
            return found
        else:
            found += step
    return day + abs(count) * step


def guide_of(application: Application) -> Guide:
    return application.guide or NO_GUIDE


def promises_of(relationship: Relationship, application: Application, *kinds: PromiseKind) -> Iterator[Promise]:
    """The promises about an application, of these kinds or of all."""
    for promise in list(relationship.promises.values()):
        if promise.opening_id == application.opening_id and (not kinds or promise.kind in kinds):
            yield promise
