"""A sign of life: somebody did something on their pages. Opening one is none, since scanners open links."""

from __future__ import annotations

from datetime import datetime

import structlog
from fastapi import BackgroundTasks, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select

from config.links import BadLink, CandidateLink
from starter.refusals import Refused
from storage import controls, keeping
from storage.tables import candidates
from web.services import signal
from web.sites import DoorClosed, Site

log = structlog.get_logger(__name__)


class Signs:
    """Notes it behind the answer: once a day on record, and in the workflow where data is kept for a limited time only."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, request: Request, after: BackgroundTasks) -> None:
        token = request.path_params.get("token", "")
        if request.method == "POST" and request.url.path.startswith("/c/"):
            after.add_task(self._note, token)

    async def _note(self, token: str) -> None:
        try:
            link = self._site.links.read_candidate(token)
        except BadLink:
            return
        candidate_id = link.candidate_id
        now, retention_days = await run_in_threadpool(self._write, link)
        if not retention_days:
            return
        said = {"retention_days": retention_days, "active_at": now.isoformat()}
        try:
            await signal(self._site, candidate_id, "terms_changed", f"sign:{now:%Y-%m-%d}", now, **said)
        except (DoorClosed, Refused):
            log.warning("a sign of life was not told; the record has it", candidate=candidate_id)

    def _write(self, link: CandidateLink) -> tuple[datetime, int]:
        """The moment, and for how many days data is kept; 0 where nobody need be told. A link that was revoked is a stranger's by now."""
        wanted = select(candidates.c.link_epoch).where(candidates.c.id == link.candidate_id)
        with self._site.engine.begin() as connection:
            now = self._site.story_now(connection)
            own = connection.scalar(wanted) == link.epoch
            fresh = own and keeping.note_sign(connection, link.candidate_id, now)
            return now, controls.terms(connection).retention_days if fresh else 0
