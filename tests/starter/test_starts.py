"""Reaching a workflow where nobody works."""

from __future__ import annotations

import asyncio
import gc
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from starter.refusals import Refused
from starter.starts import Start, update_with_start


async def test_nobody_working_is_a_refusal_and_leaves_no_lost_exception(temporal_server: str) -> None:
    client = await Client.connect(temporal_server)
    lost: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: lost.append(context))
    order = Start("Opening", "opening-alone", "a queue of nobody", {"opening_id": "alone"}, "Opening alone", "alone")
    with pytest.raises(Refused, match="no worker answers; start one"):
        await update_with_start(client, order, "open", None, "u", within=timedelta(seconds=1))
    await client.get_workflow_handle(order.id).terminate()
    gc.collect()
    await asyncio.sleep(0)
    assert lost == []
