"""What a message says that somebody of ours wrote, read when it is about to leave: its words never travel through a workflow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from domain.promises import LETTER
from domain.touches import LEFT, SendTouch, Settlement, Touch
from storage import letters
from storage.letters import Letter

TEMPLATE = LETTER
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")


def is_letter(touch: Touch) -> bool:
    """Whether a touch carries somebody's own words."""
    return touch.template == TEMPLATE and not touch.journey


def read_letters(connection: Connection, orders: Iterable[SendTouch]) -> Mapping[str, Letter]:
    """The letters of a batch by touch key; asks nothing where no touch of it is one."""
    keys = [order.touch.key for order in orders if is_letter(order.touch)]
    return letters.by_keys(connection, keys) if keys else {}


def note_settled(connection: Connection, order: SendTouch, settlement: Settlement) -> None:
    """A letter that did not leave is work for whoever wrote it, and what it was to answer waits again."""
    if is_letter(order.touch) and settlement.outcome not in LEFT:
        because = settlement.because or settlement.gate or settlement.outcome
        letters.return_to_writer(connection, order.touch.key, f"did not leave: {because}", settlement.at)


def tokens_of(letter: Letter) -> dict[str, object]:
    """What stands for the tokens of a letter."""
    return {"letter_subject": letter.subject, "letter_text": letter.body}


def headers_of(letter: Letter) -> dict[str, str]:
    """Where it stands in the conversation (RFC 5322 §3.6.4), and that a person wrote it (RFC 3834 §5)."""
    parent = _MESSAGE_ID.match(letter.answers)
    headers = {"Auto-Submitted": "no"}
    if parent:
        earlier = _MESSAGE_ID.match(letter.before)
        thread = [earlier[0], parent[0]] if earlier else [parent[0]]
        headers |= {"In-Reply-To": parent[0], "References": " ".join(thread)}
    return headers
