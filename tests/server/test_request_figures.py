"""The desk counts its answers by route and class, in series that no id or name can add to."""

from copydesk.telemetry.figures import HTTP_ANSWERS, HTTP_SECONDS
from tests.server.conftest import FERRY, OTHERS
from tests.support.desk import ServedDesk
from tests.support.waiting import eventually


def test_answers_are_counted_by_the_template_of_their_route(desk: ServedDesk) -> None:
    route = "/api/v1/articles/{article_id}"
    before = [HTTP_ANSWERS.value(route, class_) for class_ in ("2xx", "4xx")]
    timed = HTTP_SECONDS.count(route)
    for key in (FERRY.id, OTHERS[0].id, "ffffff"):
        desk.client.get(f"/api/v1/articles/{key}")
    eventually(lambda: HTTP_SECONDS.count(route) == timed + 3)
    assert [HTTP_ANSWERS.value(route, class_) for class_ in ("2xx", "4xx")] == [before[0] + 2, before[1] + 1]


def test_what_has_no_route_or_is_refused_is_one_series(desk: ServedDesk) -> None:
    before = HTTP_ANSWERS.value("other", "4xx")
    for path in ("/a", "/b/c", "/api/v1/d"):
        desk.client.get(path)
    desk.client.get("/sources", headers={"host": "evil.example"})
    eventually(lambda: HTTP_ANSWERS.value("other", "4xx") == before + 4)
    assert not any("evil" in route or "ffffff" in route for route, _ in HTTP_ANSWERS.samples())


def test_a_stream_of_events_is_counted_when_it_ends_and_not_measured(desk: ServedDesk) -> None:
    route = "/api/v1/events/{topic}"
    before, timed = HTTP_ANSWERS.value(route, "2xx"), HTTP_SECONDS.count(route)
    with desk.client.stream("GET", "/api/v1/events/articles.dead", timeout=30) as answer:
        next(answer.iter_lines())
    eventually(lambda: HTTP_ANSWERS.value(route, "2xx") == before + 1)
    assert HTTP_SECONDS.count(route) == timed
