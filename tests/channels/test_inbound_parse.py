import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.attachments import Refused
from channels.inbound_parse import read_inbound_parse

KIND = "multipart/form-data; boundary=xYzZY"
Fields = list[tuple[str, bytes]]


def form(fields: Fields, newline: str = "\r\n") -> bytes:
    """A form; a field's first element is what stands behind `form-data; `, header lines below it included."""
    told = b"".join(
        b"--xYzZY\nContent-Disposition: form-data; " + head.encode() + b"\n\n" + content + b"\n"
        for head, content in fields
    )
    return re.sub(rb"\r?\n", newline.encode(), told + b"--xYzZY--\n")


def parsed(**others: bytes) -> Fields:
    fields = {
        "headers": b"Message-ID: <1@example.org>\nIn-Reply-To: <42@keepwarm.example>\nFrom: Ada <ada@example.org>\nAuto-Submitted: no\n",
        "dkim": b"{@example.org : pass}",
        "envelope": json.dumps({"to": ["reply+abc@reply.keepwarm.example"], "from": "ada@example.org"}).encode(),
        "to": b"Talent <talent@keepwarm.example>",
        "from": b"Ada <ada@example.org>",
        "subject": "Sí".encode(),
        "text": "pidió más\n".encode("latin-1"),
        "charsets": json.dumps({"subject": "UTF-8", "text": "iso-8859-1"}).encode(),
        **others,
    }
    return [(f'name="{name}"', content) for name, content in fields.items()]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_field_is_read_in_its_own_charset(newline: str) -> None:
    mail = read_inbound_parse(KIND, form(parsed(), newline))
    assert (mail.subject, mail.text) == ("Sí", "pidió más")
    assert (mail.message_id, mail.in_reply_to) == ("<1@example.org>", "<42@keepwarm.example>")
    assert (mail.from_name, mail.from_address) == ("Ada", "ada@example.org")
    assert mail.to == ("reply+abc@reply.keepwarm.example", "talent@keepwarm.example")
    assert mail.attachments == ()


def test_an_old_dos_charset_is_not_taken_for_utf_8() -> None:
    fields = parsed(text="pidió".encode("cp850"), charsets=json.dumps({"text": "cp850"}).encode())
    assert read_inbound_parse(KIND, form(fields)).text == "pidió"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_whole_mail_is_read_from_its_bytes(newline: str) -> None:
    email = "From: Ada <ada@example.org>\nSubject: Re\nContent-Type: text/plain; charset=iso-8859-1\n\npidió".encode(
        "latin-1"
    )
    fields = [
        ('name="email"', email),
        ('name="envelope"', b'{"to":["reply+abc@reply.keepwarm.example"]}'),
        ('name="dkim"', b"{@a : pass}"),
    ]
    mail = read_inbound_parse(KIND, form(fields, newline))
    assert (mail.subject, mail.text, mail.to) == ("Re", "pidió", ("reply+abc@reply.keepwarm.example",))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("cv.pdf", "cv.pdf"),
        ("..", "attachment-1.pdf"),
        ("", "attachment-1.pdf"),
        ("../../etc/passwd", "passwd"),
        ('a\\"b.pdf', "a b.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("Zoë.pdf", "Zoë.pdf"),
        ("x" * 3_000 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_hostile_file_names_do_no_harm(name: str, kept: str) -> None:
    fields = [
        *parsed(attachments=b"1"),
        (f'name="attachment1"; filename="{name}"\nContent-Type: application/pdf', b"%PDF\r\n-1.7"),
    ]
    (one,) = read_inbound_parse(KIND, form(fields, "\r\n")).attachments
    assert (one.name, one.content_type, one.content, one.refused) == (
        kept,
        "application/pdf",
        b"%PDF\r\n-1.7",
        Refused.NO,
    )


def test_equal_names_stay_apart() -> None:
    files = [(f'name="attachment{n}"; filename="cv.pdf"', b"%d" % n) for n in (1, 2)]
    assert [one.name for one in read_inbound_parse(KIND, form([*parsed(), *files])).attachments] == [
        "cv.pdf",
        "cv (2).pdf",
    ]


def test_a_bounce_in_pieces_keeps_its_report() -> None:
    report = b"Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n"
    fields = [*parsed(), ('name="attachment1"; filename="x.dat"\nContent-Type: message/delivery-status', report)]
    assert read_inbound_parse(KIND, form(fields)).reports[0].text.startswith("Final-Recipient")


def test_the_boundary_is_found_where_the_header_lost_it() -> None:
    assert read_inbound_parse("", form(parsed())).subject == "Sí"


@pytest.mark.parametrize(
    "body", [b"", b"--", b"--xYzZY", b"--xYzZY--", b"no form", b"--xYzZY\n\n\n--xYzZY\nContent-Disposition: x\n\ny"]
)
def test_a_form_that_is_none_is_an_empty_mail(body: bytes) -> None:
    mail = read_inbound_parse(KIND, body)
    assert (mail.text, mail.to, mail.attachments) == ("", (), ())


@pytest.mark.parametrize("envelope", [b"{", b"[]", b'{"to": "a@b"}', b'{"to": [1, null]}', b"[" * 100_000])
def test_an_envelope_that_is_none_is_passed_over(envelope: bytes) -> None:
    assert read_inbound_parse(KIND, form(parsed(envelope=envelope))).to == ("talent@keepwarm.example",)


@given(st.data())
def test_a_form_with_any_byte_changed_is_still_read(data: st.DataObject) -> None:
    raw = bytearray(form(parsed()))
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=10)):
        raw[at] = data.draw(st.integers(0, 255))
    assert "\0" not in read_inbound_parse(KIND, bytes(raw)).text
