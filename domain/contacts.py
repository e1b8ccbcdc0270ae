"""What becomes of a relationship when a message does not reach the person, and when they can be reached again.

A journey that can't be delivered is set aside, not lost: it goes on where it stood when the address is corrected in time, with the message
that came back, if it was the last. No wait is lost and none is passed over, so nothing bursts out; what has arrived never leaves again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.arbiter import journey_touch
from domain.calendars import next_local
from domain.consents import change_consent
from domain.events import ConsentChanged, ContactCorrected, DeliveryReported
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.journeys import (
    end_journeys,
    end_stay,
    enrollment_fact,
    resting_stays,
    sends_ahead,
    set_aside,
)
from domain.obligations import promises_after_bounce
from domain.plans import END
from domain.programs import ANSWERED, stand_again
from domain.promises import Word, read_word
from domain.questions import question_after_bounce
from domain.relationships import Application, Enrollment, Relationship, SetAside
from domain.resumptions import mark
from domain.selection import tell_again
from domain.touches import Channel, stamp

SET_ASIDE_FOR = timedelta(days=60)
"""How long a journey waits for an address that works: after two months nobody knows any more what it was about."""
POINTS = {"email": "an address", "sms": "a number"}
"""What a channel needs, in words."""
OPTIONS = {"email": "--email", "sms": "--phone"}
"""How the command line calls it."""
RECEIPTS = frozenset({"delivered", "soft_bounced", "blocked"})
"""Reports after which nothing planned moves: a message that came late, or not yet, is the provider's to try again."""


def report_delivery(relationship: Relationship, event: DeliveryReported, now: datetime) -> list[Fact]:
    """Take in what became of a message that had left. A hard bounce sets aside what can't be delivered; a complaint ends it."""
    if event.kind != "delivered":
        relationship.note(now, f"{event.channel} {event.kind}")
    if event.kind in RECEIPTS:
        return []
    if event.kind == "bounced" and relationship.rules >= 3:
        facts = lose_contact(relationship, event.channel, "bounced", now)
        facts += _go_back(relationship, event.touch_key, now)
        _mark_unread(relationship, event.touch_key)
    else:
        facts = end_journeys(relationship, "bounce", f"{event.channel} {event.kind}", now)
    facts += promises_after_bounce(relationship, event.touch_key, now)
    if event.kind == "bounced":
        facts += question_after_bounce(relationship, event.touch_key, now)
    if event.kind == "complained":
        withdrawal = ConsentChanged(
            event_id=event.event_id, at=event.at, purpose="*", channel=event.channel, granted=False, source="complaint"
        )
        facts += change_consent(relationship, withdrawal, now)
    return facts


def lose_contact(relationship: Relationship, channel: str, because: str, now: datetime) -> list[Fact]:
    """The person can't be reached by a channel: journeys that a bounce ends rest instead, and a task asks for a way."""
    cure = f"`keepwarm candidate reach {relationship.candidate_id} {OPTIONS[channel]} …` puts it on record"
    wanted = f"find {POINTS[channel]} that works: the one on record {because}; {cure}"
    facts = [_task(relationship, channel, "ask", wanted, now)]
    for enrollment in list(relationship.enrollments.values()):
        if "bounce" in enrollment.plan.exit_on and not _goes_elsewhere(relationship, enrollment, channel):
            until = now + SET_ASIDE_FOR
            facts += set_aside(relationship, enrollment, channel, f"{channel} {because}", now, until)
    return facts


def _go_back(relationship: Relationship, key: str, now: datetime) -> list[Fact]:
    """Where the last message of a stay that rests is the one that came back, it goes on with that one: nobody has read it. Whatever
    has been asked or answered since stays behind them."""
    facts = []
    for aside in resting_stays(relationship) if relationship.rules >= 4 else ():
        stay, plan = aside.enrollment, aside.enrollment.plan
        last = plan.position_of(stay.done[-1]) if stay.done else END
        if last == END or journey_touch(relationship, stay, plan.steps[last]).key != key:
            continue
        if not any(step.id in stay.answers and step.kind in ANSWERED for step in plan.steps[last + 1 :]):
            stand_again(stay, plan.steps[last].id, now)
            facts += mark(stay, now)
    return facts


def _goes_elsewhere(relationship: Relationship, enrollment: Enrollment, channel: str) -> bool:
    """Whether everything that a journey still sends takes another channel: a number that is dead stops no mail."""
    ahead = {relationship.resolve(step.channel) for step in sends_ahead(enrollment.plan, enrollment.position)}
    return bool(ahead) and channel not in ahead


def is_present(application: Application, word: Word) -> bool:
    """Whether a word is the one about the stage that the application is in, since it entered it."""
    since = word.occurrence.startswith(stamp(application.at))
    return word.step == "message" and word.stage == application.stage and since


def _mark_unread(relationship: Relationship, key: str) -> None:
    """Note that the person has not read the word about the stage they are in."""
    word = read_word(relationship.candidate_id, key) if key else None
    application = relationship.applications.get(word.opening_id) if word else None
    if word and application and is_present(application, word):
        application.unread = True


# Reached again


def correct_contact(relationship: Relationship, event: ContactCorrected, now: datetime) -> list[Fact]:
    """The person can be reached again: what was set aside goes on, and the word about a stage that came back is told once more."""
    relationship.note(now, f"{event.channel} corrected")
    facts = [_task(relationship, event.channel, "done", "", now)]
    facts += regain_contact(relationship, event.channel, now)
    if event.channel == Channel.EMAIL:
        for application in relationship.applications.values():
            if application.unread:
                tell_again(relationship, application, now)
    return facts


def regain_contact(relationship: Relationship, channel: str, now: datetime) -> list[Fact]:
    """Give back the journeys that waited for a channel."""
    resting = [aside for aside in resting_stays(relationship) if aside.waits_for == channel]
    return [fact for aside in resting for fact in give_back(relationship, aside, now)]


def give_back(relationship: Relationship, aside: SetAside, now: datetime) -> list[Fact]:
    """Let a stay go on where it stood, its waits longer by the time that it rested; or end it, where it would have ended meanwhile."""
    enrollment, plan = aside.enrollment, aside.enrollment.plan
    because = ended_meanwhile(relationship, enrollment)
    if because and not aside.lacks_contact:
        relationship.set_aside.remove(aside)
        relationship.note(now, f"{plan.label} is not given back: {because}")
        return []
    if because:
        return end_stay(relationship, aside, because, now)
    relationship.set_aside.remove(aside)
    _shift(relationship, enrollment, now - max(aside.since, enrollment.since or enrollment.entered_at), now)
    relationship.enrollments[plan.journey] = enrollment
    relationship.left.pop(plan.journey, None)
    relationship.outlook_stale = True
    relationship.note(now, f"{plan.label} goes on in place")
    facts = [enrollment_fact(enrollment, "resumed", "", now), *mark(enrollment, now)]
    if aside.unsent in relationship.settled:
        relationship.settled.remove(aside.unsent)
        facts.append(Fact(FactKind.WANTED, now, touch_key=aside.unsent))
    return facts


def ended_meanwhile(relationship: Relationship, enrollment: Enrollment) -> str:
    """Why a stay that rested would not go on; empty when it does."""
    plan = enrollment.plan
    channels = {relationship.resolve(step.channel) for step in sends_ahead(plan, enrollment.position)}
    resting = (one.enrollment for one in resting_stays(relationship) if relationship.rules >= 4)
    again = any(one.plan.journey == plan.journey and one is not enrollment for one in resting)
    if plan.journey in relationship.enrollments or again:
        return "entered it again meanwhile"
    if "hire" in plan.exit_on and relationship.is_hired():
        return "hired meanwhile"
    if channels and all(relationship.has_opted_out(plan.purpose, channel) for channel in channels):
        return "opted out meanwhile"
    return ""


def _shift(relationship: Relationship, enrollment: Enrollment, lost: timedelta, now: datetime) -> None:
    if enrollment.held and enrollment.held.until <= now:
        enrollment.held = None
    step = enrollment.step()
    if step is None or lost <= timedelta() or (step.waits().fact and enrollment.dated):
        return
    wait = step.waits()
    enrollment.due += lost
    enrollment.since = enrollment.since + lost if enrollment.since else None
    if not enrollment.asked and (wait.weekdays or wait.at >= 0):
        enrollment.due = next_local(enrollment.due, wait.weekdays, wait.at, relationship.zone)


# Time


def elapse_set_aside(relationship: Relationship, now: datetime) -> list[Fact]:
    """Let time pass: what has rested too long ends, and what a reply ended can't be given back for ever."""
    facts = []
    for aside in [aside for aside in relationship.set_aside if aside.until <= now]:
        if aside.lacks_contact:
            because = f"not {POINTS[aside.waits_for]} that works within {SET_ASIDE_FOR.days} days"
            facts += end_stay(relationship, aside, because, now, Gate.SUPPRESSED)
        else:
            relationship.set_aside.remove(aside)
    return facts


def _task(relationship: Relationship, channel: str, outcome: str, because: str, now: datetime) -> Fact:
    key = f"{relationship.candidate_id}/task/contact/{channel}"
    return Fact(
        FactKind.TASK, now, touch_key=key, channel="contact", outcome=outcome, because=because, by=relationship.owner
    )
