"""Ask an API whatever its own description allows, and hold every answer against the description."""

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def ask_everything(url: str, examples: int) -> set[str]:
    """Ask each operation so many times, and return their names; raises what schemathesis finds.

    Events have no end, and are left out.
    """
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json").exclude(path_regex="/events/")
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        ask()
        asked.add(operation.label)
    return asked
