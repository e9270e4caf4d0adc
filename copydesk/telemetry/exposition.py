"""Hand the figures to prometheus_client, which writes them down as Prometheus and OpenMetrics want them."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from copydesk.telemetry.figures import FIGURES
from copydesk.telemetry.instruments import Counter as PlainCounter
from copydesk.telemetry.instruments import Distribution, Instrument
from copydesk.telemetry.instruments import Gauge as PlainGauge


class _Figures(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from map(metric_of, FIGURES)


def metric_of(figure: Instrument) -> Metric:
    """Return a figure with its numbers of now as prometheus_client has it."""
    about = (figure.name, figure.meaning)
    if isinstance(figure, Distribution):
        histogram = HistogramMetricFamily(*about, labels=figure.labels)
        ends = [*map(floatToGoString, figure.bounds), "+Inf"]
        for values, counts, total in figure.samples():
            histogram.add_metric(values, list(zip(ends, map(float, counts), strict=True)), total)
        return histogram
    found = (CounterMetricFamily if isinstance(figure, PlainCounter) else GaugeMetricFamily)(
        *about, labels=figure.labels
    )
    assert isinstance(figure, PlainCounter | PlainGauge)
    for values, value in figure.samples().items():
        found.add_metric(values, value)
    return found


def make_registry() -> CollectorRegistry:
    """Return a registry of our figures and those of the process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


def exposed(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """Return the figures and their content type, in the format that a scraper accepts."""
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
