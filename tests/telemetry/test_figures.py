"""Names follow Prometheus' rules, labels have few values, and ten thousand sources are no ten thousand series."""

import re
import time
from collections.abc import Iterator

import msgspec
import pytest
from prometheus_client import openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open_metrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from copydesk.cleaning.quality import Quality
from copydesk.consumers.clean_figures import CleanFigures
from copydesk.log_port import Record
from copydesk.runtime.outcome import Outcome
from copydesk.telemetry import figures
from copydesk.telemetry.exposition import exposed, make_registry, metric_of
from copydesk.telemetry.instruments import Counter, Distribution, Gauge
from copydesk.telemetry.top_sources import OTHER_SOURCES, TopSources

UNITS = ("seconds", "bytes", "ratio", "characters", "documents")
OTHER_UNITS = ("milliseconds", "minutes", "hours", "kilobytes", "megabytes", "percent", "ms", "kb", "mb")


@pytest.mark.parametrize("figure", figures.FIGURES, ids=lambda figure: figure.name)
def test_names_are_by_the_naming_rules(figure: Counter | Gauge | Distribution) -> None:
    assert re.fullmatch(r"(copydesk|kafka_consumergroup)_[a-z][a-z_]*[a-z]", figure.name)
    assert not figure.name.endswith(("_total", "_count", "_sum", "_bucket", "_info_total"))
    assert not set(figure.name.split("_")) & set(OTHER_UNITS)
    assert figure.kind != "histogram" or figure.name.split("_")[-1] in UNITS
    assert all(re.fullmatch(r"[a-z][a-z_]*", label) and not label.startswith("__") for label in figure.labels)
    assert not set(figure.labels) & {"le", "quantile", "id", "url", "address", "title", "host"}
    assert figure.meaning
    assert not figure.meaning.endswith(".")


def test_every_figure_has_a_name_of_its_own() -> None:
    assert len({figure.name for figure in figures.FIGURES}) == len(figures.FIGURES) > 25


@pytest.mark.parametrize(
    ("accept", "read"), [("", read_text), (openmetrics.exposition.CONTENT_TYPE_LATEST, read_open_metrics)]
)
def test_what_is_exposed_is_read_back(accept: str, read: object) -> None:
    stage = f"test-{read.__module__}"
    figures.OUTCOMES.add(3, stage, "done")
    figures.STAGE_SECONDS.observe(0.3, stage)
    figures.STAGE_SECONDS.observe(400.0, stage)
    body, _ = exposed(make_registry(), accept)
    families = {family.name: family for family in read(body.decode())}  # type: ignore[operator]
    done = {"stage": stage, "outcome": "done"}
    assert [
        s.value for s in families["copydesk_stage_outcomes"].samples if s.labels == done and s.name.endswith("_total")
    ] == [3.0]
    buckets = {
        sample.labels["le"]: sample.value
        for sample in families["copydesk_stage_duration_seconds"].samples
        if sample.name.endswith("_bucket") and sample.labels["stage"] == stage
    }
    assert (buckets["0.25"], buckets["0.5"], buckets["300.0"], buckets["+Inf"]) == (0.0, 1.0, 1.0, 2.0)


def articles(sources: int) -> Iterator[tuple[Record, Outcome]]:
    """Yield articles of many sources, the ones of low numbers most often."""
    quality = Quality(kept=900, cut={"navigation": 90, "other": 10}, pieces={"navigation": 3, "other": 1}, doubt=0.04)
    measured = msgspec.json.encode(quality)
    for number in range(sources):
        record = Record("articles.raw", 0, number, 0, f"paper-{number}.example", b"{}", {})
        for _ in range(5 if number % 400 == 0 else 1):
            yield record, Outcome("done", measured=measured)
        yield record, Outcome("refused", reason="The text is empty")


def test_ten_thousand_sources_are_few_series_and_scraped_at_once() -> None:
    note = CleanFigures(200).note
    for record, outcome in articles(10_000):
        note(record, outcome)
    figures.LAG.replace({("clean", "articles.raw", str(number)): 1.0 for number in range(64)})
    registry = make_registry()
    exposed(registry, "")
    seconds = []
    for _ in range(3):  # the collector of garbage may go through all that other tests left, in one of them
        began = time.thread_time()
        body, _ = exposed(registry, "")
        seconds.append(time.thread_time() - began)
    figures.LAG.replace({})
    lines = [line for line in body.decode().splitlines() if not line.startswith("#")]
    assert len(lines) <= 2000
    assert min(seconds) <= 0.05
    named = {values[0] for values in figures.SOURCE_OUTCOMES.samples()}
    assert OTHER_SOURCES in named
    assert len(named) <= 201


def test_a_source_that_is_spread_over_keys_is_one_source() -> None:
    note = CleanFigures(5).note
    for bucket in ("#000", "#2af", ""):
        note(Record("articles.raw", 0, 0, 0, f"hot.example{bucket}", b"{}", {}), Outcome("failed", reason="crash"))
    assert figures.SOURCE_OUTCOMES.value("hot.example", "failed") == 3


def test_a_source_that_outgrows_others_gets_a_name_and_no_figure_falls() -> None:
    sources = TopSources(2)
    names = [sources.name(name)[0] for name in ("a", "b", "c")]
    assert names == ["a", "b", OTHER_SOURCES]
    dropped: list[str] = []
    for _ in range(600):
        name, gone = sources.name("c")
        dropped += gone
    assert (name, len(dropped)) == ("c", 1)
    assert {sources.name(each)[0] for each in ("a", "b")} == {({"a", "b"} - set(dropped)).pop(), OTHER_SOURCES}


def test_a_figure_without_labels_begins_at_nothing() -> None:
    assert [sample.value for sample in metric_of(Counter("copydesk_test", "A test")).samples] == [0.0]
    found = {sample.name: sample.value for sample in metric_of(Distribution("copydesk_test", "A test", (1.0,))).samples}
    assert found["copydesk_test_count"] == 0.0
