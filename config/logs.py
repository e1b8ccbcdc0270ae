"""What a process writes about itself: one event a line, for people or for machines, without personal data.

Log ids (`candidate_id`, `touch_key`), never names, addresses or texts. As a second line of defence, fields under the
names in PERSONAL are masked whoever logged them, and tracebacks come without the values of their variables.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.settings import LogFormat, Settings

PERSONAL = frozenset(
    {"name", "given_name", "family_name", "email", "phone", "address", "to", "subject", "text", "body", "html", "token"}
)

QUIET = (
    "temporalio",
    "httpx",
    "httpcore",
    "sendgrid",
    "twilio",
    "python_http_client",
    "aiosmtplib",
    "alembic",
    "multipart",
)
"""Libraries that log at INFO what their callers already say, addresses of candidates among it."""


def set_up_logs(settings: Settings, process: str) -> None:
    """From here on structlog and the standard library write to stderr alike, each line naming `process`."""
    timestamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        timestamp,
        _mask_personal,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(settings.log_format)],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def _renderers(log_format: LogFormat) -> list[Processor]:
    match log_format:
        case LogFormat.JSON:
            return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        case LogFormat.CONSOLE:
            plain = structlog.dev.plain_traceback
            return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _mask_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in PERSONAL & event.keys():
        event[key] = "…"
    return event
