"""What the API's own document says beside its routes: the answers that any of them may give, and who may ask."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel


class Problem(BaseModel):
    """Why nothing was done, and what to do about it."""

    detail: str


class Fault(BaseModel):
    """One value that can't be read: where it stands, and what is wrong with it. What was sent is not repeated."""

    type: str
    loc: list[str | int]
    msg: str


class Misread(BaseModel):
    """What is wrong with the request."""

    detail: list[Fault] | str


def _answers(*told: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Misread if status == 422 else Problem, "description": why} for status, why in told}


ANY = _answers(
    (401, "the token is missing or another's"),
    (403, "no token is set, and the request is not from a program on this machine"),
    (422, "a value can't be read or kept"),
    (429, "too many requests; `Retry-After` says for how many seconds"),
    (503, "the database or Temporal does not answer, or nobody works; `Retry-After` says for how many seconds"),
)
"""What every route may answer."""
UNKNOWN = _answers((404, "nobody or nothing on record has this id"))
ERASED = _answers((410, "the person was erased"))
REFUSED = _answers(
    (400, "the body is no JSON"),
    (408, "the body took too long"),
    (409, "what is asked is against what is on record or a rule; `detail` names it and the cure"),
    (413, "the body is too large"),
)
"""What a route that takes a body may answer."""


def describe(app: FastAPI, *, without_token: bool) -> None:
    """Let the document say that a token may be left out, where none is set."""
    if without_token:
        paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
        for operation in (one for verbs in paths.values() for one in verbs.values() if "security" in one):
            operation["security"] = [{}, *operation["security"]]
