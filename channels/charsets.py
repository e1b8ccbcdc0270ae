"""Bytes that somebody sent to text, whatever charset they claim: never an error, never a NUL, never half a surrogate."""

from __future__ import annotations

import codecs
import re

_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
"""Labels as programs use them: the superset that really stands behind the name (WHATWG Encoding §4.2)."""
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
"""Python's codecs that no mail may choose: their time grows with the square of the text, or they depend on the machine."""
_SINGLE_BYTE = re.compile(r"(?:cp|windows-?)\d+|iso-?8859-?\d+|koi8|mac|latin|hp-roman|ptcp154|tis")
_DOUBLE_BYTE = {"cp932", "cp936", "cp949", "cp950", "cp1361"}
_UNWANTED = re.compile("[\0-\b\v-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with line ends as LF and without what a database or a page can't hold: NUL, other control characters, surrogates."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def decode(content: bytes, label: str = "") -> str:
    """The text of `content`, labelled with a charset that may be empty, unknown or wrong; line ends as LF.

    The label is believed if the bytes can be read by it; but a single-byte charset can read anything, so bytes beyond ASCII that are
    valid UTF-8 are UTF-8 (chance makes that in one of thousands of words). Without a believable label: UTF-8, then windows-1252.
    """
    if content.isascii() and not label.lower().startswith(("utf-7", "utf-16", "utf-32", "iso-2022", "hz", "unicode")):
        return clean(content.decode("ascii"))
    codec = _codec(label)
    tries = [codec] if codec else []
    if not codec or (codec not in _DOUBLE_BYTE and _SINGLE_BYTE.match(codec)):
        tries.insert(0, "utf-8-sig")
    for name in (*tries, "utf-8-sig"):
        try:
            return clean(content.decode(name))
        except (UnicodeError, LookupError):
            continue
    return clean(content.decode("cp1252", "replace"))


def _codec(label: str) -> str:
    """Python's name for a charset label, empty where it knows none."""
    name = label.strip(" \t\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return "" if found in _NO_CHARSETS else found
