"""What watches looks at once, again after each pause, and no more when its block has ended."""

import threading

from copydesk.telemetry.repeated import repeated
from tests.support.waiting import eventually


def test_it_looks_again_and_again_within_the_block_and_never_behind_it() -> None:
    looks: list[str] = []
    with repeated(lambda: looks.append(threading.current_thread().name), lambda: 0.001):
        eventually(lambda: len(looks) > 2)
    assert set(looks) == {"copydesk-watch"}
    assert "copydesk-watch" not in {thread.name for thread in threading.enumerate()}


def test_a_block_need_not_wait_for_a_long_pause() -> None:
    looks: list[None] = []
    with repeated(lambda: looks.append(None), lambda: 3600.0):
        eventually(lambda: bool(looks))
    assert looks == [None]
