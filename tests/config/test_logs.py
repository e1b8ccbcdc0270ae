"""Logs are for operators: one event a line, nobody's name."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import set_up_logs
from config.settings import LogFormat, Settings


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_both_kinds_of_loggers_write_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log_format=LogFormat.JSON), "worker")
    structlog.get_logger("ours").info("touch sent", touch_key="42/received")
    logging.getLogger("theirs").warning("pool %s full", 3)
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["touch_key"], first["process"]) == ("touch sent", "42/received", "worker")
    assert (second["event"], second["logger"]) == ("pool 3 full", "theirs")


@pytest.mark.parametrize("log_format", list(LogFormat))
def test_personal_fields_and_the_values_in_tracebacks_are_left_out(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(Settings(log_format=log_format), "worker")
    address = "ada@candidates.example"
    structlog.get_logger().info("touch sent", email=address)
    try:
        _fail(address)
    except RuntimeError:
        structlog.get_logger().exception("failed")
    written = capsys.readouterr().err
    assert "RuntimeError: no answer" in written
    assert address not in written


def _fail(address: str) -> None:
    if address:
        raise RuntimeError("no answer")
