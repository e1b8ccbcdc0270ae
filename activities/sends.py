"""Sending one touch: claimed, handed over, accepted. At most once for a person, however often an attempt is made.

An attempt may die at any point, and may be believed dead while it lives. So each move is committed before the next is made, names
the state it comes from, and is fenced by the number of the claim; what was handed over without a recorded answer is asked after
before anything else is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import settlements
from activities.batches import Batches
from activities.claims import (
    IN_FLIGHT_FOR,
    Claim,
    Claimed,
    Claims,
    InDoubt,
    InFlight,
    Overtaken,
    is_acknowledgment,
)
from activities.messages import Composer, Links, SenderIdentity
from activities.refusals import Refusal, leave_unknown, refuse
from activities.rules import Request
from activities.settlements import Delivered
from activities.transactions import is_about_rows, real_now, transact
from channels.messages import (
    Accepted,
    Answer,
    CannotTell,
    Channel,
    Email,
    Inquiry,
    NotFound,
    PermanentSendError,
    TemporarySendError,
    TextMessage,
    TooEarly,
    UncertainSendError,
)
from domain.clocks import REAL_TIME
from domain.touches import Channel as TouchChannel
from domain.touches import SendTouch, Settlement
from domain.windows import Caps, Window
from storage import ledger

ALLOWANCE_SECONDS = 12
"""How long handing over may take, commit and provider. Below IN_FLIGHT_FOR, so that whoever asks after it finds it ended."""
LOOKS = 3
"""How often one attempt looks again when others move the same touch meanwhile."""
LOOK_AGAIN = timedelta(seconds=1)


class Sends:
    """The activity `send_touch`, with its channels, words and house rules. One per worker process."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        email: Channel[Email],
        sms: Channel[TextMessage],
        sender: SenderIdentity,
        links: Links,
        window: Window | None = None,
        caps: Caps | None = None,
        clock: Callable[[], datetime] = real_now,
    ) -> None:
        self._engine = engine
        self._email = email
        self._sms = sms
        self._claims = Claims(Composer(sender, links), window or Window(), caps or Caps())
        self._clock = clock
        self._claiming = Batches(self._claim, lambda request: request.order.candidate_id, is_about_rows)
        self._handing_over = Batches(self._hand_over, lambda order: order.touch_key, is_about_rows)
        self._accepting = Batches(self._accept, lambda one: one.order.touch.key, is_about_rows)

    @activity.defn(name="send_touch")
    async def send_touch(self, order: SendTouch) -> Settlement:
        """Settle one touch, or raise so that it is tried again. Asked again about a settled one, answers the same."""
        for _ in range(LOOKS):
            claim = await self._claiming.do(Request(order, self._now(order)))
            match claim:
                case Settlement():
                    return claim
                case InFlight(rest):
                    raise _again("another attempt may be sending this touch", "SendInFlight", rest)
                case InDoubt():
                    settlement = await self._inquire(order, claim)
                    if settlement:
                        return settlement
                case Claimed():
                    hand_over = ledger.HandOver(order.touch.key, order.candidate_id, claim.attempts, self._now(order))
                    deadline = asyncio.get_running_loop().time() + ALLOWANCE_SECONDS
                    if await self._handing_over.do(hand_over):
                        return await self._deliver(order, claim, deadline)
                case Overtaken():
                    continue
        raise _again("other attempts move this touch", "SendContended", LOOK_AGAIN)

    # The three moves, each one transaction for all touches that ask at the same time

    async def _claim(self, requests: Sequence[Request]) -> Sequence[Claim]:
        return await transact(self._engine, self._claims.claim, requests)

    async def _hand_over(self, orders: Sequence[ledger.HandOver]) -> Sequence[bool]:
        gone = await transact(self._engine, ledger.hand_over, orders)
        return [order.touch_key in gone for order in orders]

    async def _accept(self, delivered: Sequence[Delivered]) -> Sequence[Settlement]:
        await transact(self._engine, settlements.accept, delivered)
        return [one.settlement() for one in delivered]

    # The world

    async def _deliver(self, order: SendTouch, claimed: Claimed, deadline: float) -> Settlement:
        try:
            async with asyncio.timeout_at(deadline):
                accepted = await self._send(claimed.composed.message)
        except TemporarySendError as error:
            await self._conclude(order, claimed.attempts, "claimed", error=str(error))
            raise _again(str(error), "TemporarySendError", error.retry_after) from None
        except (UncertainSendError, TimeoutError) as error:
            raise _again(str(error) or "the provider did not answer", "UncertainSendError", IN_FLIGHT_FOR) from None
        except PermanentSendError as error:
            refusal = Refusal(order, claimed.attempts, self._channel(order).name, error, self._now(order))
            settlement = await transact(self._engine, refuse, refusal)
            if settlement:
                return settlement
            raise _again("another attempt moved this touch", "SendContended", LOOK_AGAIN) from None
        return await self._accepted(order, accepted)

    async def _send(self, message: Email | TextMessage) -> Accepted:
        if isinstance(message, Email):
            return await self._email.send(message)
        return await self._sms.send(message)

    async def _accepted(self, order: SendTouch, accepted: Accepted) -> Settlement:
        now = self._now(order)
        acceptance = ledger.Acceptance(order.touch.key, accepted.provider, accepted.provider_id, now)
        return await self._accepting.do(Delivered(order, acceptance))

    async def _inquire(self, order: SendTouch, doubt: InDoubt) -> Settlement | None:
        """Find out what came of an earlier hand-over; None when the touch may be claimed again. Raises where it is too early."""
        match await self._ask(order, doubt):
            case Accepted() as accepted:
                return await self._accepted(order, accepted)
            case NotFound():
                await self._conclude(order, doubt.standing.attempts, "claimed", error="the provider did not have it")
                return None
            case TooEarly(reason, rest):
                raise _again(reason, "SendInDoubt", max(rest, LOOK_AGAIN))
            case CannotTell(reason):
                if is_acknowledgment(order.touch) and not doubt.standing.doubts:
                    await self._conclude(order, doubt.standing.attempts, "claimed", error=reason, doubts=1)
                    return None
                return await transact(
                    self._engine, leave_unknown, order, doubt.standing.attempts, reason, self._now(order)
                )

    async def _ask(self, order: SendTouch, doubt: InDoubt) -> Answer:
        row = doubt.standing
        inquiry = Inquiry(
            touch_key=order.touch.key,
            message_id=row.message_id,
            to=row.address,
            handed_over_at=self._clock() - timedelta(seconds=float(row.handed_over_seconds)),
            body=row.body,
        )
        return await self._channel(order).ask(inquiry)

    async def _conclude(self, order: SendTouch, attempts: int, state: str, error: str, doubts: int = 0) -> None:
        conclusion = ledger.Conclusion(order.touch.key, attempts, state, error=error, doubts=doubts)
        await transact(self._engine, ledger.conclude, conclusion)

    def _channel(self, order: SendTouch) -> Channel[Email] | Channel[TextMessage]:
        return self._sms if order.touch.channel == TouchChannel.SMS else self._email

    def _now(self, order: SendTouch) -> datetime:
        return (order.clock or REAL_TIME).story(self._clock())


def _again(why: str, kind: str, after: timedelta | None) -> ApplicationError:
    """The error that has Temporal try again; after None, by its own policy."""
    return ApplicationError(why, type=kind, next_retry_delay=after)
