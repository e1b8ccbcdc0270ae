import socket

import pytest

from embedded.ports import ListeningPort, free_port, require_free
from embedded.processes import EmbeddedError


def test_a_free_port_is_none_that_linux_gives_to_a_connection() -> None:
    found = [free_port() for _ in range(200)]
    assert all(20_000 <= port < 32_768 for port in found)
    assert len(set(found)) > 190


async def test_a_port_in_use_is_named_with_its_setting() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", free_port()))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(
            EmbeddedError, match=rf"port {port} is in use by .*; stop that, or set KEEPWARM_X to another"
        ):
            await require_free(ListeningPort(port, "KEEPWARM_X"), patience=0.05)
