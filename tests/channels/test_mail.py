import io
import struct
import time
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.attachments import Refused
from channels.mail import LONGEST_TEXT, MOST_PARTS, read_mail
from channels.tnef import unwrap

PLAIN = """\
Return-Path: <ada@example.org>
Delivered-To: reply+abc@reply.keepwarm.example
Message-ID: <1@example.org>
In-Reply-To: <42.received.1@keepwarm.example>
References: <0@keepwarm.example>
 <42.received.1@keepwarm.example>
From: =?iso-8859-1?Q?Lovelace=2C_Ad=E4?= <ada@example.org>
To: "Talent, Team" <talent@keepwarm.example>, other@keepwarm.example
Subject: =?utf-8?B?UmU6IFdpciBoYWJlbiBJaHJlIEJld2VyYnVuZyA=?= =?utf-8?Q?=E2=9C=93?=
Date: Mon, 30 Nov 2026 10:00:00 +0100
Auto-Submitted: Auto-Replied (vacation); owner="ada"
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Sch=F6nen Dank.
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_plain_mail_is_read_whatever_ends_its_lines(newline: str) -> None:
    mail = read_mail(PLAIN.replace("\n", newline).encode())
    assert mail.message_id == "<1@example.org>"
    assert mail.in_reply_to == "<42.received.1@keepwarm.example>"
    assert mail.references == ("<0@keepwarm.example>", "<42.received.1@keepwarm.example>")
    assert (mail.from_name, mail.from_address) == ("Lovelace, Adä", "ada@example.org")
    assert mail.to == ("reply+abc@reply.keepwarm.example", "talent@keepwarm.example", "other@keepwarm.example")
    assert mail.subject == "Re: Wir haben Ihre Bewerbung ✓"
    assert mail.date == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert mail.text == "Schönen Dank."
    assert mail.auto_submitted == "auto-replied"
    assert mail.headers["return-path"] == "<ada@example.org>"


def test_bytes_in_headers_that_nobody_encoded_are_read() -> None:
    mail = read_mail("From: Zoë <zoe@example.org>\nSubject: Grüße\n\nHallo".encode("latin-1"))
    assert (mail.from_name, mail.subject) == ("Zoë", "Grüße")
    assert read_mail("Subject: Grüße\n\n".encode()).subject == "Grüße"


def test_a_mail_of_html_alone_has_words_with_quotes_marked() -> None:
    html = "<html><head><style>p {}</style></head><body><p>Yes,&nbsp;please!</p><blockquote>Unsubscribe</blockquote></body></html>"
    mail = read_mail(f"Content-Type: text/html; charset=utf-8\n\n{html}".encode())
    assert mail.text.split("\n") == ["Yes, please!", "", "> Unsubscribe"]
    assert mail.html == html


def with_files() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message.set_content("My CV.\n")
    message.add_alternative("<p>My CV.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Lebenslauf Zoë.pdf")
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="../cv.exe")
    return message


def test_files_are_told_from_words() -> None:
    mail = read_mail(with_files().as_bytes())
    assert mail.text == "My CV."
    assert mail.html.strip() == "<p>My CV.</p>"
    assert [(one.name, one.refused) for one in mail.attachments] == [
        ("Lebenslauf Zoë.pdf", Refused.NO),
        ("cv.exe", Refused.PROGRAM),
    ]


def test_a_mail_inside_a_mail_is_a_file_and_not_its_words() -> None:
    outer, inner = EmailMessage(), EmailMessage()
    inner["Subject"] = "Unsubscribe"
    inner.set_content("Please unsubscribe me.")
    outer.set_content("See below.")
    outer.add_attachment(inner)
    mail = read_mail(outer.as_bytes())
    assert mail.text == "See below."
    assert [(one.content_type, one.refused) for one in mail.attachments] == [("message/rfc822", Refused.NO)]
    assert "unsubscribe" in mail.reports[0].text


def test_a_mail_inside_a_mail_hides_no_program() -> None:
    outer = EmailMessage()
    outer.set_content("See below.")
    outer.add_attachment(with_files())
    assert [one.refused for one in read_mail(outer.as_bytes()).attachments] == [Refused.PROGRAM]


def test_parts_beyond_all_measure_are_cut_off() -> None:
    part = "--b\nContent-Type: text/plain\n\nword\n"
    raw = f"Content-Type: multipart/mixed; boundary=b\n\n{part * 50_000}--b--\n".encode()
    began = time.process_time()
    mail = read_mail(raw)
    assert mail.text.count("word") <= MOST_PARTS
    assert time.process_time() - began < 5


def test_nesting_beyond_all_measure_does_no_harm() -> None:
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n" for depth in range(3_000))
    assert read_mail(f"Subject: deep\n{heads}\nword".encode()).subject == "deep"


def test_a_text_beyond_all_measure_is_cut_off() -> None:
    assert len(read_mail(b"Subject: long\n\n" + b"word " * 1_000_000).text) <= LONGEST_TEXT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"\r\r\r",
        b"From: (((((" + b"(" * 100_000 + b"\n\n",
        b"From: =?utf-8?B?!!!?= <a@b>\nSubject: =?x?Q?=ZZ?=\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\n",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: text/plain; charset*=utf-8''%FF\nContent-Disposition: attachment; filename*=x''%ZZ\n\nword",
        b"Content-Type: text/plain; charset=base64\nContent-Transfer-Encoding: base64\n\n!!!",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: uuencode\n\nbegin 644 x\n\xff\n",
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\naGVsbG8=",
        b'Content-Disposition: attachment; filename="=?utf-8?B?AAAA?="\n\nword',
        b"Message-ID: " + b"<" * 100_000 + b"\nReferences: " + b"<a@b> " * 50_000 + b"\n\n",
    ],
)
def test_a_broken_mail_is_still_a_mail(raw: bytes) -> None:
    mail = read_mail(raw)
    assert "\0" not in mail.subject + mail.text + mail.from_name
    assert len(mail.references) <= 100


@given(st.data())
def test_a_mail_with_any_byte_changed_is_still_a_mail(data: st.DataObject) -> None:
    raw = bytearray(with_files().as_bytes())
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=10)):
        raw[at] = data.draw(st.integers(0, 255))
    read_mail(bytes(raw))


@given(st.binary(max_size=500))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    read_mail(raw)


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    told = b"".join(struct.pack("<BII", 1, name, len(data)) + data + b"\0\0" for name, data in attributes)
    return b"\x78\x9f\x3e\x22\x01\0" + told


def test_what_outlook_wrapped_is_unwrapped() -> None:
    words = "Schöne Grüße".encode("utf-16-le") + b"\0\0"
    text = struct.pack("<IHHII", 1, 0x1F, 0x1000, 1, len(words)) + words + b"\0" * (-len(words) % 4)
    wrapped = tnef((0x00069003, text), (0x00069002, b"\0" * 14), (0x00018010, b"cv.pdf\0"), (0x0006800F, b"%PDF"))
    message = EmailMessage()
    message.add_attachment(wrapped, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail = read_mail(message.as_bytes())
    assert mail.text == "Schöne Grüße"
    assert [(one.name, one.content) for one in mail.attachments] == [("cv.pdf", b"%PDF")]


@given(st.binary(max_size=300))
def test_any_bytes_may_be_wrapped(content: bytes) -> None:
    assert unwrap(content) is None or content.startswith(b"\x78\x9f\x3e\x22")
    assert unwrap(b"\x78\x9f\x3e\x22\0\0" + content) is not None


def test_a_bomb_is_refused_by_what_it_says_it_becomes() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cv.txt", b"\0" * 50_000_000)
    message = EmailMessage()
    message.add_attachment(file.getvalue(), maintype="application", subtype="zip", filename="cv.zip")
    assert [one.refused for one in read_mail(message.as_bytes()).attachments] == [Refused.BOMB]


def test_a_blank_plain_part_leaves_the_word_to_the_html() -> None:
    parts = b"--b\nContent-Type: text/plain\n\n \n\n--b\nContent-Type: text/html\n\n<p>Please unsubscribe me</p>\n--b--"
    assert read_mail(b"Content-Type: multipart/alternative; boundary=b\n\n" + parts).text == "Please unsubscribe me"


def test_lines_that_a_program_broke_anywhere_are_whole_again() -> None:
    words = "配信を停止し \nてください。\n\nPlease stop  \nemailing me.\n-- \nAda \n> quoted \n> more"
    kind = "Content-Type: text/plain; charset=utf-8; format=flowed; DelSp=Yes"
    whole = "配信を停止してください。\n\nPlease stop emailing me.\n-- \nAda \n> quoted \n> more"
    assert read_mail(f"{kind}\n\n{words}".encode()).text == whole
