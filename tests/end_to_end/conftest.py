"""Where deployments live: each test file that needs one starts one for all of its tests."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

_numbers = count(1)


@pytest.fixture(scope="module")
def home(server_folder: Path) -> Path:
    """A state folder that PostgreSQL's system user can enter, new for each test file."""
    return server_folder / f"deployment-{next(_numbers)}"
