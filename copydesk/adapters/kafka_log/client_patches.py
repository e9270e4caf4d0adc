"""Patch bugs of kafka-python (seen in 3.0.12); the tests of the log fail without it.

A consumer that polls in short steps can stall for good, with records there to be read. A socket that cannot connect is
left open until the garbage collector comes by: while a broker is down that is one more every second. And there is no
setting for how hard it compresses.
"""

import functools
from collections.abc import Callable
from typing import Any

from kafka import codec
from kafka.net.inet import KafkaNetSocket
from kafka.record import default_records

from copydesk.web import zstd

ZSTD_LEVEL = 1
"""A page of 100 KB takes 0.3 ms, at the library's level 3 0.42 ms, and comes out 1 % larger."""


class _Joined:
    """Hold an answer to a join that came while nobody waited; to the library it is still on its way."""

    is_done = False

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def add_callback(self, call: Callable[[Any], Any]) -> None:
        call(self._answer)

    def add_errback(self, call: Callable[[Any], Any]) -> None:
        """Ignore the call: the join did not fail."""


def repair_sockets() -> None:
    """Close what cannot connect, from now on, in this process."""
    connect = KafkaNetSocket.sock_connect
    if hasattr(connect, "__wrapped__"):
        return

    @functools.wraps(connect)
    async def closing(self: Any, net: Any, sock: Any, *address: Any, **options: Any) -> Any:
        try:
            return await connect(self, net, sock, *address, **options)
        except BaseException:
            sock.close()
            raise

    KafkaNetSocket.sock_connect = closing


def compress_quickly() -> None:
    """Compress at our level and by our library of Zstandard, from now on, in this process."""
    codec.zstd = zstd  # it only asks whether there is one
    default_records.zstd_encode = _compressed
    default_records.zstd_decode = zstd.decompress


def _compressed(data: bytes) -> bytes:
    return zstd.Compressor(ZSTD_LEVEL).compress(data)


def repair_consumer(consumer: Any) -> None:
    """Call before each poll, in the thread that polls."""
    _go_on_joining(consumer._coordinator)
    _free_the_slot(consumer._fetcher)


def _go_on_joining(coordinator: Any) -> None:
    """Let the next poll take up a join that the poll before had no time to wait for.

    Left alone, the library throws away an answer that came between two polls and asks again, which starts the
    rebalance anew; or, when it was the one to deal out the partitions, it forgets that it is joining at all.
    """
    joining = coordinator._join_task
    if joining is not None:
        coordinator.request_rejoin()
        if joining.is_done and joining.succeeded():
            coordinator._join_task = _Joined(joining.value)


def _free_the_slot(fetcher: Any) -> None:
    """Let what was set aside for a paused partition come back when it is resumed.

    It comes back when the slot for records being handed out is empty; used-up records in it count as such.
    """
    current = fetcher._next_partition_records
    if current is not None and not current:
        fetcher._next_partition_records = None
