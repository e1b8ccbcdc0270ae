"""How many SMS segments a text costs (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each takes an escape and so two septets."""

GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67


def is_gsm7(text: str) -> bool:
    """Whether the text fits the GSM 7-bit alphabet; otherwise it travels as UCS-2 at less than half the room."""
    return all(character in _BASIC or character in _EXTENDED for character in text)


def segments(text: str) -> int:
    """The number of segments, 0 for no text. A character of two units is never split over two segments."""
    if not text:
        return 0
    if is_gsm7(text):
        widths, single, part = [2 if character in _EXTENDED else 1 for character in text], GSM_SINGLE, GSM_PART
    else:
        widths, single, part = [2 if ord(character) > 0xFFFF else 1 for character in text], UCS2_SINGLE, UCS2_PART
    if sum(widths) <= single:
        return 1
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count
