"""Requests made up from our own OpenAPI, well-formed and not: each is answered as the document says, and none breaks anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from sqlalchemy import Engine

from storage import openings
from storage.openings import NewOpening
from tests.web.conftest import TOKEN
from web.app import create_app
from web.sites import Site

EXAMPLES = 25
"""Of each operation, well-formed and not."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    content_type_conformance,
    negative_data_rejection,
    unsupported_method,
]
"""That the token is asked for is tests/web/test_guards.py's business."""
REFUSALS = [400, 401, 404, 405, 409, 413, 415, 422]
"""How a wrong request may be answered: also by 413, since a body may be too large before it is anything else."""


@pytest.fixture
def document(site: Site, engine: Engine, add_person: Callable[..., str]) -> Any:
    """Our document, served by the application over a database with one person and one opening."""
    with engine.begin() as connection:
        openings.add(connection, NewOpening("be-1", "Backend engineer"))
    add_person()
    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(site), config=config)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_asked_of_the_api_is_answered_as_it_says(mode: GenerationMode, document: Any) -> None:
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) > 5
    for operation in operations:
        try:
            cases = operation.as_strategy(generation_mode=mode)

            @given(case=cases)
            @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
            def ask(case: Any) -> None:
                case.call_and_validate(headers={"authorization": f"Bearer {TOKEN}"}, checks=CHECKS)

            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # nothing about it can be put wrongly
