"""Process guides as they are written, and what the keys of messages say."""

from dataclasses import replace
from datetime import date

import pytest

from domain.promises import Guide, check_guide, closing_refusal, read_guide, read_word
from domain.stages import DEFAULT_PIPELINE

TODAY = date(2026, 11, 23)
GUIDE = Guide(timetable={"applied": 5, "interview": 10})


def test_a_guide_is_read_from_what_a_file_says() -> None:
    raw = {
        "criteria": ["Python in production", "clear writing"],
        "timetable": {"applied": 5, "interview": 10},
        "next_date": date(2026, 12, 18),
        "survey_days": 3,
        "owner": "dana",
        "deputy": "eli",
    }
    assert read_guide(raw) == Guide(
        criteria=["Python in production", "clear writing"], timetable={"applied": 5, "interview": 10}, next_date="2026-12-18",
        survey_days=3, owner="dana", deputy="eli",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (["applied"], "a guide is a mapping"),
        ({"timetabel": {}}, "unknown field 'timetabel'; did you mean timetable?"),
        ({"timetable": {"applied": "soon"}}, "timetable: 'soon' is no whole number of days"),
        ({"timetable": ["applied"]}, "timetable: write a mapping of stage to days, such as `interview: 10`"),
        ({"criteria": "Python"}, "criteria: write a list of texts"),
        ({"next_date": "Friday"}, "next_date: 'Friday' is no day; write 2026-12-18"),
        ({"slip_days": True}, "slip_days: True is no whole number of days"),
        ({"escalate_hours": "8"}, "escalate_hours: '8' is no number of hours"),
        ({"owner": ["dana"]}, "owner: write a text"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_cure(raw: object, fault: str) -> None:
    with pytest.raises(ValueError, match=r".") as found:
        read_guide(raw)
    assert fault in str(found.value)


def test_every_fault_of_a_guide_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"unknown field 'x'.*; criteria: .*; next_date: "):
        read_guide({"x": 1, "criteria": 3, "next_date": 7})


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (
            {"timetable": {"aplied": 5}},
            "timetable: no open stage 'aplied'; open stages: applied, screening, interview, offer",
        ),
        ({"timetable": {"rejected": 5}}, "timetable: no open stage 'rejected'"),
        ({"timetable": {"applied": 1}}, "timetable: applied has 1 days; give more than lead_days (1)"),
        ({"next_date": "2026-11-23"}, "next_date: 2026-11-23 has passed"),
        ({"lead_days": 0}, "lead_days: 0; give 1 to 365"),
        ({"slip_days": 2, "lead_days": 3}, "slip_days: 2; give more than lead_days (3)"),
        ({"escalate_hours": 0.0}, "escalate_hours: 0; give more than 0"),
        ({"owner": "dana", "deputy": "dana"}, "deputy: dana is the owner too; name somebody else"),
    ],
)
def test_a_guide_that_cannot_be_kept_is_refused(changed: dict[str, object], fault: str) -> None:
    faults = check_guide(replace(GUIDE, **changed), DEFAULT_PIPELINE, TODAY)  # type: ignore[arg-type]  # the table's values
    assert any(found.startswith(fault) for found in faults), faults


def test_a_good_guide_has_no_faults() -> None:
    assert check_guide(GUIDE, DEFAULT_PIPELINE, TODAY) == []


def test_the_key_of_a_word_names_the_day_it_promises() -> None:
    word = read_word("c1", "c1/application/be-1:interview/slipped/2026-12-18.2")
    assert word is not None
    assert (word.opening_id, word.stage, word.step, word.promised()) == (
        "be-1",
        "interview",
        "slipped",
        date(2026, 12, 18),
    )


@pytest.mark.parametrize(
    "key", ["c1/nurture/spring-1/hello/1", "c1/application/single/note/t1", "c1/alerts/be-1/alert/round-1"]
)
def test_other_messages_are_no_word_about_an_application(key: str) -> None:
    assert read_word("c1", key) is None


@pytest.mark.parametrize(
    ("furthest", "stage", "given", "refused"),
    [
        ("interview", "rejected", (False, False, False), "reason and feedback are missing"),
        ("offer", "rejected", (True, False, False), "feedback is missing"),
        ("interview", "rejected", (False, True, False), "reason is missing"),
        ("interview", "rejected", (True, True, False), ""),
        ("interview", "rejected", (False, False, True), ""),
        ("screening", "rejected", (False, False, False), ""),
        ("interview", "withdrawn", (False, False, False), ""),
        ("interview", "offer", (False, False, False), ""),
    ],
)
def test_an_interviewed_person_is_not_closed_without_reason_and_feedback(
    furthest: str, stage: str, given: tuple[bool, bool, bool], refused: str
) -> None:
    has_reason, has_feedback, waived = given
    found = closing_refusal(
        DEFAULT_PIPELINE.find(furthest), DEFAULT_PIPELINE.find(stage),
        has_reason=has_reason, has_feedback=has_feedback, waived=waived,
    )  # fmt: skip
    assert bool(found) is bool(refused)
    assert refused in found
