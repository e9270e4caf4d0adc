"""Lets commands hear Ctrl-C."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _hear_interrupts() -> Iterator[None]:
    """Undo what a shell does to what it starts in the background: such tests, and their commands, ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
