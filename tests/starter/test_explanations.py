"""Why: what a person wrote stands among what happened, by its class."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from starter.explanations import explain
from storage import messages
from storage.messages import NewMessage
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate


def test_what_a_person_wrote_is_told_by_its_class_and_its_rule(engine: Engine) -> None:
    until = NOW + timedelta(days=20)
    with engine.begin() as connection:
        add_candidate(connection)
        away = NewMessage(
            "email", NOW, "ada", message_id="<1@x>", matched_by="message_id", kind="auto_reply", until=until,
            because="auto-submitted", text="secret words",
        )  # fmt: skip
        messages.store(connection, away)
        messages.store(connection, NewMessage("email", NOW, "ada", message_id="<2@x>", matched_by="sender", kind="no"))
        sure, suggested = explain(connection, "ada")
    assert sure["text"].startswith(
        "wrote: an automatic answer, which is no reply until 2026-12-14 (rule auto-submitted;"
    )
    assert "secret" not in sure["text"]
    assert "counts once a person confirms it: no" in suggested["text"]
    assert suggested["cure"].startswith("`keepwarm inbox confirm")
