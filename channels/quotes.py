"""The newest words of a mail: what its writer wrote, without what they quote, without their signature."""

from __future__ import annotations

from channels.plaintext import text_of


def newest(text: str, html: str = "") -> str:
    """What the writer wrote now. `html` is read only where `text` is empty. May be empty: then all of it is quoted."""
    return "\n".join(line for line in (text or text_of(html)).split("\n") if not line.startswith(">")).strip()
