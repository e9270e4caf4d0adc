"""The AsyncAPI document names every topic, and all that it refers to is there."""

import json
from collections.abc import Iterator
from typing import Any

from copydesk.events import BY_TYPE
from copydesk.pipeline import STAGES, TOPICS
from tests.support.places import ROOT

FILE = ROOT / "schemas" / "asyncapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        yield from (each for name, each in found.items() if name == "$ref")
        for each in found.values():
            yield from references(each)
    elif isinstance(found, list):
        for each in found:
            yield from references(each)


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > len(TOPICS)
    for reference in found:
        if reference.startswith("./"):
            assert (FILE.parent / reference).is_file(), reference
            continue
        at: Any = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            at = at[name]


def test_every_topic_has_a_channel_and_those_that_keep_all_hold_events() -> None:
    channels = DOCUMENT["channels"]
    assert set(channels) == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        (message,) = channels[topic.name]["messages"]
        assert topic.compacted or message in BY_TYPE, topic.name


def test_every_stage_reads_its_topic_and_writes_the_next() -> None:
    operations = DOCUMENT["operations"]
    for stage in STAGES:
        assert operations[f"{stage.name}.receive"]["channel"]["$ref"] == f"#/channels/{stage.reads}"
        assert (f"{stage.name}.send" in operations) == (stage.writes is not None)
