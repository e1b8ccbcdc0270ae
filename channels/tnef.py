"""Outlook's `winmail.dat`: the words and files inside it (MS-OXTNEF).

A stream of attributes: level (1 byte), id (4), length (4), data, checksum (2), little-endian; newer words and names lie in an attribute
that is itself a list of MAPI properties.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from channels.charsets import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST = 500
"""Attributes or properties that are read."""
_BODY, _PROPERTIES = 0x0002800C, 0x00069003
_RENDERING, _TITLE, _DATA, _ATTACHED = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_PR_BODY, _PR_HTML, _PR_LONG_NAME, _PR_MIME_TAG = 0x1000, 0x1013, 0x3707, 0x370E
_SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of the properties of fixed length; all others carry a count and lengths."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What a winmail.dat holds; `files` are (name, content type, content), as hostile as any."""

    text: str
    html: str
    files: tuple[tuple[str, str, bytes], ...]


def unwrap(content: bytes) -> Wrapped | None:
    """The inside of a winmail.dat; None where it is none. A stream that breaks off gives what stood before."""
    if not content.startswith(SIGNATURE):
        return None
    text = html = ""
    files: list[list[str | bytes]] = []
    for attribute, data in _attributes(content):
        match attribute:
            case 0x0002800C:
                text = text or decode(data.rstrip(b"\0"))
            case 0x00069003:
                found = dict(_properties(data))
                text = found.get(_PR_BODY, b"").decode("utf-8", "replace") or text
                html = found.get(_PR_HTML, b"").decode("utf-8", "replace") or html
            case 0x00069002:
                files.append(["", "", b""])
            case 0x00018010 if files:
                files[-1][0] = files[-1][0] or decode(data.rstrip(b"\0"))
            case 0x0006800F if files:
                files[-1][2] = data
            case 0x00069005 if files:
                found = dict(_properties(data))
                files[-1][0] = found.get(_PR_LONG_NAME, b"").decode() or files[-1][0]
                files[-1][1] = found.get(_PR_MIME_TAG, b"").decode() or files[-1][1]
    return Wrapped(text, html, tuple((str(name), str(kind), bytes(body)) for name, kind, body in files))  # type: ignore[arg-type]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes of a stream, (id, data)."""
    at = 6
    for _ in range(MOST):
        if at + 9 > len(content):
            return
        attribute, length = struct.unpack_from("<xII", content, at)
        data = content[at + 9 : at + 9 + length]
        if len(data) < length:
            return
        yield attribute, data
        at += 9 + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The MAPI properties that hold text or bytes, (id, UTF-8 text or bytes)."""
    at = 4
    try:
        for _ in range(min(struct.unpack_from("<I", data)[0], MOST)):
            kind, name = struct.unpack_from("<HH", data, at)
            at += 4
            if name >= 0x8000:
                at = _past_name(data, at)
            several, kind = bool(kind & 0x1000), kind & 0xEFFF
            if kind in _SIZES:
                count = struct.unpack_from("<I", data, at)[0] if several else 1
                at += 4 * several + _SIZES[kind] * count
                continue
            count = struct.unpack_from("<I", data, at)[0]
            at += 4
            for _ in range(min(count, MOST)):
                length = struct.unpack_from("<I", data, at)[0]
                value = data[at + 4 : at + 4 + length]
                at += 4 + (length + 3) // 4 * 4
                yield name, _as_utf8(kind, value)
    except struct.error:
        return


def _past_name(data: bytes, at: int) -> int:
    """Where a named property's value begins: behind a GUID and a number or a padded name."""
    by_text, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + ((size + 3) // 4 * 4 if by_text else 0)


def _as_utf8(kind: int, value: bytes) -> bytes:
    """Text properties as UTF-8: 0x1F holds UTF-16, 0x1E an 8-bit charset; others are bytes, HTML among them."""
    if kind == 0x1F:
        return value.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace")
    return decode(value.rstrip(b"\0")).encode() if kind == 0x1E else value
