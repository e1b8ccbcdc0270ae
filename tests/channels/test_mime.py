"""Hand-assembled mails, read back by the standard library's parser."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import parseaddr

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channels.messages import CalendarPart, Email
from channels.mime import assemble

DATE = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
MAIL = Email(
    touch_key="42/stage/be-1/received/1",
    message_id="<42.received@keepwarm.example>",
    to_address="ada@example.org",
    to_name="Ada Lovelace",
    from_address="talent@keepwarm.example",
    from_name="The talent team",
    reply_to="reply+abc@reply.keepwarm.example",
    envelope_sender="bounce+abc@reply.keepwarm.example",
    subject="We have your application",
    text="Dear Ada,\n\nthank you.\n",
    html="<p>Dear Ada,</p><p>thank you.</p>",
    headers={
        "List-Unsubscribe": "<https://keepwarm.example/u/" + "x" * 120 + ">, <mailto:stop@keepwarm.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)

INVITE = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"

unicode_text = st.text(st.characters(exclude_categories=["Cs"]))
header_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
"""What a header may hold; the rest is refused."""


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def header(raw: bytes, name: str) -> str:
    """The decoded header by RFC 2047 alone: the default policy normalises spaces in names."""
    plain = email.message_from_bytes(raw, policy=email.policy.compat32)
    return re.sub(r"\r\n(?=[ \t])", "", plain[name])


def assert_wire_clean(raw: bytes) -> None:
    """CRLF alone, 7-bit, no line over 998, none that begins with a dot; header lines with encoded words at most 76."""
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b".") for line in lines)
    head = raw[: raw.index(b"\r\n\r\n")].split(b"\r\n")
    assert all(line.strip() for line in head)
    assert all(len(line) <= 76 for line in head if b"=?utf-8?" in line)


def body(part: Message) -> str:
    """The decoded text with LF alone."""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def test_a_mail_carries_every_header_once() -> None:
    message = parse(assemble(MAIL, DATE))
    expected = {
        "Date": "Tue, 01 Dec 2026 09:30:00 +0000",
        "From": "The talent team <talent@keepwarm.example>",
        "To": "Ada Lovelace <ada@example.org>",
        "Reply-To": "reply+abc@reply.keepwarm.example",
        "Subject": "We have your application",
        "Message-ID": "<42.received@keepwarm.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        **MAIL.headers,
    }
    for name, value in expected.items():
        assert message.get_all(name) == [value]
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_without_html_is_one_plain_part() -> None:
    message = parse(assemble(replace(MAIL, html=""), DATE))
    assert message.get_content_type() == "text/plain"
    assert body(message) == MAIL.text


def test_a_recruiters_own_mail_may_say_that_it_is_not_automatic() -> None:
    message = parse(assemble(replace(MAIL, headers={"auto-submitted": "no"}), DATE))
    assert message.get_all("Auto-Submitted") == ["no"]


def test_a_domain_outside_ascii_is_written_as_in_dns() -> None:
    assert parse(assemble(replace(MAIL, to_address="ada@bücher.example"), DATE))["To"].addresses[0].domain == (
        "xn--bcher-kva.example"
    )


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("subject", "Hello\r\nBcc: all@example.org", "Subject"),
        ("subject", "Hello\nthere", "Subject"),
        ("subject", "lone surrogate \ud800", "Subject"),
        ("to_name", "Ada\r\n Lovelace", "To"),
        ("from_name", "Team\0", "From"),
        ("to_address", "ada@example.org>\r\nRCPT TO:<eve@example.org", "To"),
        ("to_address", "ada@example.org, eve@example.org", "To"),
        ("to_address", "ädä@example.org", "To"),
        ("to_address", "nobody", "To"),
        ("to_address", "ada@..ü", "To"),
        ("reply_to", "a b@example.org", "Reply-To"),
        ("message_id", "<a@b>\r\nX: y", "Message-ID"),
        ("message_id", "<ä@b>", "Message-ID"),
        ("headers", {"List-Unsubscribe": "<https://x>\nX-Evil: 1"}, "List-Unsubscribe"),
        ("headers", {"List-Unsubscribe": f"<https://x/{'x' * 1000}>"}, "List-Unsubscribe"),
        ("headers", {"X Evil": "1"}, "X Evil"),
        ("headers", {"Subject": "another"}, "Subject"),
        ("headers", {"bcc": "eve@example.org"}, "bcc"),
        ("headers", {"X-Note": "1", "x-note": "2"}, "x-note"),
        ("calendar", CalendarPart("REQUEST\r\nBcc: eve@example.org", INVITE), "calendar"),
        ("calendar", CalendarPart("REQUEST", INVITE, 'x"; y="eve@example.org'), "calendar"),
    ],
)
def test_what_could_break_out_of_a_header_is_refused_by_name(field: str, value: object, named: str) -> None:
    with pytest.raises(ValueError, match=named) as refused:
        assemble(replace(MAIL, **{field: value}), DATE)  # type: ignore[arg-type]
    assert "eve@example.org" not in str(refused.value)


@given(header_text)
def test_any_subject_is_read_back_as_written(subject: str) -> None:
    raw = assemble(replace(MAIL, subject=subject), DATE)
    assert_wire_clean(raw)
    assert str(make_header(decode_header(header(raw, "Subject")))) == subject


@given(st.lists(st.text("abcdefgh.,<>@\"'()=?", min_size=1, max_size=90), max_size=20).map(" ".join))
def test_long_plain_subjects_are_folded_between_words(subject: str) -> None:
    raw = assemble(replace(MAIL, subject=subject), DATE)
    assert_wire_clean(raw)
    assert parse(raw)["Subject"] == subject


@given(header_text.filter(bool))
def test_any_name_is_read_back_as_written(name: str) -> None:
    raw = assemble(replace(MAIL, to_name=name, from_name=name), DATE)
    assert_wire_clean(raw)
    for field, address in (("To", MAIL.to_address), ("From", MAIL.from_address)):
        shown, bare = parseaddr(header(raw, field))
        assert bare == address
        assert str(make_header(decode_header(shown))) == name


@given(st.text("Aa1.,\"\\()<>@;:=?_ 'é日", min_size=1, max_size=200))
def test_names_with_special_characters_keep_one_address(name: str) -> None:
    raw = assemble(replace(MAIL, to_name=name), DATE)
    assert_wire_clean(raw)
    (address,) = parse(raw)["To"].addresses
    assert address.addr_spec == MAIL.to_address


@given(unicode_text, unicode_text.filter(bool))
def test_any_body_is_read_back_as_written(text: str, html: str) -> None:
    raw = assemble(replace(MAIL, text=text, html=html), DATE)
    assert_wire_clean(raw)
    parts = list(parse(raw).iter_parts())
    for part, written in zip(parts, (text, html), strict=True):
        assert body(part) == re.sub(r"\r\n|\r", "\n", written)


@given(st.dictionaries(st.from_regex(r"X-[A-Za-z]{1,30}", fullmatch=True), header_text, max_size=3))
def test_any_extra_header_keeps_its_words(headers: dict[str, str]) -> None:
    assume(len({name.lower() for name in headers}) == len(headers))
    raw = assemble(replace(MAIL, headers=headers), DATE)
    assert_wire_clean(raw)
    for name, value in headers.items():
        assert str(make_header(decode_header(header(raw, name)))).split() == value.split()


def test_dots_at_the_start_of_a_line_and_long_lines_survive() -> None:
    text = ".\n..hidden\n" + "x" * 5_000 + "\n.\n"
    parts = list(parse(assemble(replace(MAIL, text=text), DATE)).iter_parts())
    assert body(parts[0]) == text


def test_an_invitation_stands_beside_the_words_and_is_attached() -> None:
    raw = assemble(replace(MAIL, calendar=CalendarPart("REQUEST", INVITE)), DATE)
    assert_wire_clean(raw)
    message = parse(raw)
    assert message.get_content_type() == "multipart/mixed"
    said, attached = message.iter_parts()
    assert said.get_content_type() == "multipart/alternative"
    parts = list(said.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    assert dict(parts[2]["content-type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert parts[2]["content-disposition"] is None
    assert [body(part) for part in parts[:2]] == [MAIL.text, MAIL.html]
    assert attached.get_content_type() == "application/ics"
    assert (attached.get_content_disposition(), attached.get_filename()) == ("attachment", "invite.ics")
    for part in (parts[2], attached):
        assert part.get_payload(decode=True) == INVITE.encode()


def test_an_invitation_goes_with_plain_words_too() -> None:
    message = parse(assemble(replace(MAIL, html="", calendar=CalendarPart("CANCEL", INVITE)), DATE))
    said, _ = message.iter_parts()
    parts = list(said.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/calendar"]
    assert parts[1]["content-type"].params["method"] == "CANCEL"


@given(unicode_text.filter(bool))
def test_any_calendar_text_is_read_back_as_written(text: str) -> None:
    raw = assemble(replace(MAIL, calendar=CalendarPart("REQUEST", text)), DATE)
    assert_wire_clean(raw)
    said, attached = parse(raw).iter_parts()
    for part in (list(said.iter_parts())[2], attached):
        assert body(part) == re.sub(r"\r\n|\r", "\n", text)
