"""Twilio's error codes by whose fault they are. Apart from the channel, so that who reads callbacks does not load the SDK."""

from __future__ import annotations

from channels.messages import Fault

FAULTS: dict[int, Fault] = {
    **dict.fromkeys((21211, 21214, 21217, 21612, 21614, 30003, 30004, 30005, 30006), Fault.ADDRESS),
    21610: Fault.OPTED_OUT,
    **dict.fromkeys((21602, 21605, 21617, 21619, 30007, 30019), Fault.CONTENT),
    **dict.fromkeys((20003, 20005, 20006, 20404, 21212, 21408, 21603, 21606, 21608, 21609), Fault.ACCOUNT),
    **dict.fromkeys((21659, 21660, 21701, 21703, 30002, 30018, 30024, 30032, 30034), Fault.ACCOUNT),
}
"""Twilio's error codes, at once or in a status callback."""


def fault_of(code: int) -> Fault | None:
    """Whose fault an error code is; None where a retry can help or the code is unknown. For status callbacks too."""
    return FAULTS.get(code)
