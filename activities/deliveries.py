"""What providers report of messages, and what follows: the ledger's fate, suppressions, opt-outs, and who must hear of it.

That a message arrived goes into the database alone: a broadcast's receipts would otherwise wake thousands of workflows for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from activities.intake import Consequence
from channels import sendgrid_events, twilio_status
from channels.reports import Report, ReportKind
from domain.clocks import Clock
from storage import consents, contacts, controls, ledger, letters, reports, tasks
from storage.locks import lock_candidates
from storage.received import Received
from storage.reports import Fate, Noted, Sent

SOFT_BOUNCES = 3
SOFT_BOUNCES_WITHIN = timedelta(days=30)
"""So many messages in a row that came back "for now" within this time are as good as one that came back for good."""
FATES = {
    ReportKind.DELIVERED: "delivered",
    ReportKind.BOUNCED: "bounced",
    ReportKind.SOFT_BOUNCED: "bounced",
    ReportKind.BLOCKED: "bounced",
    ReportKind.COMPLAINED: "complained",
    ReportKind.REFUSED: "failed",
}
"""What a report makes of a touch in the ledger; the others make nothing of it."""
GRAVE = frozenset(
    {ReportKind.BOUNCED, ReportKind.SOFT_BOUNCED, ReportKind.COMPLAINED, ReportKind.UNSUBSCRIBED}
    | {ReportKind.RESUBSCRIBED, ReportKind.REFUSED}
)
"""Reports from which more follows than a note."""
PROVES_NOTHING = frozenset({ReportKind.REFUSED, ReportKind.OTHER})
"""Reports that do not say that the provider ever had the message."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A report, the touch that it is about where that is known, and the story moment."""

    report: Report
    sent: Sent | None
    at: datetime

    @property
    def event_id(self) -> str:
        """Of signals and words of consent that follow: the same report is the same event."""
        return f"report:{self.report.provider}:{self.report.event_key}"[:500]


def take_in_sendgrid_events(connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
    """The taker of SendGrid's Event Webhook."""
    return take_in(connection, [report for row in rows for report in sendgrid_events.read_events(row.body)], now)


def take_in_twilio_status(connection: Connection, rows: Sequence[Received], now: datetime) -> list[Consequence]:
    """The taker of Twilio's status callbacks. They tell no moment: theirs is when they came."""
    found = [
        replace(report, at=row.recorded_at)
        for row in rows
        for report in twilio_status.read_status(row.content_type, row.body, row.headers.get(MESSAGE_FIELD, ""))
    ]
    return take_in(connection, found, now)


MESSAGE_FIELD = "message"
"""In a callback's URL, and in the headers of its stored row: our Message-ID without its brackets."""


def take_in(connection: Connection, found: Sequence[Report], now: datetime) -> list[Consequence]:
    """Write what reports mean, and answer whose workflow must hear of it. The same reports again write and answer the same."""
    told = _placed(connection, found, now)
    lock_candidates(connection, {one.sent.candidate_id for one in told if one.sent and one.report.kind in GRAVE})
    reports.note(connection, [_noted(one) for one in told])
    _accept_unknown(connection, told)
    reports.settle(connection, [fate for one in told if (fate := _fate(one))])
    return [consequence for one in told if one.report.kind in GRAVE for consequence in _follow(connection, one)]


def _placed(connection: Connection, found: Sequence[Report], now: datetime) -> list[_Told]:
    """Each report with its touch: by key, Message-ID, the provider's id, and a grave one at last by its address."""
    clock = controls.clock(connection)
    known = reports.find(
        connection,
        {report.touch_key for report in found if report.touch_key},
        {name for report in found for name in (report.message_id, report.provider_id)},
    )
    by_name: dict[str, Sent] = {}
    for sent in known:
        by_name |= {name: sent for name in (sent.provider_id, sent.message_id, sent.touch_key) if name}
    told = []
    for report in found:
        names = (report.touch_key, report.message_id, report.provider_id)
        sent_or_none = next((by_name[name] for name in names if name in by_name), None)
        if sent_or_none is None and report.kind in GRAVE and report.address:
            sent_or_none = reports.newest_to(connection, contacts.KINDS[report.channel], report.address)
        told.append(_Told(report, sent_or_none, _moment(report, clock, now)))
    return told


def _moment(report: Report, clock: Clock, now: datetime) -> datetime:
    return min(clock.story(report.at), now) if report.at else now


def _noted(told: _Told) -> Noted:
    report, sent = told.report, told.sent
    whole: Mapping[str, object] = {} if sent and sent.erased else report.payload
    payload = dict(whole) | ({"provider_id": report.provider_id} if report.provider_id else {})
    return Noted(report.provider, report.event_key, sent.touch_key if sent else "", report.kind, payload, told.at)


def _accept_unknown(connection: Connection, told: Iterable[_Told]) -> None:
    """A report about a message whose fate nobody could tell settles that the provider has it."""
    settled = {
        one.sent.touch_key: ledger.Acceptance(
            one.sent.touch_key, one.report.provider, one.report.provider_id or one.sent.provider_id, one.at
        )
        for one in told
        if one.sent and one.sent.state == "unknown" and not one.report.failed and one.report.kind not in PROVES_NOTHING
    }
    if settled:
        ledger.accept(connection, list(settled.values()))
        tasks.finish(connection, [f"fate/{key}" for key in settled], max(one.at for one in settled.values()))


def _fate(told: _Told) -> Fate | None:
    report, sent = told.report, told.sent
    state = FATES.get(report.kind, "")
    if report.failed and state != "bounced":
        state = "failed"
    if not sent or not state:
        return None
    return Fate(sent.touch_key, state, report.code, f"{report.kind}: {report.because}".removesuffix(": "), told.at)


def _follow(connection: Connection, told: _Told) -> list[Consequence]:
    """What else a grave report means."""
    match told.report.kind:
        case ReportKind.BOUNCED:
            return _bounced(connection, told, f"bounced: {told.report.because or told.report.code}")
        case ReportKind.SOFT_BOUNCED if told.sent and _is_third(connection, told, told.sent):
            return _bounced(connection, told, f"{SOFT_BOUNCES} soft bounces in {SOFT_BOUNCES_WITHIN.days} days")
        case ReportKind.COMPLAINED:
            _suppress(connection, told, "complained")
            return _reported(told, "complained")
        case ReportKind.UNSUBSCRIBED:
            return _opt_out(connection, told)
        case ReportKind.RESUBSCRIBED:
            return _take_back(connection, told)
        case ReportKind.REFUSED:
            _ask(connection, told)
    return []


def _is_third(connection: Connection, told: _Told, sent: Sent) -> bool:
    return reports.soft_bounces(connection, sent, told.at - SOFT_BOUNCES_WITHIN, told.at) >= SOFT_BOUNCES


def _bounced(connection: Connection, told: _Told, reason: str) -> list[Consequence]:
    _suppress(connection, told, reason[:200])
    if told.sent:
        letters.return_to_writer(connection, told.sent.touch_key, f"came back: {reason[:200]}", told.at)
    return _reported(told, "bounced") + _reached_elsewhere(connection, told)


def _reached_elsewhere(connection: Connection, told: _Told) -> list[Consequence]:
    """Whoever has another address on record is reached there: what was set aside goes on at once."""
    channel, sent = told.report.channel, told.sent
    if sent is None or not contacts.has_another(connection, sent.candidate_id, contacts.KINDS[channel], sent.address):
        return []
    payload = {"event_id": f"{told.event_id}:other", "at": told.at.isoformat(), "channel": channel}
    return [Consequence(sent.candidate_id, "contact_corrected", payload)]


def _suppress(connection: Connection, told: _Told, reason: str) -> None:
    """Nothing more to the address it went to, even where no message of ours is known to have gone there."""
    kind = contacts.KINDS[told.report.channel]
    for address in {told.report.address, told.sent.address if told.sent else ""} - {""}:
        contacts.suppress(connection, kind, address, reason)
        contacts.suppress(connection, kind, address.casefold(), reason)


def _reported(told: _Told, kind: str) -> list[Consequence]:
    if told.sent is None:
        return []
    payload = {
        "event_id": told.event_id, "at": told.at.isoformat(), "kind": kind, "touch_key": told.sent.touch_key,
        "channel": told.report.channel,
    }  # fmt: skip
    return [Consequence(told.sent.candidate_id, "delivery_reported", payload)]


def _opt_out(connection: Connection, told: _Told) -> list[Consequence]:
    """The provider was told to stop: in the log at once, so that the gates know it before any workflow does."""
    if told.sent is None:
        return []
    channel, source = told.report.channel, told.report.provider
    consents.opt_out(
        connection, told.sent.candidate_id, "*", channel, at=told.at, event_id=told.event_id, source=source
    )
    return [_consent(told, told.sent.candidate_id, "*", granted=False)]


def _take_back(connection: Connection, told: _Told) -> list[Consequence]:
    """Somebody joined again where they had left, at the provider: what held before that holds again, and nothing more."""
    if told.sent is None:
        return []
    candidate_id, channel = told.sent.candidate_id, told.report.channel
    words = [
        consents.NewConsent(
            candidate_id, row.purpose, channel, True, told.at, f"{told.event_id}:{row.purpose}/{channel}", row.basis,
            row.wording, told.report.provider, expires_at=row.expires_at,
        )
        for row in _left_there(connection, candidate_id, told)
    ]  # fmt: skip
    consents.record(connection, words)
    mine = [one for one in consents.history(connection, candidate_id) if one.event_id.startswith(f"{told.event_id}:")]
    return [_consent(told, candidate_id, row.purpose, granted=True, until=row.expires_at) for row in mine]


def _left_there(connection: Connection, candidate_id: str, told: _Told) -> list[consents.ConsentRow]:
    """The consents that held when the person left at the provider, and that nobody has spoken of since."""
    log = [row for row in consents.history(connection, candidate_id) if row.channel == told.report.channel]
    held = []
    for latest in consents.latest(connection, candidate_id):
        words = [row for row in log if row.purpose == latest.purpose]
        own = [row for row in words if row.source != told.report.provider]
        left = latest in words and not latest.granted and latest.source == told.report.provider
        if left and own and own[-1].granted and latest.at <= told.at:
            held.append(own[-1])
    return held


def _consent(
    told: _Told, candidate_id: str, purpose: str, *, granted: bool, until: datetime | None = None
) -> Consequence:
    payload = {
        "event_id": f"{told.event_id}:{purpose}:told", "at": told.at.isoformat(), "purpose": purpose,
        "channel": told.report.channel, "granted": granted, "source": told.report.provider, "recorded": True,
    }  # fmt: skip
    return Consequence(candidate_id, "consent_changed", payload | ({"until": until.isoformat()} if until else {}))


def _ask(connection: Connection, told: _Told) -> None:
    """Somebody of ours must look: one task for each cause where an account is at fault, else one for each message."""
    report, sent = told.report, told.sent
    because = f"{report.provider} took a message and did not send it: {report.because or report.code}"
    if report.code and report.provider == twilio_status.PROVIDER:
        task = tasks.NewTask(f"account/{report.provider}/{report.code}", "account", because, told.at)
    elif sent:
        key = sent.touch_key
        task = tasks.NewTask(f"refused/{key}", "refused_message", because, told.at, sent.candidate_id, key)
    else:
        return
    tasks.ask(connection, [task])
