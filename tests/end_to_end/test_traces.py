"""Three services export to one collector: an article's way through them is one trace, and its lines of log name it."""

from collections import defaultdict
from pathlib import Path

from tests.support.collector import Collector
from tests.support.command import copydesk

TEXT = "Ferry returns\n\n" + "The ferry will sail again from Monday, the harbour office said on Friday.\n" * 4


def test_an_article_is_one_trace_through_three_services(collector: Collector, tmp_path: Path) -> None:
    data, environment = tmp_path / "data", {"COPYDESK_TRACES": collector.address}
    for number in range(3):
        (tmp_path / f"ferry-{number}.txt").write_text(TEXT.replace("Monday", f"{number + 1} May"), encoding="utf-8")
    files = sorted(tmp_path.glob("*.txt"))
    for command in (("produce", "seeds", *files), ("consume", "clean", "--drain"), ("consume", "index", "--drain")):
        done = copydesk(*command, data=data, environment=environment)
        assert done.returncode == 0, done.stderr.decode()
    ways = defaultdict(list)
    for service, name, trace, span, parent, links in collector.spans:
        if not links:
            ways[trace].append((service, name, span, parent))
    assert len(ways) == 3
    for steps in ways.values():
        assert [step[:2] for step in sorted(steps, key=lambda step: step[0] != "copydesk-seeds")] == [
            ("copydesk-seeds", "create articles.raw"),
            ("copydesk-clean", "process articles.raw"),
            ("copydesk-index", "process articles.clean"),
        ]
        (_, _, first, none), (_, _, second, parent), (_, _, _, last) = steps
        assert (none, parent, last) == (b"", first, second)
    batches = {(service, name): links for service, name, _, _, _, links in collector.spans if links}
    for batch in (
        ("copydesk-seeds", "send articles.raw"),
        ("copydesk-clean", "poll articles.raw"),
        ("copydesk-clean", "send articles.clean"),
        ("copydesk-index", "bulk articles"),
    ):
        assert batches[batch] <= ways.keys(), batch
        assert batches[batch]


def test_a_collector_that_does_not_answer_costs_a_line_and_no_article(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8")
    environment = {"COPYDESK_TRACES": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    done = copydesk("run", tmp_path / "ferry.txt", data=tmp_path / "data", environment=environment)
    assert done.returncode == 0, done.stderr.decode()
    assert b"opentelemetry.exporter" in done.stderr  # it says the address, or that it gave up
