"""What `keepwarm surveys` shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert

from starter.refusals import Refused
from starter.surveys import reports
from storage.tables import survey_answers
from tests.storage.people import add_candidate, add_opening, sent

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def answered(engine: Engine) -> Engine:
    """Two of three answered about be-1; nobody was asked about be-2."""
    with engine.begin() as connection:
        add_opening(connection)
        add_opening(connection, "be-2")
        for who, score in (("ada", 10), ("ben", 6), ("cy", None)):
            add_candidate(connection, who)
            key = f"{who}/application/be-1:rejected/survey/1"
            sent(connection, key, candidate_id=who, purpose="application", template="survey", opening_id="be-1")
            if score is not None:
                said = {"informed": 5, "respected": score // 2}
                connection.execute(
                    insert(survey_answers).values(
                        candidate_id=who, opening_id="be-1", score=score, answers=said, comment=f"From {score}", at=NOW
                    )
                )
    return engine


def test_a_report_has_score_share_means_and_comments_without_names(answered: Engine) -> None:
    with answered.connect() as connection:
        [report] = reports(connection)
    assert report.lines()[0] == (
        "be-1 (Backend engineer): cNPS +0, 2 of 3 answered (67%), informed 5 of 5, respected 4 of 5; "
        "fewer than 5 answers, read it with care"
    )
    assert sorted(report.lines()[1:]) == ["  10: From 10", "  6: From 6"]
    summary = report.summary()
    assert (summary["cnps"], summary["answered"], summary["asked"], summary["rate"]) == (0, 2, 3, 0.6667)
    assert [set(one) for one in summary["comments"]] == [{"score", "comment", "at"}] * 2


def test_one_opening_is_picked_and_an_unknown_one_refused(answered: Engine) -> None:
    with answered.connect() as connection:
        assert reports(connection, "be-2") == []
        assert len(reports(connection, "be-1")) == 1
        with pytest.raises(Refused, match="no opening"):
            reports(connection, "xx-9")
