"""What a message of the person means for their relationship, by its class, and what changes when a recruiter corrects that class."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.consents import change_consent
from domain.contacts import SET_ASIDE_FOR, ended_meanwhile, give_back, lose_contact, regain_contact
from domain.events import ConsentChanged, MessageCorrected, MessageReceived
from domain.facts import Fact, FactKind
from domain.journeys import end_journeys, enrollment_fact
from domain.plans import StepKind
from domain.programs import drop_task, gone_on, untold
from domain.questions import drop_question, open_question
from domain.relationships import HEARD_MESSAGES, Enrollment, Heard, Relationship, SetAside
from domain.resumptions import mark
from domain.touches import Channel

AWAY_AT_MOST = timedelta(days=366)
"""No absence is believed for longer: a date that was read wrongly must not silence us for good."""
COOL_OFF = timedelta(days=180)
"""How long nurture and alerts rest after a polite "no" (N6)."""
LATER = timedelta(days=90)
"""How long somebody is left alone who says "later" and no date."""
LATER_AT_MOST = timedelta(days=730)
MOST_KEPT = 10
"""Stays that messages have ended and a correction may give back: they carry their plans along."""
ENDS_BY_REPLY = frozenset({"reply", "interested", "question", "later", "no"})
"""Classes that end the journeys which a reply ends."""
_SAID = {"interested": "interested", "question": "asked something", "later": "said later", "no": "said no"}


def take_message(
    relationship: Relationship, event: MessageReceived, now: datetime, *, anew: bool = False
) -> list[Fact]:
    """Let a message of the person, or something that they did, take effect; `anew`: it was taken for something else before."""
    if event.message_id:
        heard = Heard(event.message_id, event.kind, now, event.channel, event.until)
        kept = [one for one in relationship.heard if (one.message_id, one.kind) != (event.message_id, event.kind)]
        relationship.heard = [*kept, heard][-HEARD_MESSAGES:]
    match event.kind:
        case "auto_reply":
            return _be_away(relationship, event, now)
        case "stop":
            channel = event.channel if event.channel in (Channel.EMAIL, Channel.SMS) else "*"
            stop = ConsentChanged(event_id=event.event_id, at=event.at, purpose="*", channel=channel, granted=False)
            return change_consent(relationship, stop, now)
        case "wrong_person":
            return _lose(relationship, event, now)
        case "booking" | "form" | "click":
            relationship.note(now, f"{event.kind} received")
            return end_journeys(relationship, event.kind, f"{event.kind} received", now)
    facts = []
    match event.kind:
        case "no":
            facts = _cool_off(relationship, now)
        case "later":
            facts = _snooze(relationship, event, now)
        case "question":
            facts = open_question(relationship, event.message_id or event.event_id, now, anew=anew)
        case _:
            relationship.note(now, _SAID.get(event.kind, "replied"))
    return facts + _end(relationship, event, now)


def _be_away(relationship: Relationship, event: MessageReceived, now: datetime) -> list[Fact]:
    relationship.note(now, "an automatic reply: not counted as a reply")
    if event.until is None or event.until <= now:
        return []
    relationship.away_until = min(event.until, now + AWAY_AT_MOST)
    relationship.note(now, f"away until {relationship.away_until:%Y-%m-%d}")
    return [Fact(FactKind.AWAY, now, until=relationship.away_until)]


def _cool_off(relationship: Relationship, now: datetime) -> list[Fact]:
    relationship.cool_off_until = now + COOL_OFF
    relationship.note(now, f"said no: rest until {relationship.cool_off_until:%Y-%m-%d}")
    return [Fact(FactKind.COOL_OFF, now, until=relationship.cool_off_until)]


def _snooze(relationship: Relationship, event: MessageReceived, now: datetime) -> list[Fact]:
    """Leave them alone until the day that they named; then it is somebody's task to write to them."""
    until = later_until(event.until, now)
    relationship.snoozed_until = until
    relationship.note(now, f"said later: snoozed until {until:%Y-%m-%d}")
    because = f"write to them: they asked to hear from us again from {until:%Y-%m-%d} on"
    task = _task(relationship, "later", event.message_id, "ask", because, now, until)
    return [Fact(FactKind.SNOOZE, now, until=until), task]


def later_until(until: datetime | None, now: datetime) -> datetime:
    """How long "later" means: until the day that was named, in bounds; a while where none is, or it has passed."""
    return min(until, now + LATER_AT_MOST) if until and until > now else now + LATER


def _lose(relationship: Relationship, event: MessageReceived, now: datetime) -> list[Fact]:
    """The address is somebody else's: nothing goes there any more, and journeys rest until there is a right one."""
    channel = event.channel if event.channel in (Channel.EMAIL, Channel.SMS) else Channel.EMAIL.value
    relationship.note(now, f"the {channel} address is not theirs")
    return [_suppressed(event.message_id or event.event_id, channel, "suppressed", now),
            *lose_contact(relationship, channel, "is not theirs", now)]  # fmt: skip


def _suppressed(event_id: str, channel: str, outcome: str, now: datetime) -> Fact:
    return Fact(FactKind.CONTACT, now, event_id=event_id, channel=channel, outcome=outcome, because="not this person's")


def _end(relationship: Relationship, event: MessageReceived, now: datetime) -> list[Fact]:
    """End the journeys that a reply ends; they can be given back as long as the message's class may be corrected.

    One that this very message has answered goes on: who says later and asks something has replied once.
    """
    before, waiting = dict(relationship.enrollments), _waiting(relationship) if event.message_id else []
    said = _SAID.get(event.kind, "replied")
    because = f"{said} (message {event.message_id})" if event.message_id else said
    had_it = {
        one.enrollment.plan.journey
        for one in relationship.set_aside
        if one.answered and one.waits_for == f"message:{event.message_id}"
    }
    facts = end_journeys(relationship, "reply", because, now, spared=had_it)
    if event.message_id:
        unsent = {fact.journey: fact.touch_key for fact in facts if fact.kind is FactKind.NOT_SENT}
        for journey in before.keys() - relationship.enrollments.keys():
            keep_for_message(relationship, before[journey], event.message_id, unsent.get(journey, ""), now)
    for stay, step in waiting:
        current = relationship.enrollments.get(stay.plan.journey)
        if current and current.position != stay.position:
            keep_for_message(relationship, stay, event.message_id, "", now, step)
    return facts


def _waiting(relationship: Relationship) -> list[tuple[Enrollment, str]]:
    """How the stays stand that wait for an answer, each with its step: the message may be what they wait for, and found to be none."""
    stays = relationship.enrollments.values() if relationship.rules >= 4 else ()
    found = [(stay, step) for stay in stays if (step := stay.step()) and step.kind is StepKind.WAIT_FOR]
    return [(replace(one, answers=dict(one.answers), done=list(one.done)), step.id) for one, step in found]


def keep_for_message(
    relationship: Relationship, stay: Enrollment, message_id: str, unsent: str, now: datetime, answered: str = ""
) -> None:
    """Keep a stay that a message has ended, or the way it stood at the step that was `answered`, in case it is found to be no reply."""
    aside = SetAside(stay, f"message:{message_id}", now, now + SET_ASIDE_FOR, unsent, answered)
    ended = [one for one in relationship.set_aside if not one.lacks_contact]
    for oldest in ended[: max(len(ended) + 1 - MOST_KEPT, 0)]:
        relationship.set_aside.remove(oldest)
    relationship.set_aside.append(aside)


# Corrections


def correct_message(relationship: Relationship, event: MessageCorrected, now: datetime) -> list[Fact]:
    """Take back what the former classes of a message did (one may say "later" and ask something), and let the right one take effect.

    An opt-out stays: only the person can change that. A message that is no longer remembered just takes effect.
    """
    heard = [one for one in relationship.heard if one.message_id == event.message_id]
    if [(one.kind, one.until) for one in heard] == [(event.kind, event.until)]:
        return []
    relationship.note(now, f"message {event.message_id} was corrected to {event.kind}")
    relationship.heard = [one for one in relationship.heard if one not in heard]
    facts = [fact for one in heard for fact in _take_back(relationship, one, now)]
    if event.kind not in ENDS_BY_REPLY:
        wanted = f"message:{event.message_id}"
        for aside in [aside for aside in relationship.set_aside if aside.waits_for == wanted]:
            facts += wait_again(relationship, aside, now) if aside.answered else give_back(relationship, aside, now)
    channel = heard[0].channel if heard else event.channel
    received = MessageReceived(
        event_id=event.event_id, at=event.at, kind=event.kind, channel=channel, until=event.until,
        message_id=event.message_id,
    )  # fmt: skip
    return facts + take_message(relationship, received, now, anew=True)


def wait_again(relationship: Relationship, aside: SetAside, now: datetime) -> list[Fact]:
    """Let a journey wait again for the answer that was none, until when it would have waited; where it has gone too far, say so."""
    stay, plan = aside.enrollment, aside.enrollment.plan
    relationship.set_aside.remove(aside)
    current = relationship.enrollments.get(plan.journey)
    over = ended_meanwhile(relationship, stay) if aside.ended else "it has ended since"
    because = gone_on(stay, current) if current else over
    if because:
        relationship.note(now, f"{plan.label} does not wait again at {aside.answered}: {because}")
        return []
    facts = drop_task(relationship, current, now) if current else [enrollment_fact(stay, "resumed", "", now)]
    relationship.enrollments[plan.journey] = stay
    relationship.left.pop(plan.journey, None)
    relationship.outlook_stale = True
    relationship.note(now, f"{plan.label} waits again at {aside.answered}")
    return [*facts, untold(stay, aside.answered, now), *mark(stay, now)]


def _take_back(relationship: Relationship, heard: Heard, now: datetime) -> list[Fact]:
    """Undo what a class did but for the journeys that it ended; what has changed since by other means stays."""
    match heard.kind:
        case "auto_reply" if heard.until and _is_about(relationship.away_until, heard.until, heard.at + AWAY_AT_MOST):
            relationship.away_until = None
            return [Fact(FactKind.AWAY, now)]
        case "no" if _is_about(relationship.cool_off_until, heard.at + COOL_OFF):
            relationship.cool_off_until = None
            return [Fact(FactKind.COOL_OFF, now)]
        case "later":
            facts = [_task(relationship, "later", heard.message_id, "done", "", now)]
            if _is_about(relationship.snoozed_until, later_until(heard.until, heard.at)):
                relationship.snoozed_until = None
                facts.append(Fact(FactKind.SNOOZE, now))
            return facts
        case "question":
            return drop_question(relationship, heard.message_id, "it was no question", now)
        case "wrong_person":
            channel = heard.channel if heard.channel in (Channel.EMAIL, Channel.SMS) else Channel.EMAIL.value
            found = _task(relationship, "contact", channel, "done", "", now)
            usable = _suppressed(heard.message_id, channel, "usable", now)
            return [usable, found, *regain_contact(relationship, channel, now)]
    return []


def _is_about(moment: datetime | None, *expected: datetime) -> bool:
    """Whether a rest ends when this message said, and no later word has moved it; the record knows the message's own moment, not ours."""
    return moment is not None and abs(moment - min(expected)) < timedelta(days=1)


def _task(
    relationship: Relationship, work: str, part: str, outcome: str, because: str, now: datetime,
    until: datetime | None = None,
) -> Fact:  # fmt: skip
    key = f"{relationship.candidate_id}/task/{work}/{part or now.isoformat()}"
    return Fact(
        FactKind.TASK, now, touch_key=key, channel=work, outcome=outcome, because=because, by=relationship.owner,
        until=until,
    )  # fmt: skip
