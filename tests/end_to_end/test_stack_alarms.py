"""On real servers each kind of alarm begins, is seen wherever alarms are shown, and ends by itself."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.adapters.kafka_log.topics import TopicPlan
from copydesk.events import Alarm, AlarmKind, Removed, decode
from copydesk.health.thresholds import DAY
from copydesk.log_port import Message
from copydesk.pipeline import ALERTS, CLEAN, DEAD
from tests.contracts.test_watch_contract import article, letter_at
from tests.end_to_end.test_stack_pipeline import variables
from tests.support.command import copydesk
from tests.support.served_service import is_well, served_figures, served_service
from tests.support.stack.elasticsearch import Elasticsearch, forget
from tests.support.stack.kafka import Broker, delete_topics
from tests.support.waiting import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

CHANGED, BACK, END = 30, 35, 42
"""The days on which the sources change, are as before, and on which the streams end."""
BEGIN = (time.time() // DAY - BACK) * DAY
"""By the clock on the wall the sources are as before from today on; else it would find all of them silent."""
CUT = (Removed(text="Home News Sport Weather " * 60, kind="navigation", why="", position=9, confidence=1.0),)

FACTS: dict[AlarmKind, dict[str, Any]] = {
    "words_lost": {"paragraphs": ("word " * 20,)},
    "cuts_doubled": {"removed": CUT},
    "titles_gone": {"title": ""},
    "authors_gone": {"authors": ()},
    "dates_gone": {"published_at": None},
    "language_changed": {"language": "fr"},
}
"""What is changed of each article of the days that count, for the alarm of this kind."""
COUNTS: dict[AlarmKind, int] = {"silent": 0, "fewer": 1, "flood": 60}
"""How many articles come on those days, instead of eight."""


def day_of(kind: AlarmKind, day: int) -> Iterator[tuple[float, str, Message]]:
    """Yield when, on which topic and what the source of this kind brings on a day."""
    # What articles are like counts by the latest sixty: after five days that is what is usual.
    source, changed = f"{kind.replace('_', '-')}.example", CHANGED + 2 * (kind in FACTS) <= day < BACK
    count = COUNTS.get(kind, 8) if changed else 8
    refused = 6 if changed and kind == "refusals_risen" else 0
    for number in range(count):
        at = BEGIN + (day + (number + 0.5) / count) * DAY
        when = datetime.fromtimestamp(at, UTC)
        if number < refused:
            yield at, DEAD, letter_at(source, when, day * 100 + number)
        else:
            facts = {"fetched_at": when, "published_at": when, "seen_at": when}
            yield (
                at,
                CLEAN,
                article(source, 0, day * 100 + number, **(facts | (FACTS.get(kind, {}) if changed else {}))),
            )


def publish(log: KafkaLog, first: int, end: int) -> None:
    """Publish these days of all sources, in the order of time."""
    for day in range(first, end):
        due = sorted(each for kind in get_args(AlarmKind) for each in day_of(kind, day))
        for topic in (DEAD, CLEAN):
            log.publish(topic, [message for _, on, message in due if on == topic])


def test_every_kind_of_alarm_begins_is_shown_and_ends(
    kafka_broker: Broker, elasticsearch_server: Elasticsearch, tmp_path: Path
) -> None:
    prefix, data = f"alarms-{uuid.uuid4().hex[:8]}-", tmp_path / "data"
    environment = variables(kafka_broker, elasticsearch_server, prefix)
    assert copydesk("setup", data=data, environment=environment).returncode == 0
    log = KafkaLog(kafka_broker.url, prefix=prefix, plan=TopicPlan(4))
    kinds = set(get_args(AlarmKind))

    def shown(*command: str) -> Any:
        return json.loads(copydesk(*command, "--json", data=data, environment=environment).stdout)

    def noted(condition: dict[str, Any]) -> set[str]:
        query = {"size": 100, "query": {"bool": condition}}
        elasticsearch_server.ask("POST", f"/{prefix}articles-notes/_refresh")
        found = elasticsearch_server.ask("POST", f"/{prefix}articles-notes/_search", query)
        return {hit["_source"]["name"] for hit in found["hits"]["hits"] if hit["_source"]["type"] == "alarm"}

    try:
        with served_service("consume", "watch-sources", data=data, **environment) as (address, said):
            eventually(lambda: is_well(address), what=said.read_text, pause=0.2)

            def of_kinds(name: str, holds: Callable[[float], bool]) -> set[str]:
                return {key[1] for key, value in served_figures(address).items() if key[0] == name and holds(value)}

            publish(log, 0, BACK)
            eventually(
                lambda: of_kinds("copydesk_alarms_open", lambda value: value >= 1) == kinds,
                what=lambda: f"{kinds - of_kinds('copydesk_alarms_open', lambda value: value >= 1)} {said.read_text()}",
                pause=0.5,
            )
            assert of_kinds("copydesk_alarms_total", lambda value: value >= 1) == kinds
            open_ones = {
                each["source"]: {alarm["kind"] for alarm in each["alarms"]} for each in shown("sources", "health")
            }
            assert all(kind in open_ones[f"{kind.replace('_', '-')}.example"] for kind in kinds), open_ones
            assert noted({"must_not": {"exists": {"field": "ended_at"}}}) == kinds
            publish(log, BACK, END)
            eventually(
                lambda: of_kinds("copydesk_alarms_open", lambda value: value == 0) == kinds,
                what=lambda: f"{of_kinds('copydesk_alarms_open', lambda value: value > 0)} {said.read_text()}",
                pause=0.5,
            )
        alarms = [decode(Alarm, record.value or b"") for record in log.scan(ALERTS)]
        for kind in kinds:
            ends = [each.ended_at is not None for each in alarms if each.source == f"{kind.replace('_', '-')}.example"]
            assert ends[:1] == [False], kind
            assert ends[-1:] == [True], kind
        assert noted({"filter": {"exists": {"field": "ended_at"}}}) == kinds
    finally:
        log.close()
        forget(elasticsearch_server.url("admin"), prefix)
        delete_topics(kafka_broker.url, prefix)
