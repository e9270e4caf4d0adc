"""Registers the fixtures that several test files share, and how long an example may take."""

import logging

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.stack.fixtures", "tests.support.collector"]

# A machine that does other things too makes any example slow now and then; what must be fast is measured in CPU time.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


@pytest.fixture(autouse=True)
def heard() -> None:
    """Let `caplog` hear our own warnings, whatever command was run in this process before."""
    logging.getLogger("copydesk").propagate = True
