"""The story clock: what time it is for candidates, derived from real time by an anchor and a speed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Story time runs `speed` times as fast as real time since the anchor. Both anchors are aware UTC moments.

    With speed 1 and equal anchors (production) story time is real time.
    """

    real_anchor: datetime = EPOCH
    story_anchor: datetime = EPOCH
    speed: float = 1.0

    def story(self, real: datetime) -> datetime:
        """The story moment at a real one."""
        if self.speed == 1.0 and self.real_anchor == self.story_anchor:
            return real
        return self.story_anchor + (real - self.real_anchor) * self.speed

    def real_span(self, span: timedelta) -> timedelta:
        """How long a stretch of story time really lasts."""
        return span if self.speed == 1.0 else span / self.speed


REAL_TIME = Clock()
