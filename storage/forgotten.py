"""Whom we forgot: asked by keyed hashes, so that the register itself names nobody."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, select, tuple_

from storage.tables import contact_points, erasures

PERSON = "person"
"""The kind of the row that says that somebody was erased, whatever addresses they had."""


def digest(key: bytes, kind: str, form: str) -> str:
    """A keyed hash (HMAC-SHA-256) of a contact point's canonical form: only who has the key can ask whether it is known."""
    canonical = form if kind == "phone" else form.casefold()
    return hmac.new(key, f"keepwarm.erasures\0{kind}\0{canonical}".encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Register:
    """Who was erased, as the deployment's signing key lets it be asked. A key that is a function is asked for when somebody was."""

    key: bytes | Callable[[], bytes] = field(repr=False)

    def erased(self, connection: Connection, points: Iterable[tuple[str, str]]) -> dict[tuple[str, str], datetime]:
        """Those of the contact points (kind, canonical form) whose people were erased, each with when."""
        c, asked = erasures.c, list(points)
        if not asked or connection.scalar(select(c.id).limit(1)) is None:
            return {}
        key = self.key if isinstance(self.key, bytes) else self.key()
        marks = {digest(key, kind, form): (kind, form) for kind, form in asked}
        found = connection.execute(select(c.digest, c.at).where(c.digest.in_(list(marks))))
        return {marks[row.digest]: row.at for row in found}

    def gone(self, connection: Connection, points: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """As `erased`, without those that belong to somebody again, who came back by their own new consent."""
        marked = self.erased(connection, points)
        if not marked:
            return set()
        c = contact_points.c
        live = connection.execute(select(c.kind, c.canonical).where(tuple_(c.kind, c.canonical).in_(list(marked))))
        return set(marked) - {(row.kind, row.canonical) for row in live}
