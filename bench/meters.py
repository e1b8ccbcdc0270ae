"""What processes cost: CPU seconds and memory, read from the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds by name of what was metered."""

    seconds: Mapping[str, float]

    def __sub__(self, earlier: Cost) -> Cost:
        return Cost({name: value - earlier.seconds.get(name, 0.0) for name, value in self.seconds.items()})

    def of(self, *names: str) -> float:
        """The sum over these names."""
        return sum(self.seconds[name] for name in names)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all of its children, those that have ended included; 0.01 s exact."""
    process = psutil.Process(pid)
    living = sum(_own_seconds(child) for child in process.children(recursive=True))
    times = process.cpu_times()
    ended = times.children_user + times.children_system
    return float(times.user + times.system + ended + living)


def _own_seconds(process: psutil.Process) -> float:
    """Nothing for one that has just ended: its parent counts it then."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def resident_megabytes(pid: int) -> float:
    """Resident memory of one process, in millions of bytes."""
    return float(psutil.Process(pid).memory_info().rss) / MEGABYTE
