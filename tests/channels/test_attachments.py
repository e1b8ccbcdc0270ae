import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.attachments import LARGEST, LONGEST_NAME, MOST, Attachment, Refused, made_safe, refusal, safe_name


def a_zip(*names: str, content: bytes = b"words", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("cv.pdf", "cv.pdf"),
        ("", "attachment-3.pdf"),
        ("..", "attachment-3.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\cv.pdf", "cv.pdf"),
        ("cv\0.pdf", "cv.pdf"),
        ("cv\r\nSet-Cookie: a.pdf", "cvSet-Cookie a.pdf"),
        ("con.pdf", "_con.pdf"),
        (".htaccess", "htaccess"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("Zoe\u0308.pdf", "Zoë.pdf"),
        ("<script>.pdf", "script .pdf"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(name: str, safe: str) -> None:
    assert safe_name(name, "application/pdf", 3) == safe


def test_a_very_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 5_000 + ".pdf") == "x" * (LONGEST_NAME - 4) + ".pdf"


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_name_is_short_and_names_no_folder(name: str, content_type: str) -> None:
    safe = safe_name(name, content_type)
    assert 0 < len(safe) <= LONGEST_NAME + 1
    assert not set("/\\\0") & set(safe)
    assert safe not in {".", ".."}


def test_equal_names_are_numbered() -> None:
    names = [
        one.name
        for one in made_safe(
            [
                Attachment("cv.pdf", "application/pdf", b"1"),
                Attachment("CV.pdf", "", b"2"),
                Attachment("cv.pdf", "", b"3"),
            ]
        )
    ]
    assert names == ["cv.pdf", "CV (2).pdf", "cv (3).pdf"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("cv.pdf", b"%PDF-1.7", Refused.NO),
        ("cv.docx", a_zip("word/document.xml"), Refused.NO),
        ("papers.zip", a_zip("cv.pdf", "letter.pdf"), Refused.NO),
        ("cv.exe", b"anything", Refused.PROGRAM),
        ("cv.pdf.scr", b"anything", Refused.PROGRAM),
        ("cv.pdf", b"MZ\x90\0", Refused.PROGRAM),
        ("cv", b"\x7fELF\x02", Refused.PROGRAM),
        ("cv.txt", b"#!/bin/sh\n", Refused.PROGRAM),
        ("cv.docm", a_zip("word/document.xml"), Refused.PROGRAM),
        ("cv.docx", a_zip("word/document.xml", "word/vbaProject.bin"), Refused.PROGRAM),
        ("cv.zip", a_zip("cv.pdf", "setup.exe"), Refused.PROGRAM),
        ("cv.zip", a_zip("inner.zip"), Refused.BOMB),
        ("cv.zip", a_zip("zeros", content=b"\0" * 20_000_000), Refused.BOMB),
        ("cv.zip", a_zip(*(f"{n}.txt" for n in range(1_001))), Refused.BOMB),
        ("cv.zip", b"no archive", Refused.CLOSED),
        ("cv.zip", a_zip("cv.pdf")[:-30], Refused.CLOSED),
        ("cv.rar", b"Rar!\x1a\x07\x01\0", Refused.CLOSED),
        ("cv.7z", b"7z\xbc\xaf\x27\x1c", Refused.CLOSED),
        ("cv.pdf", b" " * (LARGEST + 1), Refused.TOO_LARGE),
    ],
)
def test_what_must_not_be_kept_is_refused_whatever_it_is_called(name: str, content: bytes, why: Refused) -> None:
    assert refusal(name, content) is why
    (kept,) = made_safe([Attachment(name, "application/pdf", content)])
    assert kept.refused is why
    assert kept.content == (b"" if why else content)


def test_an_encrypted_archive_is_closed() -> None:
    content = bytearray(a_zip("cv.pdf"))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal("cv.zip", bytes(content)) is Refused.CLOSED


def test_more_files_than_anybody_sends_are_not_kept() -> None:
    kept = made_safe(Attachment("a.txt", "text/plain", b"a") for _ in range(MOST + 30))
    assert len(kept) == MOST + 1
    assert kept[-1].refused is Refused.TOO_MANY


def test_all_files_together_are_bounded() -> None:
    kept = made_safe(Attachment("a.bin", "", b"a" * (LARGEST - 1)) for _ in range(4))
    assert [one.refused for one in kept] == [Refused.NO, Refused.NO, Refused.TOO_LARGE, Refused.TOO_LARGE]


def test_a_type_that_is_none_is_unknown_bytes() -> None:
    (kept,) = made_safe([Attachment("a", "text/html\r\nX: y", b"a")])
    assert kept.content_type == "application/octet-stream"
