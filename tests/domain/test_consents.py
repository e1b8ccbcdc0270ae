"""Words about consent: a yes to everything opens what was closed, and agrees to nothing new."""

from __future__ import annotations

from domain.facts import FactKind
from domain.relationships import Relationship
from domain.windows import ALWAYS
from tests.domain.lives import Life, journey


def granted(life: Life) -> list[str]:
    return [f"{f.purpose}/{f.channel}" for f in life.facts if f.kind is FactKind.CONSENT and f.outcome == "granted"]


def test_stop_while_a_message_leaves_is_too_late_for_that_one_and_says_so() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.enroll(journey(0, 7))
    life.during_send = lambda touch: life.happen("message_received", kind="stop")
    assert life.live(days=1) == ["hello-1"]
    life.during_send = None
    assert any("though taken back: it was leaving" in told for told in life.relationship.decisions)
    assert life.live(days=90) == []


def test_start_resumes_what_stop_has_ended() -> None:
    life = Life()
    life.happen("message_received", kind="stop", channel="sms")
    assert life.relationship.has_opted_out("nurture", "sms")
    life.happen("consent_changed", purpose="*", channel="sms", granted=True, source="START")
    assert life.relationship.opted_out == []
    assert granted(life) == ["application/sms", "nurture/sms", "alerts/sms", "service/sms"]


def test_start_agrees_to_nothing_that_was_never_ended() -> None:
    life = Life()
    life.happen("consent_changed", purpose="nurture", channel="sms", granted=False)
    life.happen("consent_changed", purpose="*", channel="sms", granted=True)
    assert granted(life) == ["nurture/sms"]
    life.happen("consent_changed", purpose="*", channel="sms", granted=True)
    assert granted(life) == ["nurture/sms"]


def test_stop_by_mail_leaves_what_the_person_asks_for() -> None:
    life = Life()
    life.happen("message_received", kind="stop", channel="email")
    assert life.relationship.opted_out == ["nurture/email", "alerts/email"]
    due = life.now.isoformat()
    life.happen("touch_scheduled", touch_id="1", template="letter", due=due, purpose="service", channel="email")
    assert life.live(hours=1) == ["letter"]
