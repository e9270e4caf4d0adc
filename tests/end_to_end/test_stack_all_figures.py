"""On real servers every figure that Prometheus is shown moves: by news of feeds, pages, refusals, and outages."""

import contextlib
import json
import os
import signal
import urllib.request
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copydesk.telemetry import figures
from copydesk.telemetry.figures import FIGURES
from tests.end_to_end.test_stack_pipeline import variables
from tests.support.command import copydesk
from tests.support.places import SEEDS
from tests.support.served_service import is_well, served_figures, served_service
from tests.support.stack.elasticsearch import Elasticsearch, forget
from tests.support.stack.kafka import Broker
from tests.support.stack.processes import free_ports
from tests.support.waiting import eventually
from tests.support.web.server import Answer, Asked
from tests.support.web.thread import web_in_a_thread

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ELSEWHERE = {figures.ALARMS, figures.ALARMS_OPEN}
"""Those that `test_stack_alarms` sees move."""
CONSTANT = {figures.BUILD}
LINE = "The harbour office said on Friday that the ferry of the northern line sails again from Monday on."


def remarks() -> bytes:
    """Return a page of readers' remarks alone, which the model is in doubt about."""
    shown = (
        f"<div class=comment><a href=/u{n}>user{n}</a> {n} hours ago<p>{LINE[: 40 + n * 17 % 60]}</p><a>Reply</a></div>"
        for n in range(40)
    )
    return f"<html><head><title>Remarks</title></head><body><div>{''.join(shown)}</div></body></html>".encode()


def outlet(asked: Asked) -> Answer:
    """Answer as a site with a feed of four pages: one of them is in doubt, one holds nothing, and one is gone."""
    base = f"http://{asked.headers['host']}"
    pages = {
        "/ferry": SEEDS.joinpath("en-night-ferry.html").read_bytes(),
        "/remarks": remarks(),
        "/empty": b"<html><body></body></html>",
    }
    if asked.path == "/feed":
        links = "".join(f"<item><title>News</title><link>{base}{path}</link></item>" for path in (*pages, "/gone"))
        return Answer(body=f'<rss version="2.0"><channel>{links}</channel></rss>'.encode())
    if asked.path in pages:
        return Answer(body=pages[asked.path], headers={"Content-Type": "text/html"})
    return Answer(404)


def cleaning_processes(mark: str) -> Iterator[int]:
    """Yield the processes that clean for a service with this word in its environment: forked by its fork server."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1]
            is_forked = b"forkserver" in Path(f"/proc/{parent}/cmdline").read_bytes()
            if is_forked and mark.encode() in folder.joinpath("environ").read_bytes():
                yield int(folder.name)


class Seen:
    """Collect the values that each figure had, by service; a figure has moved when it had two at one of them."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}
        self.values: dict[str, dict[str, set[float]]] = defaultdict(lambda: defaultdict(set))

    def look(self) -> None:
        """Ask all services."""
        for service, address in self.addresses.items():
            sums: dict[str, float] = defaultdict(float)
            for (name, *_), value in served_figures(address).items():
                sums[name] += value
            for figure in FIGURES:
                name = figure.name + {"counter": "_total", "gauge": "", "histogram": "_count"}[figure.kind]
                self.values[figure.name][service].add(sums[name])

    def has(self, figure: figures.Instrument, holds: Callable[[float], bool] = bool) -> bool:
        """Look once more, and say whether the figure has been so at any service."""
        self.look()
        return any(holds(value) for values in self.values[figure.name].values() for value in values)

    def unmoved(self) -> set[str]:
        """Return the names of figures that had one value alone at every service."""
        return {figure.name for figure in FIGURES if all(len(each) < 2 for each in self.values[figure.name].values())}


def test_every_figure_moves(own_broker: Broker, elasticsearch_server: Elasticsearch, tmp_path: Path) -> None:
    prefix, data, seen = f"moves-{uuid.uuid4().hex[:8]}-", tmp_path / "data", Seen()
    environment = variables(own_broker, elasticsearch_server, prefix)
    assert copydesk("setup", data=data, environment=environment).returncode == 0
    index = f"/{prefix}articles-*/_settings"
    feeds = tmp_path / "feeds.toml"

    def block(on: bool) -> None:
        Elasticsearch.ask(elasticsearch_server, "PUT", index, {"index.blocks.write": on or None})

    with web_in_a_thread() as web, contextlib.ExitStack() as services:
        web.hosts["127.0.0.1"] = outlet
        base = f"http://127.0.0.1:{web.port}"
        feeds.write_text(
            "".join(f'[[source]]\nname = "{name}"\nfeed = "{base}/{name}"\n' for name in ("feed", "nothing"))
        )
        environment["COPYDESK_FEEDS"] = str(feeds)
        commands = {
            "clean": ["consume", "clean", "--workers", "1"],
            "index": ["consume", "index"],
            "pages": ["produce", "pages", "--allow-private"],
            "desk": ["serve", "--port", str(port := free_ports(1)[0])],
        }
        said = {}
        for name, command in commands.items():
            seen.addresses[name], said[name] = services.enter_context(
                served_service(*command, data=data, **environment)
            )
        for name, address in seen.addresses.items():
            eventually(lambda address=address: is_well(address), what=said[name].read_text, pause=0.2)  # type: ignore[misc]
        seen.look()
        seen.addresses["feeds"], said["feeds"] = services.enter_context(
            served_service("produce", "feeds", "--allow-private", data=data, **environment)
        )

        def comes(figure: figures.Instrument, holds: Callable[[float], bool] = bool) -> None:
            eventually(lambda: seen.has(figure, holds), what=lambda: f"{figure.name} {dict(seen.values[figure.name])}")

        for figure in (figures.FEED_FAILURES, figures.FEED_ITEMS, figures.SECOND_OPINIONS, figures.DEAD_LETTERS):
            comes(figure)
        comes(figures.INDEX_DOCUMENTS)
        for pid in cleaning_processes(prefix):
            os.kill(pid, signal.SIGKILL)
        block(True)
        assert copydesk("produce", "seeds", SEEDS, data=data, environment=environment).returncode == 0
        comes(figures.PROCESSES_ENDED)  # the pool sees it when there is work again
        for figure in (figures.BULK_REJECTIONS, figures.WAITING_SECONDS, figures.LAG, figures.LAG_SECONDS):
            comes(figure)
        block(False)
        stored = len(list(SEEDS.glob("*.html")))
        comes(figures.INDEX_DOCUMENTS, lambda value: value > stored)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/articles?q=ferry") as answer:
            assert answer.status == 200
        comes(figures.HTTP_ANSWERS)
        own_broker.kill()
        comes(figures.LOG_UP, lambda value: value == 0)
        own_broker.launch()
        eventually(
            lambda: all(is_well(address) for address in seen.addresses.values()),
            what=lambda: json.dumps({name: file.read_text()[-500:] for name, file in said.items()}),
            pause=0.3,
        )
        other = tmp_path / "other"
        other.mkdir()
        services.enter_context(served_service("consume", "clean", "--workers", "1", data=other / "data", **environment))
        comes(figures.PARTITIONS, lambda value: 0 < value < int(environment["COPYDESK_PARTITIONS"]))
    assert seen.unmoved() == {figure.name for figure in ELSEWHERE | CONSTANT}
    forget(elasticsearch_server.url("admin"), prefix)
