import re
from pathlib import Path

import pytest

from domain.bounces import HARD_STATUSES, SOFT_STATUSES, Verdict, verdict

PAGE = Path(__file__).parents[2] / "docs" / "inbound-mail.md"


@pytest.mark.parametrize(
    ("status", "code", "text", "told"),
    [
        ("5.1.1", "550", "550 5.1.1 <ada@example.org>... User unknown", Verdict.HARD),
        ("5.1.2", "", "Host unknown", Verdict.HARD),
        ("5.1.10", "556", "556 5.1.10 null MX", Verdict.HARD),
        ("5.4.4", "", "Host or domain name not found. Name service error: Host not found", Verdict.HARD),
        ("5.4.1", "550", "550 5.4.1 Recipient address rejected: Access denied", Verdict.HARD),
        ("5.0.0", "550", "550 User not found (in reply to RCPT TO command)", Verdict.HARD),
        ("", "550", "550 no such user here (after RCPT TO)", Verdict.HARD),
        ("5.0.0", "550", "550 Unknown user (in reply to end of DATA command)", Verdict.SOFT),
        ("", "550", "550 Unknown user", Verdict.SOFT),
        ("4.1.1", "450", "450 4.1.1 User unknown in virtual alias table", Verdict.SOFT),
        ("", "451", "451 try again", Verdict.SOFT),
        ("5.2.2", "552", "552 5.2.2 mailbox full", Verdict.SOFT),
        ("5.1.1", "550", "550 5.1.1 mailbox is full", Verdict.SOFT),
        ("5.2.1", "550", "550 5.2.1 receiving mail at a rate that prevents delivery", Verdict.SOFT),
        ("5.2.1", "550", "550 5.2.1 account disabled", Verdict.SOFT),
        ("5.4.4", "", "Malformed or unexpected name server reply", Verdict.SOFT),
        ("5.1.1", "550", "550 5.7.1 IP address blacklisted by recipient", Verdict.BLOCK),
        ("5.7.1", "550", "550 5.7.1 User unknown", Verdict.BLOCK),
        ("5.1.8", "553", "553 5.1.8 Domain of sender address does not exist", Verdict.BLOCK),
        ("5.7.26", "550", "550 5.7.26 DMARC policy", Verdict.BLOCK),
        ("5.0.0", "554", "554 Transaction failed", Verdict.BLOCK),
        ("", "", "", Verdict.BLOCK),
    ],
)
def test_only_an_address_that_does_not_exist_is_closed_for_ever(
    status: str, code: str, text: str, told: Verdict
) -> None:
    assert verdict(status, code, text) is told


@pytest.mark.parametrize("status", HARD_STATUSES)
def test_each_hard_status_is_hard_by_itself(status: str) -> None:
    assert verdict(status) is Verdict.HARD


def test_no_status_is_hard_and_soft() -> None:
    assert not set(HARD_STATUSES) & SOFT_STATUSES


def test_the_page_shows_the_table_as_it_is() -> None:
    rows = dict(re.findall(r"^\| `(5\.\d+\.\d+)` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    hard = {status for status, told in rows.items() if told.strip() == "hard"}
    soft = {status for status, told in rows.items() if told.strip() == "soft"}
    assert hard == set(HARD_STATUSES)
    assert soft == SOFT_STATUSES
