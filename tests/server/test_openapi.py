"""The API answers as its own description says, whatever it is asked: what schemathesis makes of that finds no fault."""

from pathlib import Path

import pytest

from tests.server.conftest import fill
from tests.server.engines import embedded, servers
from tests.support.described_api import ask_everything
from tests.support.desk import desk_over


@pytest.mark.parametrize(
    "engines",
    [pytest.param(embedded, id="embedded"), pytest.param(servers, id="servers", marks=pytest.mark.stack)],
)
def test_every_answer_is_as_the_description_says(
    engines: type[embedded], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with engines(request, tmp_path) as (log, index), desk_over(log, index, tmp_path) as desk:
        fill(desk)
        asked = ask_everything(desk.url, examples=15)
    assert {"GET /api/v1/articles", "POST /api/v1/sources/{name}/corrections", "POST /api/v1/dead/discard"} < asked
