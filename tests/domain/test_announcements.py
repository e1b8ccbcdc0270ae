"""An opening's rounds: each begins anew and ends with the opening."""

from domain.announcements import OpeningState


def test_each_round_begins_with_nobody_considered() -> None:
    opening = OpeningState("be-1")
    assert opening.progress() == {"status": "draft", "round": 0, "announcing": False, "considered": 0}
    opening.open()
    opening.cursor, opening.considered = "c900", 900
    opening.told["signalled"] = 40
    opening.end("filled")
    assert opening.progress() == {"status": "filled", "round": 1, "announcing": False, "considered": 900}
    opening.open()
    assert opening.progress() == {"status": "open", "round": 2, "announcing": True, "considered": 0}
    assert (opening.cursor, opening.told) == ("", {})
