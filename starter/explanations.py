"""Why: everything that happened to one person and everything that did not, in sentences, each with what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from domain.windows import zone_of
from starter.lookups import find_candidate
from storage import applications, candidates, consents, enrollments, inspections, messages, tasks, upcoming
from storage.inspections import LedgerRow
from storage.tables import decision_notes, opening_matches, stage_log

CURES = {
    "kill_switch": "`keepwarm go` lets messages leave again",
    "erased": "nothing: the person asked to be forgotten",
    "suppressed": "a correct address on record",
    "consent": "a consent on record for this purpose and channel",
    "opted_out": "only the person, on their preference page",
    "snoozed": "the end of the snooze, or the person ending it",
    "cap": "another day: the cap counts every message that is not about an application",
    "window": "the opening of the send window where the person lives",
    "condition": "the step's condition coming true for this person, before the step is reached",
    "spacing": "the end of the spacing after the last message; `keepwarm calendar caps` sets it",
    "words": "a message of that name; a task asks to write to the person by hand",
    "tokens": "what is missing, filled in; a task asks for it",
    "paused": "`keepwarm resume`",
    "dropped": "nothing: the resume dropped what was overdue; `--policy shift` or `spread:3d` would have kept it",
    "merged": "nothing: another alert told of it",
    "fact": "the date that the wait counts from, on record",
    "cool_off": "the end of the rest after a no",
    "withdrawn": "nothing: what it would have told is no longer so",
    "exited": "enrolling the person again",
    "undeliverable": "a correct address, or the provider's own cure",
}
"""What would change each gate's answer."""
MESSAGE_WORDS = {
    "auto_reply": "an automatic answer, which is no reply",
    "wrong_person": "the address is not theirs",
    "later": "not now",
    "stop": "stop",
    "start": "wants SMS again",
    "help": "asked who writes",
}
"""What the class of a message is called, where its own name does not say it."""
LEFT = frozenset({"accepted", "delivered", "bounced", "complained"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened or did not. `cure` says what would change it, where something would."""

    at: datetime
    kind: str
    text: str
    touch_key: str = ""
    gate: str = ""
    cure: str = ""


def explain(connection: Connection, name: str, touch_key: str = "") -> list[dict[str, Any]]:
    """Every line about a candidate, oldest first, or those about one touch. Raises Refused for nobody."""
    candidate_id = find_candidate(connection, name).id
    sources = (_touches, _planned, _open_tasks) if touch_key else _ALL
    lines = [line for source in sources for line in source(connection, candidate_id)]
    chosen = [line for line in lines if not touch_key or line.touch_key == touch_key]
    return [asdict(line) for line in sorted(chosen, key=lambda line: line.at)]


def _stages(connection: Connection, candidate_id: str) -> Iterator[Line]:
    c = stage_log.c
    for row in connection.execute(select(stage_log).where(c.candidate_id == candidate_id).order_by(c.at, c.id)):
        by = f" by {row.by}" if row.by else ""
        if row.outcome == "entered":
            yield Line(row.at, "stage", f"entered {row.stage} at {row.opening_id}{by}")
        else:
            ignored = f"the change to {row.stage} at {row.opening_id}{by} was ignored: {row.outcome}, {row.because}"
            yield Line(row.at, "stage", ignored)


def _stays(connection: Connection, candidate_id: str) -> Iterator[Line]:
    for stay in enrollments.for_candidate(connection, candidate_id):
        label = f"{stay.journey}@{stay.version}"
        if stay.status == "refused":
            yield Line(stay.entered_at, "journey", f"not taken into {label}: {stay.because}")
            continue
        yield Line(stay.entered_at, "journey", f"entered {label}")
        if stay.ended_at:
            ended = f"left {label}: {stay.because}" if stay.status == "exited" else f"finished {label}"
            yield Line(stay.ended_at, "journey", ended)


def _notes(connection: Connection, candidate_id: str) -> Iterator[Line]:
    """What people noted of a journey that somebody was taken out of."""
    c = decision_notes.c
    for row in connection.execute(select(decision_notes).where(c.candidate_id == candidate_id, c.opening_id == "")):
        yield Line(row.recorded_at, "note", f"{row.by or 'a person'} noted: {row.reason}")


def _words_of_consent(connection: Connection, candidate_id: str) -> Iterator[Line]:
    for word in consents.history(connection, candidate_id):
        verb = "agreed to" if word.granted else "withdrew consent to"
        yield Line(word.at, "consent", f"{verb} {word.purpose} by {word.channel} ({word.basis}, {word.source})")


def _messages(connection: Connection, candidate_id: str) -> Iterator[Line]:
    """What the person wrote, by its class: the words themselves are in the inbox."""
    zone = zone_of(candidates.get(connection, candidate_id).zone)
    for message in messages.for_candidate(connection, candidate_id):
        until = f" until {message.until.astimezone(zone):%Y-%m-%d}" if message.until else ""
        by = (
            f"says {message.kind_by}"
            if message.kind_by
            else f"rule {message.because}"
            if message.because
            else "no rule"
        )
        named = f"message {message.id} by {message.channel}"
        what = MESSAGE_WORDS.get(message.kind, message.kind)
        if message.holds:
            yield Line(message.at, "message", f"wrote: {what}{until} ({by}; {named})", message.touch_key)
        else:
            cure = f"`keepwarm inbox confirm {message.id}`"
            text = f"somebody wrote from their address, which counts once a person confirms it: {what}{until} ({named}); {cure}"
            yield Line(message.at, "message", text, message.touch_key, "", cure)


def _touches(connection: Connection, candidate_id: str) -> Iterator[Line]:
    basis = {word.id: word for word in consents.history(connection, candidate_id)}
    for row in inspections.for_candidate(connection, candidate_id):
        word = basis.get(row.consent_id or 0)
        consent = f", on the consent of {word.at:%Y-%m-%d} ({word.basis}, {word.source})" if word else ""
        yield _touch_line(row, consent)


def _touch_line(row: LedgerRow, consent: str) -> Line:
    what = f"{row.template} for {row.journey or row.opening_id or row.purpose} by {row.channel}"
    at = row.accepted_at or row.settled_at or row.handed_over_at or row.due
    cure = CURES.get(row.gate, "")
    because = f": {row.because}" if row.because else ""
    match row.state:
        case state if state in LEFT:
            fate = "" if state == "accepted" else f", {state}"
            return Line(at, "sent", f"sent {what}{consent}{fate}", row.touch_key)
        case "skipped":
            text = f"not sent: {what}; gate {row.gate}{because}; what would change it: {cure}"
            return Line(at, "not_sent", text, row.touch_key, row.gate, cure)
        case "intended":
            until = f" until {row.not_before.astimezone(UTC):%Y-%m-%d %H:%M}" if row.not_before else ""
            text = f"waits{until}: {what}; gate {row.gate}{because}; what would change it: {cure}"
            return Line(row.due, "waits", text, row.touch_key, row.gate, cure)
        case "unknown":
            cure = f"`keepwarm resolve {row.touch_key} --sent` or `--not-sent`, once the provider was asked"
            return Line(
                at, "unknown", f"nobody can tell whether it left: {what}{because}; {cure}", row.touch_key, "", cure
            )
        case "failed":
            text = f"not sent: {what}; the provider refused it{because or ': ' + row.error}"
            return Line(at, "not_sent", text, row.touch_key, "undeliverable", CURES["undeliverable"])
    return Line(at, "sending", f"is being sent: {what}{consent}", row.touch_key)


def _planned(connection: Connection, candidate_id: str) -> Iterator[Line]:
    for touch in upcoming.listed(connection, candidate_id=candidate_id):
        source = touch.journey or touch.opening_id or touch.purpose
        waits = f", waits for {touch.because}" if touch.because else ""
        text = f"will send {touch.template} for {source} by {touch.channel}{waits}"
        yield Line(touch.due, "planned", text, touch.touch_key)


def _alerts(connection: Connection, candidate_id: str) -> Iterator[Line]:
    c = opening_matches.c
    for row in connection.execute(select(opening_matches).where(c.candidate_id == candidate_id).order_by(c.at)):
        named = f"{row.opening_id} (round {row.round})"
        if row.outcome == "not_told":
            yield Line(row.at, "not_told", f"not told of {named}: {row.because}")
        elif row.outcome != "told":
            because = f": {row.because}" if row.because else ""
            yield Line(row.at, "match", f"may fit {named}, {row.outcome}{because}")


def _open_tasks(connection: Connection, candidate_id: str) -> Iterator[Line]:
    for task in tasks.listed(connection, candidate_id):
        yield Line(task.due, "task", f"a person is asked: {task.because}", task.touch_key)


_ALL = (_stages, _stays, _notes, _words_of_consent, _alerts, _messages, _touches, _planned, _open_tasks)


def portrait(connection: Connection, name: str) -> dict[str, Any]:
    """All that is known of a candidate and what comes next, as plain data. Raises Refused for nobody."""
    profile = candidates.profile(connection, find_candidate(connection, name).id)
    candidate_id = profile.candidate.id
    return {
        **asdict(profile.candidate),
        "contact_points": [asdict(point) for point in profile.contact_points],
        "skills": profile.skills,
        "tags": profile.tags,
        "pools": profile.pools,
        "consents": [asdict(word) for word in consents.latest(connection, candidate_id)],
        "applications": [asdict(one) for one in applications.for_candidate(connection, candidate_id)],
        "enrollments": [asdict(stay) for stay in enrollments.for_candidate(connection, candidate_id)],
        "upcoming": [asdict(touch) for touch in upcoming.listed(connection, candidate_id=candidate_id)],
        "tasks": [asdict(task) for task in tasks.listed(connection, candidate_id)],
    }


def portrait_lines(shown: dict[str, Any]) -> Iterator[str]:
    """A portrait for people."""
    yield f"{shown['full_name']}  (candidate {shown['id']})"
    zone = f"{shown['zone']} (told by {shown['zone_source'] or 'nothing'})"
    about = [shown[name] for name in ("headline", "company", "place", "country", "office") if shown[name]]
    yield "  " + " · ".join([*about, zone, shown["language"]])
    for point in shown["contact_points"]:
        yield f"  {point['kind']}: {point['value']}" + (
            f"  SUPPRESSED: {point['suppressed']}" if point["suppressed"] else ""
        )
    for label in ("skills", "tags", "pools"):
        if shown[label]:
            yield f"  {label}: {', '.join(shown[label])}"
    if shown["snoozed_until"]:
        yield f"  left alone until {shown['snoozed_until']:%Y-%m-%d}"
    for word in shown["consents"]:
        holds = "agreed to" if word["granted"] else "does not want"
        yield f"  {holds} {word['purpose']} by {word['channel']} since {word['at']:%Y-%m-%d} ({word['source']})"
    for one in shown["applications"]:
        yield f"  {one['opening_id']}: {one['stage']} since {one['stage_at']:%Y-%m-%d}"
    for stay in shown["enrollments"]:
        yield f"  {stay['journey']}@{stay['version']}: {stay['status']} {stay['because']}".rstrip()
    for touch in shown["upcoming"][:5]:
        yield f"  next: {touch['due']:%Y-%m-%d %H:%M} {touch['journey'] or touch['opening_id']} {touch['template']}"
    for task in shown["tasks"]:
        yield f"  task: {task['because']}"
