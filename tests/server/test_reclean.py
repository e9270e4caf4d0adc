"""Cleaning the past again by the API: progress and a report as events, the same as the command's; and it ends."""

import json
from collections.abc import Iterator

import httpx
import msgspec
import pytest

from copydesk.answers.reclean_runs import MOST_RUNS, RecleanRuns
from copydesk.consumers.reclean import RecleanWork
from copydesk.errors import LogUnavailable, Unavailable
from tests.consumers.test_reclean import NO_NOTE
from tests.support.desk import ServedDesk
from tests.support.past import TOO_SHORT, ingest, report
from tests.support.waiting import eventually

URL = "/api/v1/reclean"


def events(answer: httpx.Response) -> Iterator[tuple[str, object]]:
    """Yield the events of an answer with their names, comments left out."""
    name = ""
    for line in answer.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_the_report_comes_behind_the_progress_and_is_that_of_the_command(own_desk: ServedDesk) -> None:
    ingest(own_desk.log, own_desk.index, *(report(n, source=f"{'ab'[n % 2]}.example") for n in range(12)))
    ingest(own_desk.log, own_desk.index, report(90, text=TOO_SHORT))
    ends = [each.end for each in own_desk.log.status()]
    with own_desk.client.stream("POST", URL, json={}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        *before, (name, last) = events(answer)
    assert {each for each, _ in before} == {"progress"}
    assert before[-1][1] == {"done": 13, "total": 13, "compared": 12, "changed": 0}
    assert name == "report"
    assert isinstance(last, dict)
    assert (last["read"], last["compared"], last["unchanged"]) == (13, 12, 12)
    assert last["passed"] == {"still_refused": 1}
    assert [each.end for each in own_desk.log.status()] == ends, "nothing is written"
    narrowed = list(events(own_desk.client.post(URL, json={"source": "b.example", "since": "2020-01-01"})))
    assert narrowed[-1][1]["compared"] == 6  # type: ignore[index]
    assert list(events(own_desk.client.post(URL, json={"until": "2020-01-01"})))[-1][1]["compared"] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"since": "soon"}, "since"), ({"since": "2024-02-02", "until": "2024-01-01"}, "since"), ({"apply": True}, None)],
)
def test_what_cannot_be_meant_is_a_problem(own_desk: ServedDesk, body: dict[str, object], field: str | None) -> None:
    answer = own_desk.client.post(URL, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert field is None or answer.json()["field"] == field


def test_another_site_may_not_ask_for_it(own_desk: ServedDesk) -> None:
    answer = own_desk.client.post(URL, json={}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_a_client_that_leaves_ends_it_and_a_few_may_run_at_once(own_desk: ServedDesk) -> None:
    ingest(own_desk.log, own_desk.index, *(report(n) for n in range(400)))
    kept = [own_desk.client.build_request("POST", URL, json={}) for _ in range(MOST_RUNS)]
    answers = [own_desk.client.send(each, stream=True) for each in kept]
    busy = own_desk.client.post(URL, json={})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert own_desk.api("articles")["total"] == 400, "the desk answers meanwhile"
    for answer in answers:
        answer.close()
    eventually(lambda: _asked(own_desk) == 200, what="the end of runs that nobody waits for")


def _asked(desk: ServedDesk) -> int:
    with desk.client.stream("POST", URL, json={"source": "nobody.example"}) as answer:
        return answer.status_code


def test_closing_ends_what_runs_and_begins_no_more(own_desk: ServedDesk) -> None:
    ingest(own_desk.log, own_desk.index, *(report(n) for n in range(200)))
    runs = RecleanRuns(own_desk.log, own_desk.index, RecleanWork(rules=NO_NOTE))
    run = runs.begin(None, None, None)
    runs.close()
    assert run.ended.is_set()
    assert run.report is None or run.report.read == 200
    with pytest.raises(Unavailable):
        runs.begin(None, None, None)


def test_rules_of_the_desk_count_and_an_error_is_told(own_desk: ServedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(own_desk.log, own_desk.index, *(report(n) for n in range(3)))
    runs = RecleanRuns(own_desk.log, own_desk.index, RecleanWork(rules=NO_NOTE, apply=True))
    run = runs.begin("a.example", None, None)
    assert run.ended.wait(60)
    assert run.report is not None
    assert run.report.changes["text_lost"] == 3
    assert msgspec.to_builtins(run.state()) == {"done": 3, "total": 3, "compared": 3, "changed": 3}

    def silent() -> None:
        raise LogUnavailable("the log does not answer")

    monkeypatch.setattr(own_desk.log, "status", silent)
    broken = runs.begin(None, None, None)
    assert broken.ended.wait(60)
    assert isinstance(broken.error, LogUnavailable)
    assert broken.report is None
    runs.close()
    *_, (name, problem) = events(own_desk.client.post(URL, json={}))
    assert (name, problem["status"]) == ("problem", 503)  # type: ignore[index]
