"""Files that strangers attach, made safe to keep: their names, their sizes, what they are; what can't be kept is refused by name.

Nothing is ever unpacked. An archive is judged by the directory that it carries: how much it says it will become.
"""

from __future__ import annotations

import io
import mimetypes
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

LARGEST = 15_000_000
"""Bytes of one attachment: SendGrid's own limit for a whole mail is 30 MB."""
LARGEST_TOGETHER = 30_000_000
MOST = 50
"""Attachments of one mail that are kept. A CV, certificates and a few pictures of a signature are far below."""
LONGEST_NAME = 120
_MOST_ENTRIES = 1_000
_LARGEST_UNPACKED = 200_000_000
_LARGEST_RATIO = 100
"""Deflate reaches 1,032 to 1; office documents and text stay below 30 to 1."""

_PROGRAMS = re.compile(
    "ade|adp|apk|app|appx|appxbundle|bat|chm|cmd|com|cpl|deb|dll|dmg|docm|dotm|exe|gadget|hta|img|ins|iso|isp|jar|js|jse|lib|lnk|mde"
    "|msc|msi|msix|msp|mst|nsh|pif|potm|ppam|ppsm|pptm|ps1|psd1|psm1|reg|rpm|scf|scr|sct|sh|shb|sldm|sys|url|vb|vbe|vbs|vhd|vhdx|vxd"
    "|wsc|wsf|wsh|xlam|xll|xlsm|xltm"
)
"""File name endings that open as programs or carry macros (Gmail's and Outlook's blocked lists together)."""
_CLOSED_ARCHIVES = (
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"\x60\xea",
)
"""7z, RAR, gzip, bzip2, xz, zstd, CAB, ARJ: no directory that tells what they become."""
_PROGRAM_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_ARCHIVES = re.compile("zip|rar|7z|gz|tgz|bz2|xz|zst|cab|arj|tar|lzh|ace")


class Refused(StrEnum):
    """Why an attachment's content was not kept; empty where it was."""

    NO = ""
    PROGRAM = "program"
    """It runs, or carries macros."""
    BOMB = "bomb"
    """An archive that becomes too much: more than 200 MB, 100 times its size, 1,000 files, or archives inside it."""
    CLOSED = "closed"
    """An archive that can't be looked into: encrypted, broken, or of a kind without a directory."""
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it may be kept. `name` is a plain file name, unique within its mail; `content` is empty where `refused` says why."""

    name: str
    content_type: str
    content: bytes
    refused: Refused = Refused.NO


def made_safe(found: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The attachments of one mail with names that hold on every system, and without what must not be kept. Order stays."""
    kept: list[Attachment] = []
    taken: set[str] = set()
    together = 0
    for number, one in enumerate(found, start=1):
        if number > MOST:
            kept.append(Attachment("more attachments", "", b"", Refused.TOO_MANY))
            break
        content_type = _content_type(one.content_type)
        name = _unique(safe_name(one.name, content_type, number), taken)
        why = one.refused or refusal(name, one.content)
        if not why and together + len(one.content) > LARGEST_TOGETHER:
            why = Refused.TOO_LARGE
        content = b"" if why else one.content
        together += len(content)
        kept.append(replace(one, name=name, content_type=content_type, content=content, refused=why))
    return tuple(kept)


def safe_name(name: str, content_type: str = "", number: int = 1) -> str:
    """A plain file name of at most 120 characters: no folders, control characters, dots at either end, or names of devices.

    What looks like an ending stays at the end, so that text which runs right to left can't hide `exe` behind `pdf`.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] != "C")
    plain = re.split(r"[/\\]", plain)[-1]
    plain = re.sub(r'[<>:"|?*\s]+', " ", plain).strip(" .")
    if not plain:
        return f"attachment-{number}{mimetypes.guess_extension(content_type) or ''}"
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:LONGEST_NAME].rstrip(" .")
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip(' .')}.{ending}"


def refusal(name: str, content: bytes) -> Refused:
    """Why a file must not be kept, by its name's ending and by what its bytes are, whatever type it claims."""
    if len(content) > LARGEST:
        return Refused.TOO_LARGE
    if _PROGRAMS.fullmatch(_ending(name)) or content.startswith(_PROGRAM_STARTS) or re.match(rb"#! ?/", content):
        return Refused.PROGRAM
    if content.startswith(_CLOSED_ARCHIVES) or content[257:262] == b"ustar":
        return Refused.CLOSED
    if content.startswith(b"PK") or _ending(name) == "zip":
        return _archive_refusal(content)
    return Refused.NO


def _archive_refusal(content: bytes) -> Refused:
    """What a zip's directory says against it; office documents are zips too."""
    end = content.rfind(b"PK\x05\x06")
    if end >= 0 and int.from_bytes(content[end + 10 : end + 12], "little") > _MOST_ENTRIES:
        return Refused.BOMB
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, OverflowError, MemoryError):
        return Refused.CLOSED
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > _MOST_ENTRIES
        or unpacked > _LARGEST_UNPACKED
        or unpacked > _LARGEST_RATIO * max(len(content), 1_000)
    ):
        return Refused.BOMB
    endings = {_ending(entry.filename) for entry in entries}
    if any(_PROGRAMS.fullmatch(one) for one in endings) or any(
        entry.filename.lower().endswith("vbaproject.bin") for entry in entries
    ):
        return Refused.PROGRAM
    if any(_ARCHIVES.fullmatch(one) for one in endings):
        return Refused.BOMB
    return Refused.CLOSED if any(entry.flag_bits & 1 for entry in entries) else Refused.NO


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower()


def _unique(name: str, taken: set[str]) -> str:
    """The name, numbered where another attachment of the same mail has it already (`cv (2).pdf`); taken afterwards."""
    stem, dot, ending = name.rpartition(".")
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
    taken.add(candidate.casefold())
    return candidate


def _content_type(claimed: str) -> str:
    """A media type of the usual form, or the one for unknown bytes."""
    plain = claimed.split(";")[0].strip().lower()
    return (
        plain if re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}", plain) else "application/octet-stream"
    )
