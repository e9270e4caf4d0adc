"""Pages asked for are counted by the class of the answer."""

import pytest

from copydesk.errors import FetchFailure
from copydesk.producers.pages.fetch import answer_class


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (200, None, "2xx"), (304, None, "3xx"), (404, "gone", "4xx"), (429, "temporary", "429"),
        (503, "temporary", "5xx"),
        (None, "temporary", "none"), (None, None, "none"), (None, "forbidden", "forbidden"),
        (None, "blocked", "blocked"),
    ],
)  # fmt: skip
def test_an_answer_has_its_class(status: int | None, kind: FetchFailure | None, expected: str) -> None:
    assert answer_class(status, kind) == expected
