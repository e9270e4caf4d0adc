"""The port of figures: three addresses, nothing else, and no password in what it says."""

import socket
import urllib.error
import urllib.request

import pytest

from copydesk.errors import InputError
from copydesk.telemetry.metrics_server import metrics_served
from copydesk.telemetry.vitals import Vital


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_serves_figures_and_health() -> None:
    vitals = [Vital("clean", None)]
    with metrics_served("127.0.0.1", 0, lambda: vitals) as (_, port):
        assert ask(port, "/healthz") == (200, "clean has not begun\n")
        assert ask(port, "/readyz") == (503, "clean has not begun\n")
        vitals[:] = [Vital("clean", float("inf"))]
        assert ask(port, "/readyz") == (200, "all is well\n")
        status, text = ask(port, "/metrics")
        assert (status, "# TYPE copydesk_stage_outcomes_total counter" in text) == (200, True)
        assert ask(port, "/metrics", "HEAD") == (200, "")
        assert [ask(port, path)[0] for path in ("/", "/metrics/..", "/healthz/")] == [404] * 3
        assert ask(port, "/metrics", "POST")[0] == 405


def test_one_who_says_nothing_holds_up_nobody() -> None:
    with metrics_served("127.0.0.1", 0, list) as (_, port), socket.create_connection(("127.0.0.1", port)):
        assert ask(port, "/healthz")[0] == 200


def test_a_port_that_is_taken_is_named_with_the_way_out() -> None:
    with (
        metrics_served("127.0.0.1", 0, list) as (_, port),
        pytest.raises(InputError, match=rf"127.0.0.1:{port} cannot be listened on .*COPYDESK_METRICS"),
        metrics_served("127.0.0.1", port, list),
    ):
        pass
