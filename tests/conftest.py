"""Registers the fixtures that several test files share, and how long an example may take."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.stack.fixtures"]

# A machine that does other things too makes any example slow now and then; what must be fast is measured in CPU time.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")
