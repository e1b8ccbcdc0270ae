"""The JSON Schema: the file is what the tables make, and it judges as the reader does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from domain.conditions import FUNCTIONS, NAMES
from domain.plans import ANSWERS, EXITS
from templates import journeys
from templates.definitions import read_definition
from templates.schema import FILE, SHAPES, journey_schema, rendered
from templates.steps import WORK
from tests.templates.test_language import MISTAKES, programs

VALIDATOR = Draft202012Validator(journey_schema())
PAGE = (Path(__file__).parents[2] / "docs/journeys.md").read_text(encoding="utf-8")
HEAD = {"journey": "talk", "title": "Talk"}


def errors(definition: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(definition)]


def test_the_file_is_what_the_tables_make() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "run: python -m templates.schema"


def test_the_schema_is_one_and_tells_what_every_key_is_for() -> None:
    Draft202012Validator.check_schema(journey_schema())
    assert all(shape.get("description") for shapes in SHAPES.values() for shape in shapes.values())


@pytest.mark.parametrize("slug", journeys.shipped())
def test_shipped_journeys_fit_the_schema_and_name_it(slug: str) -> None:
    file = journeys.FOLDER / slug / journeys.FILE
    text = file.read_text(encoding="utf-8")
    assert errors(yaml.safe_load(text)) == []
    line, _, _ = text.partition("\n")
    assert (file.parent / line.removeprefix("# yaml-language-server: $schema=")).resolve() == FILE


@given(programs())
def test_what_the_reader_takes_the_schema_takes(steps: list[object]) -> None:
    assert errors({**HEAD, "steps": steps}) == []


@pytest.mark.parametrize(
    "part",
    [
        {"priority": 0}, {"alongside": "perhaps"}, {"reentry": "sometimes"}, {"holdout": "half"}, {"quiet": ["yule"]}, {"goals": ["x"]},
        {"exit_on": ["reply"]}, {"window": {"start": "9"}}, {"windw": {}}, {"purpose": "alerts"}, {"entry": ""}, {"journey": "Two Words"},
        {"steps": [{"send": "Two Words"}]}, {"steps": [{"send": "hello", "channel": "fax"}]}, {"steps": [{"wait": "soon"}]},
        {"steps": [{"wait": {"until": "someday"}}]}, {"steps": [{"wait": {}}]}, {"steps": [{"wait": {"at": "25:00"}}]},
        {"steps": [{"wait_for": "reply"}]}, {"steps": [{"wait_for": [], "timeout": "1 day"}]}, {"steps": [{"task": "Call"}]},
        {"steps": [{"task": "Call", "due": "2 business days"}]}, {"steps": [{"branch": []}]}, {"steps": [{"branch": [{"when": "a"}]}]},
        {"steps": [{"send": "hello", "variants": [{"name": "a", "message": "hello"}]}]}, {"steps": [{"frobnicate": 1}]},
    ],
)  # fmt: skip
def test_what_the_schema_refuses_the_reader_refuses(part: dict[str, Any]) -> None:
    definition = {**HEAD, "steps": [{"send": "hello"}], **part}
    if "steps" in part:
        definition["steps"] = [*part["steps"], {"send": "last"}]
    assert errors(definition)
    assert read_definition(yaml.safe_dump(definition), "journey.yaml", str(definition["journey"])).faults


def test_a_file_full_of_mistakes_is_underlined_in_the_editor_too() -> None:
    assert len(errors(yaml.safe_load(MISTAKES))) >= 10


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["steps", "send", "wait", "branch", "when", "wait_for", "then", "else", "if", "task", "goal", "exit"]), inner,
)))  # fmt: skip
def test_no_document_breaks_the_reader(document: object) -> None:
    read = read_definition(yaml.safe_dump(document), "journey.yaml", "talk")
    assert all(fault.line > 0 and fault.column > 0 and fault.cure for fault in read.faults)


def test_the_page_tells_every_key_and_word_of_the_language() -> None:
    keys = {key for shapes in SHAPES.values() for key in shapes}
    examples = "\n".join(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
    assert {
        key for key in keys if f"`{key}`" not in PAGE and not re.search(rf"^ *(- )?{key}:", examples, re.MULTILINE)
    } == set()
    assert {word for word in (*ANSWERS, *EXITS, *NAMES) if f"`{word}`" not in PAGE} == set()
    assert {name for name in FUNCTIONS if f"`{name}(" not in PAGE} == set()
    assert {word for word in (*WORK, "preferred", "sms") if word not in examples} == set()


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_of_the_page_can_be_read(example: str) -> None:
    raw = yaml.safe_load(example)
    definition = raw if "steps" in raw else {**HEAD, "steps": raw}
    assert errors(definition) == []
    text = yaml.safe_dump(definition)
    assert read_definition(text, "journey.yaml", definition["journey"]).faults == []
