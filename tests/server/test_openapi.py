"""The API answers as its own description says, whatever it is asked: what schemathesis makes of that finds no fault."""

from tests.server.conftest import fill
from tests.support.described_api import ask_everything
from tests.support.desk import ServedDesk


def test_every_answer_is_as_the_description_says(own_desk: ServedDesk) -> None:
    fill(own_desk)
    asked = ask_everything(own_desk.url, examples=15)
    assert {"GET /api/v1/articles", "POST /api/v1/sources/{name}/corrections", "POST /api/v1/dead/discard"} < asked
