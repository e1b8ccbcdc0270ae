"""A process that supervises the embedded servers its environment asks for, and says when they are healthy.

python -m tests.embedded.supervised    prints {"PostgreSQL": pid, …} on one line, then lives until it is stopped.
"""

import asyncio
import json

from config.settings import read_settings
from embedded.supervisor import Supervisor


def _say(supervisor: Supervisor) -> None:
    print(json.dumps(supervisor.pids), flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    asyncio.run(Supervisor(read_settings(), programs=[]).run(_say))
