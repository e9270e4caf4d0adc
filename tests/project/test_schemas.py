"""The JSON Schemas are those of the records."""

from pathlib import Path

import pytest

from copydesk.events import BY_TYPE
from scripts.write_schemas import documents


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_the_schemas_equal_the_records(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "run `make schemas`"


def test_there_is_a_schema_for_every_event() -> None:
    assert len(documents()) == len(BY_TYPE) + 1  # and that of the topics
