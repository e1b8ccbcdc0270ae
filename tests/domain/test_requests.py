"""What a person asks for and waits for: a clear refusal at once, or what will happen."""

from typing import Any

import pytest

from domain.relationships import Relationship
from domain.requests import answer_enrollment, answer_stage, check_request
from domain.windows import ALWAYS
from tests.domain.lives import MONDAY, SHORT_PIPELINE, Life, journey, pipeline_json, plan_json

MOVE = {"opening_id": "be-1", "stage": "interview"}


def check(life: Life, name: str, payload: Any) -> str:
    """Why the request is refused."""
    return check_request(life.relationship, name, payload, life.now)


@pytest.mark.parametrize(
    ("payload", "refusal"),
    [
        (MOVE, ""),
        (MOVE | {"pipeline": {}}, ""),
        (MOVE | {"stage": "x"}, ""),
        (MOVE | {"stage": "trial-day", "pipeline": pipeline_json(SHORT_PIPELINE)}, ""),
        (
            MOVE | {"pipeline": pipeline_json(SHORT_PIPELINE)},
            "no stage 'interview' at be-1; stages: in, trial-day, joined",
        ),
        (MOVE | {"stage": "x", "pipeline": {}}, "no stage 'x' at be-1; stages: applied, screening, interview"),
        (MOVE | {"pipeline": {"stages": 1}}, "the pipeline is not"),
        ({"stage": "interview"}, "stage_changed lacks opening_id; add it"),
        ("be-1", "stage_changed needs one JSON object"),
    ],
)
def test_a_move_is_checked_as_far_as_the_pipeline_is_known(payload: Any, refusal: str) -> None:
    """Of an opening that is not yet known, the workflow loads the pipeline and refuses later."""
    said = check(Life(), "stage_changed", payload)
    assert said.startswith(refusal) if refusal else said == ""


def test_a_move_of_a_known_application_is_checked_by_its_pipeline() -> None:
    life = Life()
    life.stage("in", pipeline=pipeline_json(SHORT_PIPELINE))
    assert check(life, "stage_changed", MOVE).startswith("no stage 'interview' at be-1; stages: in, trial-day")
    assert check(life, "stage_changed", MOVE | {"stage": "no"}) == ""


def test_an_enrollment_is_refused_who_is_in_and_who_was_hired() -> None:
    life = Life()
    asked = {"journey": "hello", "plan": plan_json(journey(0))}
    assert check(life, "enrolled", asked) == ""
    life.enroll(journey(9))
    assert check(life, "enrolled", {"journey": "hello"}) == "already in hello@1"
    life.stage("hired")
    assert check(life, "enrolled", asked) == "hired; this journey is for people who are not"


def test_a_hired_person_may_ask_for_a_journey_whose_plan_is_not_yet_known() -> None:
    """Between offer and first day people are hired: whether the journey is for them stands in the plan that is still to be loaded."""
    life = Life()
    life.stage("hired")
    assert check(life, "enrolled", {"journey": "first-days"}) == ""


def test_a_plan_that_is_none_is_refused_with_the_cure() -> None:
    assert check(Life(), "enrolled", {"journey": "j", "plan": {"steps": []}}).endswith("publish the journey again")


def test_other_requests_need_to_be_readable_only() -> None:
    asked = {"touch_id": "t", "template": "note", "due": "2026-12-01"}
    assert check(Life(), "touch_scheduled", asked) == ""
    assert check(Life(), "touch_scheduled", asked | {"due": "soon"}).startswith("touch_scheduled: due is 'soon'")


def test_the_answer_to_a_move_says_what_the_candidate_will_be_told_and_when() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    answers = []
    for stage in ("interview", "interview", "screening", "rejected"):
        life.stage(stage)
        answers.append(answer_stage(life.relationship, MOVE, life.now)["will"])
        life.live(minutes=1)
    assert answers == [
        "send interview now",
        "send nothing: the candidate was told of this stage",
        "send nothing",
        "send refused_after_interview at 2026-11-23T12:03:00Z unless taken back before",
    ]


def test_the_answer_to_a_move_that_comes_late_says_what_is_newer() -> None:
    life = Life(Relationship("c1", window=ALWAYS))
    life.stage("offer")
    late = MOVE | {"event_id": "late", "at": "2026-11-20T09:00:00Z"}
    life.happen("stage_changed", **late)
    assert answer_stage(life.relationship, late, life.now) == {
        "stage": "offer",
        "will": "ignore it as late: offer since 2026-11-23T09:00:00Z is newer",
    }


def test_the_answer_to_a_move_that_could_not_be_made_says_why() -> None:
    life = Life()
    life.stage("x")
    assert answer_stage(life.relationship, MOVE, MONDAY) == {"stage": "", "will": "nothing: not an application"}
    life.relationship.refuse("stage_changed: no opening be-1")
    assert answer_stage(life.relationship, MOVE, MONDAY)["will"] == "nothing: stage_changed: no opening be-1"


def test_the_answer_to_an_enrollment_says_version_and_first_touch() -> None:
    life = Life()
    assert answer_enrollment(life.relationship, {"journey": "hello"}, MONDAY)["will"] == "nothing: not enrolled"
    life.enroll(journey(7))
    assert answer_enrollment(life.relationship, {"journey": "hello"}, MONDAY) == {
        "journey": "hello@1",
        "will": "send hello-1 at 2026-11-30T09:00:00Z or when the gates allow",
    }


def test_the_answer_to_a_refused_enrollment_says_why() -> None:
    life = Life()
    life.happen("consent_changed", purpose="nurture", channel="*", granted=False)
    life.enroll(journey(7))
    said = answer_enrollment(life.relationship, {"journey": "hello"}, MONDAY)
    assert said["will"].endswith("not enrolled in hello@1: opted out of nurture")
