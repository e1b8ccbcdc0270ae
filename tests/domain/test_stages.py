"""Pipelines: their order, and what is wrong with one that can't be published."""

from dataclasses import replace

import pytest

from domain.stages import DEFAULT_PIPELINE, Pipeline, Stage, StageKind, check_pipeline, read_pipeline
from tests.domain.lives import SHORT_PIPELINE, pipeline_json


def test_the_default_pipeline_can_be_published() -> None:
    assert check_pipeline(DEFAULT_PIPELINE) == []


def test_open_stages_rank_by_their_order_and_closed_ones_below() -> None:
    ranks = {name: DEFAULT_PIPELINE.rank(name) for name in [*DEFAULT_PIPELINE.names(), "unknown"]}
    assert ranks == {
        "applied": 0, "screening": 1, "interview": 2, "offer": 3,
        "hired": -1, "rejected": -1, "withdrawn": -1, "unknown": -1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (Stage("screening", StageKind.OPEN, ""), "stage 'screening' has no message; every stage tells"),
        (Stage("applied", StageKind.OPEN, "advanced"), "stage 'applied' appears twice; name each stage once"),
        (Stage("screening", StageKind.OPEN, "advanced", -1), "stage 'screening' waits -1 minutes; give 0 or more"),
    ],
)
def test_a_faulty_stage_is_named_with_its_cure(changed: Stage, fault: str) -> None:
    stages = [DEFAULT_PIPELINE.stages[0], changed, *DEFAULT_PIPELINE.stages[2:]]
    faults = check_pipeline(Pipeline(stages))
    assert len(faults) == 1
    assert faults[0].startswith(fault)


@pytest.mark.parametrize("kind", sorted(set(StageKind) - {StageKind.OPEN}))
def test_a_pipeline_needs_a_stage_of_every_kind_but_open(kind: StageKind) -> None:
    without = Pipeline([stage for stage in SHORT_PIPELINE.stages if stage.kind is not kind])
    assert check_pipeline(without) == [f"no stage of kind {kind}; add one"]


def test_a_pipeline_comes_back_from_its_json_with_kinds_that_are_kinds() -> None:
    read = read_pipeline(pipeline_json(SHORT_PIPELINE))
    assert read == SHORT_PIPELINE
    assert all(isinstance(stage.kind, StageKind) for stage in read.stages)


def test_a_stage_without_delay_is_told_at_once() -> None:
    raw = {"stages": [{"name": "in", "kind": "received", "message": "received"}]}
    assert read_pipeline(raw).stages == [replace(DEFAULT_PIPELINE.stages[0], name="in")]


@pytest.mark.parametrize(
    "raw",
    [
        {}, {"stages": None}, {"stages": []}, {"stages": ["applied"]}, {"stages": [{"name": "x"}]}, {"stages": 3}, 7, [],
        {"stages": [{"name": "x", "kind": "sideways", "message": "m"}]},
        {"stages": [{"name": "x", "kind": "open", "message": "m", "delay_minutes": "soon"}]},
        {"stages": [{"name": "x", "kind": "open", "message": "m", "delay_minutes": float("inf")}]},
        {"stages": [{"name": "x", "kind": "open", "message": "m", "delay_minutes": 10**12}]},
    ],
)  # fmt: skip
def test_json_that_is_no_pipeline_is_refused_with_its_shape(raw: object) -> None:
    with pytest.raises(ValueError, match=r"the pipeline is not .*stages.*name.*kind.*message"):
        read_pipeline(raw)
