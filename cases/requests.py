"""What we ask of providers, caught on its way by a server of our own and held against their published OpenAPI descriptions."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jsonschema import Draft202012Validator

from cases.scores import NotBuilt, Score, score
from channels.messages import CalendarPart, Email, TextMessage
from channels.sendgrid import SendGridChannel
from channels.twilio import TwilioChannel

ACCOUNT = "AC" + "0" * 32
_SENT = {"sid": "SM" + "0" * 32, "status": "queued", "error_code": None}


@dataclass(frozen=True, slots=True)
class Caught:
    """A request as it left."""

    method: str
    path: str
    content_type: str
    body: bytes


def run_specs(folder: Path) -> Iterator[Score | NotBuilt]:
    """Every OpenAPI description: those of our requests that it describes are valid by it."""
    caught = asyncio.run(_catch())
    for path in sorted(folder.glob("*.json")):
        described = json.loads(path.read_bytes())
        ours = [(name, one, operation) for name, one in caught if (operation := _operation(described, one))]
        if not ours:
            yield NotBuilt(f"specs: {path.stem}", "we send no request that it describes")
            continue
        faults = {name: _faults(described, operation, one) for name, one, operation in ours}
        yield score(
            f"specs: {path.stem}", ((f"{name}: {told}" if told else name, not told) for name, told in faults.items())
        )


async def _catch() -> list[tuple[str, Caught]]:
    """What our channels send for a plain message and for one with everything."""
    found: list[tuple[str, Caught]] = []
    with _listening() as (url, requests):
        sendgrid = SendGridChannel("SG.key", url)
        twilio = TwilioChannel(ACCOUNT, "token", "+14158675310", None, url)
        service = TwilioChannel(ACCOUNT, "token", None, "MG" + "0" * 32, url)
        for name, email in _emails():
            await sendgrid.send(email)
            found.append((name, requests[-1]))
        for name, channel, text in (
            ("sms", twilio, _sms("")),
            ("sms by service", service, _sms("https://keepwarm.example/status")),
        ):
            await channel.send(text)
            found.append((name, requests[-1]))
        for one in (sendgrid, twilio, service):
            await one.close()
    return found


def _emails() -> Iterator[tuple[str, Email]]:
    plain = Email(
        "42/stage/1", "<42.1@keepwarm.example>", "ada@example.org", "", "talent@keepwarm.example", "", "reply+1@keepwarm.example",
        "bounce+1@keepwarm.example", "We have your application", "Dear Ada,\n", "<p>Dear Ada,</p>",
    )  # fmt: skip
    yield "mail", plain
    yield (
        "mail with everything",
        Email(
            "42/stage/2", "<42.2@keepwarm.example>", "ada@example.org", "Ada Lovelace", "talent@keepwarm.example", "Zoë’s team",
            "reply+2@keepwarm.example", "bounce+2@keepwarm.example", "Einladung – Gespräch", "Liebe Ada,\n", "<p>Liebe Ada,</p>",
            headers={"List-Unsubscribe": "<https://keepwarm.example/u/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            categories=("stage", "received"), custom_args={"candidate": "42"},
            calendar=CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ),
    )  # fmt: skip


def _sms(callback: str) -> TextMessage:
    return TextMessage("42/stage/1", "<42.1@keepwarm.example>", "+14158675309", "We have your application", callback)


@contextmanager
def _listening() -> Iterator[tuple[str, list[Caught]]]:
    """A server that takes everything over and keeps the requests."""
    caught: list[Caught] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            caught.append(Caught("post", urlsplit(self.path).path, self.headers.get("Content-Type") or "", body))
            is_mail = self.path.startswith("/v3/")
            answer = b"" if is_mail else json.dumps(_SENT).encode()
            self.send_response(202 if is_mail else 201)
            self.send_header("X-Message-Id", "abc")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing: the scores are what is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", caught
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _operation(described: dict[str, Any], one: Caught) -> dict[str, Any]:
    """The operation that a description has for this request; empty for none."""
    for path, operations in described.get("paths", {}).items():
        pattern = "/".join(
            "[^/]+" if part.startswith("{") else re.escape(part) for part in re.sub(r"\{\w+\}", "{}", path).split("/")
        )
        if re.fullmatch(pattern, one.path) and one.method in operations:
            return dict(operations[one.method])
    return {}


def _faults(described: dict[str, Any], operation: dict[str, Any], one: Caught) -> str:
    """What is wrong with a request by its description; empty where nothing is."""
    body = operation.get("requestBody", {})
    while "$ref" in body:
        at: Any = described
        for step in body["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        body = at
    kind = one.content_type.split(";")[0]
    if kind not in body.get("content", {}):
        return f"{kind} is not described"
    schema = body["content"][kind].get("schema", {})
    told = json.loads(one.body) if "json" in kind else _form(one.body, schema)
    unknown = set(told) - set(schema["properties"]) if "properties" in schema else set()
    whole = {**schema, "components": described.get("components", {})}
    found = next(iter(sorted(Draft202012Validator(whole).iter_errors(told), key=str)), None)
    return f"unknown fields {sorted(unknown)}" if unknown else f"{found.json_path} {found.message}" if found else ""


def _form(body: bytes, schema: dict[str, Any]) -> dict[str, Any]:
    """A form's fields in the types that the schema gives them."""
    fields: dict[str, Any] = {}
    for name, values in parse_qs(body.decode(), keep_blank_values=True).items():
        kind = schema.get("properties", {}).get(name, {}).get("type", "string")
        plain = values[0]
        fields[name] = (
            values
            if kind == "array"
            else plain == "true"
            if kind == "boolean"
            else int(plain)
            if kind == "integer"
            else plain
        )
    return fields
