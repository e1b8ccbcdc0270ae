"""What providers report, and what it makes of touches, addresses, consents and workflows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from activities.deliveries import take_in_sendgrid_events, take_in_twilio_status
from activities.intake import Consequence, Taker
from domain.touches import Outcome
from domain.windows import Caps
from storage import consents, received
from storage.ledger import Acceptance, accept
from storage.proofs import prove
from storage.received import Received
from tests.activities.conftest import House, nurture
from tests.storage.conftest import NOW

STAMP = int(NOW.timestamp())
KEY = nurture().touch.key
SMS_KEY = nurture(step="nudge").touch.key


class Post:
    """SendGrid and Twilio, reporting to a house in which Ada's mail and SMS have left."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.count = 0

    def events(self, *events: dict[str, Any], now: datetime = NOW) -> list[Consequence]:
        """One request of the Event Webhook; each event is new and of Ada's mail unless it says otherwise."""
        told = []
        for event in events:
            self.count += 1
            told.append({"sg_event_id": f"e{self.count}", "timestamp": STAMP, "email": "ada@example.org"} | event)
        return self.take(take_in_sendgrid_events, json.dumps(told).encode() + b"\r\n", now=now)

    def status(self, status: str, code: str = "", sid: str = "SM1", **headers: str) -> list[Consequence]:
        """One status callback."""
        form = {"MessageSid": sid, "MessageStatus": status, "To": "+4930100301", "AccountSid": "AC1"}
        body = urlencode(form | ({"ErrorCode": code} if code else {})).encode()
        return self.take(take_in_twilio_status, body, "application/x-www-form-urlencoded", headers)

    def take(
        self, taker: Taker, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None,
        now: datetime = NOW,
    ) -> list[Consequence]:  # fmt: skip
        row = Received(1, received.SENDGRID_EVENTS, "k", kind, headers or {}, body, 0, NOW)
        with self.house.engine.begin() as connection:
            return taker(connection, [row], now)

    def suppressed(self, kind: str = "email") -> str:
        return str(self.house.run("select suppressed from contact_points where kind = :kind", kind=kind)[0][0])

    def granted(self, channel: str = "email") -> set[str]:
        with self.house.engine.begin() as connection:
            rows = consents.latest(connection, "ada")
        return {row.purpose for row in rows if row.granted and row.channel == channel}


@pytest.fixture
async def post(house: House) -> Post:
    many = house.sends(caps=Caps(9, 9))
    await house.send(nurture(), many)
    house.run("update ledger set provider = 'sendgrid', provider_id = 'XMESSAGEID' where touch_key = :key", key=KEY)
    await house.send(nurture(step="nudge"), many)
    house.run("update ledger set provider = 'twilio', provider_id = 'SM1' where touch_key = :key", key=SMS_KEY)
    return Post(house)


def of_touch(event: str, **values: Any) -> dict[str, Any]:
    return {"event": event, "touch_key": KEY, "sg_message_id": "XMESSAGEID.filter01.1.2", **values}


async def test_a_receipt_moves_the_touch_and_wakes_nobody(post: Post) -> None:
    assert post.events(of_touch("processed"), of_touch("delivered"), of_touch("open"), of_touch("click")) == []
    assert post.house.row(KEY).state == "delivered"
    kinds = post.house.run("select kind from message_events where touch_key = :key order by id", key=KEY)
    assert [row.kind for row in kinds] == ["accepted", "delivered", "opened", "clicked"]


@pytest.mark.parametrize(
    ("event", "values", "state", "suppressed", "told"),
    [
        ("bounce", {"type": "bounce", "status": "5.1.1", "reason": "550 no such user"}, "bounced", True, "bounced"),
        ("bounce", {"type": "blocked", "status": "5.7.1", "reason": "spam"}, "bounced", False, None),
        ("bounce", {"type": "bounce", "status": "4.2.2", "reason": "mailbox full"}, "bounced", False, None),
        ("bounce", {"bounce_classification": "Mailbox Unavailable"}, "bounced", False, None),
        ("bounce", {"bounce_classification": "Reputation"}, "bounced", False, None),
        ("bounce", {"bounce_classification": "Invalid Address"}, "bounced", True, "bounced"),
        ("bounce", {"status": "5.7.1", "reason": "550 5.7.1 listed by a blocklist"}, "bounced", False, None),
        ("bounce", {"status": "5.0.0", "reason": "500 unknown recipient"}, "bounced", True, "bounced"),
        ("bounce", {"reason": "552 5.2.2 mailbox full"}, "bounced", False, None),
        ("bounce", {"status": "5.0.0", "reason": "550 5.1.1 unknown"}, "bounced", True, "bounced"),
        ("bounce", {}, "bounced", True, "bounced"),
        ("dropped", {"reason": "Bounced Address"}, "bounced", True, "bounced"),
        ("dropped", {"reason": "Spam Reporting Address"}, "failed", True, "complained"),
        ("dropped", {"reason": "Spam Content"}, "failed", False, None),
        ("spamreport", {}, "complained", True, "complained"),
        ("deferred", {"response": "400 try again later", "attempt": "5"}, "accepted", False, None),
        ("something new", {"with": ["new", {"fields": 1}]}, "accepted", False, None),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
async def test_each_report_has_its_consequence(
    post: Post, event: str, values: dict[str, Any], state: str, suppressed: bool, told: str | None
) -> None:
    heard = post.events(of_touch(event, **values))
    assert post.house.row(KEY).state == state
    assert bool(post.suppressed()) is suppressed
    said = [(one.candidate_id, one.signal, one.payload["kind"], one.payload["touch_key"]) for one in heard]
    assert said == ([("ada", "delivery_reported", told, KEY)] if told else [])


@pytest.mark.parametrize(
    "event",
    [{"event": "unsubscribe"}, {"event": "group_unsubscribe"}, {"event": "dropped", "reason": "Unsubscribed Address"}],
    ids=lambda event: event["event"],
)
async def test_leaving_at_the_provider_is_leaving_here_and_joining_again_brings_back_what_held(
    post: Post, event: dict[str, Any]
) -> None:
    before = post.granted()
    (told,) = post.events(of_touch(**event))
    assert (told.signal, told.payload["purpose"], told.payload["granted"]) == ("consent_changed", "*", False)
    assert post.granted() < before
    assert "application" in post.granted()
    heard = post.events(of_touch("group_resubscribe", timestamp=STAMP + 60), now=NOW + timedelta(minutes=2))
    assert post.granted() == before
    assert {(one.payload["purpose"], one.payload["granted"]) for one in heard} == {
        (purpose, True) for purpose in before - {"application", "service"}
    }


async def test_joining_again_at_the_provider_does_not_undo_what_was_said_here(post: Post) -> None:
    post.house.consent("ada", "nurture", granted=False)
    post.events(of_touch("group_unsubscribe"))
    post.events(of_touch("group_resubscribe"))
    assert "nurture" not in post.granted()


async def test_a_byte_that_is_no_utf8_costs_no_other_event(post: Post) -> None:
    told = [of_touch("bounce", type="bounce", reason="Gr#", sg_event_id="a"), of_touch("open", sg_event_id="b")]
    post.take(take_in_sendgrid_events, json.dumps(told).encode().replace(b"#", b"\xfc"))
    kinds = post.house.run("select kind from message_events order by id")
    assert [row.kind for row in kinds] == ["bounced", "opened"]


async def test_the_same_report_again_says_the_same_and_writes_nothing(post: Post) -> None:
    bounce = of_touch("bounce", type="bounce", sg_event_id="once")
    first = post.events(bounce)
    rows = post.house.run("select count(*) from message_events")
    assert post.events(bounce) == first
    assert post.house.run("select count(*) from message_events") == rows


async def test_an_asynchronous_bounce_is_known_by_its_message_id_or_its_address(post: Post) -> None:
    by_id = {"event": "bounce", "status": "5.1.1", "smtp-id": post.house.row(KEY).message_id}
    assert [one.payload["touch_key"] for one in post.events(by_id)] == [KEY]
    by_address = {"event": "bounce", "status": "5.1.1", "email": "ADA@example.org"}
    assert [one.candidate_id for one in post.events(by_address)] == ["ada"]


async def test_what_is_about_nobody_of_ours_is_kept_and_harms_nobody(post: Post) -> None:
    stranger = {"event": "bounce", "email": "nobody@elsewhere.example", "touch_key": "x/y", "category": "one"}
    assert post.events(stranger, {"event": "open", "category": ["a", "b"], "timestamp": "1591726752372"}) == []
    assert post.house.run("select count(*) from message_events where touch_key = ''") == [(2,)]
    assert post.suppressed() == ""


async def test_what_outweighs_is_not_undone_by_what_comes_late(post: Post) -> None:
    post.events(of_touch("delivered"), of_touch("spamreport"))
    post.events(of_touch("bounce", type="bounce"), of_touch("delivered"))
    assert post.house.row(KEY).state == "complained"


async def test_whoever_has_another_address_goes_on_there(post: Post) -> None:
    post.house.run(
        "insert into contact_points (candidate_id, kind, canonical, value, position)"
        " values ('ada', 'email', 'ada@home.example', 'ada@home.example', 9)"
    )
    told = post.events(of_touch("bounce", type="bounce"))
    assert [(one.signal, one.payload["channel"]) for one in told] == [
        ("delivery_reported", "email"),
        ("contact_corrected", "email"),
    ]
    assert len({one.payload["event_id"] for one in told}) == 2
    assert (await post.house.send(nurture(occurrence="2"))).outcome is not Outcome.SKIPPED


async def test_three_soft_bounces_in_thirty_days_are_one_for_good(post: Post) -> None:
    soft = of_touch("bounce", status="4.2.2")
    heard = []
    for day in (0, 10, 20):
        moment = NOW + timedelta(days=day)
        heard.append(post.events(soft | {"timestamp": int(moment.timestamp())}, now=moment))
    assert [len(one) for one in heard] == [0, 0, 1]
    assert post.suppressed() == "3 soft bounces in 30 days"


@pytest.mark.parametrize("between", ["a delivery", "time"])
async def test_soft_bounces_with_something_between_do_not_add_up(post: Post, between: str) -> None:
    soft = of_touch("bounce", status="4.2.2")
    for day in (0, 10, 45 if between == "time" else 20):
        moment = NOW + timedelta(days=day)
        if between == "a delivery" and day == 20:
            post.events(of_touch("delivered", timestamp=int((moment - timedelta(days=1)).timestamp())), now=moment)
        assert post.events(soft | {"timestamp": int(moment.timestamp())}, now=moment) == []
    assert post.suppressed() == ""


async def test_a_report_that_outruns_the_acceptance_is_not_lost(post: Post) -> None:
    house = post.house
    house.run("update ledger set state = 'handed_over', accepted_at = null where touch_key = :key", key=KEY)
    assert post.events(of_touch("delivered")) == []
    assert house.row(KEY).state == "handed_over"
    with house.engine.begin() as connection:
        accept(connection, [Acceptance(KEY, "sendgrid", "XMESSAGEID", NOW)])
    assert house.row(KEY).state == "delivered"
    assert (await house.send(nurture())).outcome is Outcome.SENT


async def test_a_report_settles_a_fate_that_nobody_knew(post: Post) -> None:
    house = post.house
    house.run("update ledger set state = 'unknown', provider_id = '' where touch_key = :key", key=KEY)
    house.run(
        "insert into tasks (task_key, kind, because, due) values (:key, 'unknown_fate', 'x', now())", key=f"fate/{KEY}"
    )
    post.events(of_touch("delivered"))
    assert (house.row(KEY).state, house.row(KEY).provider_id) == ("delivered", "XMESSAGEID")
    assert house.run("select count(*) from tasks where done_at is null and kind = 'unknown_fate'") == [(0,)]


async def test_two_messages_of_one_touch_are_found_by_the_proof(post: Post) -> None:
    post.events(of_touch("processed"), of_touch("processed", sg_message_id="ANOTHER.filter01.1.2"))
    with post.house.engine.begin() as connection:
        assert "sendgrid accepted it under 2 ids" in {one.what for one in prove(connection, NOW)}


async def test_of_somebody_erased_nothing_further_is_kept(post: Post) -> None:
    post.house.run("update candidates set erased_recorded_at = now()")
    post.events(of_touch("delivered"))
    assert post.house.run("select payload from message_events where touch_key = :key", key=KEY) == [
        ({"provider_id": "XMESSAGEID"},)
    ]


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_json_is_a_fault_of_that_input(post: Post, body: bytes) -> None:
    with pytest.raises(ValueError, match="JSON"):
        post.take(take_in_sendgrid_events, body)


@pytest.mark.parametrize("told", [[], {}, [1, None, "x", []], [{}], {"event": "open"}, [{"event": {"a": 1}}]])
def test_json_of_another_shape_is_read_as_far_as_it_goes(post: Post, told: Any) -> None:
    assert post.take(take_in_sendgrid_events, json.dumps(told).encode()) == []


@pytest.mark.parametrize(
    ("status", "code", "state", "suppressed", "told"),
    [
        ("sent", "", "accepted", False, ""),
        ("delivered", "", "delivered", False, ""),
        ("read", "", "delivered", False, ""),
        ("undelivered", "30005", "bounced", True, "delivery_reported"),
        ("undelivered", "30006", "bounced", True, "delivery_reported"),
        ("undelivered", "30003", "bounced", False, ""),
        ("undelivered", "30007", "bounced", False, ""),
        ("undelivered", "30034", "failed", False, ""),
        ("failed", "21610", "failed", False, "consent_changed"),
        ("failed", "", "bounced", False, ""),
        ("a new one", "", "accepted", False, ""),
    ],
)
async def test_each_status_of_twilio_has_its_consequence(
    post: Post, status: str, code: str, state: str, suppressed: bool, told: str
) -> None:
    heard = post.status(status, code)
    assert post.house.row(SMS_KEY).state == state
    assert bool(post.suppressed("phone")) is suppressed
    assert [one.signal for one in heard] == ([told] if told else [])


async def test_an_unregistered_sender_is_one_task_however_many_messages_it_stops(post: Post) -> None:
    post.status("undelivered", "30034")
    post.status("undelivered", "30034", sid="SM2")
    assert post.house.run("select task_key from tasks where kind = 'account'") == [("account/twilio/30034",)]


async def test_statuses_in_any_order_leave_what_weighs_most(post: Post) -> None:
    for status in ("delivered", "sent", "queued", "delivered"):
        post.status(status)
    assert post.house.row(SMS_KEY).state == "delivered"
    assert post.house.run("select count(*) from message_events where provider = 'twilio'") == [(3,)]


async def test_a_callback_for_a_message_whose_sid_is_not_on_record_is_known_by_its_url(post: Post) -> None:
    house = post.house
    house.run("update ledger set state = 'unknown', provider_id = '' where touch_key = :key", key=SMS_KEY)
    post.status("delivered", sid="SM9", message=house.row(SMS_KEY).message_id.strip("<>"))
    assert (house.row(SMS_KEY).state, house.row(SMS_KEY).provider_id) == ("delivered", "SM9")


def test_stop_by_sms_at_twilio_ends_everything_there_at_once(post: Post) -> None:
    post.status("undelivered", "21610")
    assert post.granted("sms") <= {"service"}


def test_a_callback_that_names_no_message_says_nothing(post: Post) -> None:
    assert post.take(take_in_twilio_status, b"", "application/x-www-form-urlencoded") == []
