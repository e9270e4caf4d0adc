"""Describe the topics as an AsyncAPI 3 document: what stands in each, under which headers, and which stage reads it."""

import re
from typing import Any

import msgspec

from copydesk import __version__
from copydesk.events import BY_TYPE, Alarm, Correction, DeadLetter, Link
from copydesk.pipeline import ALERTS, CORRECTIONS, DEAD, LINK_DELAYS, STAGES, TOPICS, WATCH_STAGE, YOUNG_DELAYS, Topic
from copydesk.runtime.worker import EVENT_OF

RECORD_OF: dict[str, type[msgspec.Struct]] = {
    **EVENT_OF, **dict.fromkeys((*LINK_DELAYS, *YOUNG_DELAYS), Link), DEAD: DeadLetter,
    ALERTS: Alarm,
    CORRECTIONS: Correction,
}  # fmt: skip
"""The event in each topic; the others hold what a stage remembers, which is its own affair."""
_TRACEPARENT = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
_TEXT = {"type": "string"}
_HEADERS: dict[str, dict[str, str]] = {
    "type": {**_TEXT, "description": "Name of the record."},
    "schema_version": {**_TEXT, "pattern": "^[0-9]+$", "description": "Version of its schema."},
    "traceparent": {**_TEXT, "pattern": _TRACEPARENT, "description": "W3C trace context of the article's way."},
    "parent": {**_TEXT, "description": "Place of the event that it was made from: `articles.raw[3]@42`."},
    "took_ms": {**_TEXT, "pattern": "^[0-9]+\\.[0-9]$", "description": "Milliseconds of the cleaning that made it."},
    "ce_specversion": {**_TEXT, "const": "1.0", "description": "CloudEvents version; on Kafka alone, as all ce_*."},
    "ce_id": {**_TEXT, "description": "The same for a message that was sent twice."},
    "ce_source": {**_TEXT, "format": "uri-reference", "description": "`urn:copydesk:` and the topic."},
    "ce_type": {**_TEXT, "description": "`copydesk.`, the record, and the version of its schema."},
    "ce_time": {**_TEXT, "format": "date-time", "description": "When it was published."},
    "content-type": {**_TEXT, "description": "Content type of the value, by the binding of CloudEvents."},
}
_KAFKA = "0.5.0"


def schema_file(name: str) -> str:
    """Return the name of the file that holds a record's JSON Schema."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + ".json"


def document() -> dict[str, Any]:
    """Return the document; its payloads are the schema files beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Copydesk", "version": __version__, "license": {"name": "Apache-2.0"},
            "description": "Topics on Kafka, and on the embedded log; a prefix may stand before the names.",
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "localhost:9092", "protocol": "kafka"}},
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": _operations(),
        "components": {
            "messages": {name: _message(name) for name in [*BY_TYPE, "State"]},
            "messageTraits": {
                "event": {"headers": {"type": "object", "required": ["type"], "properties": _HEADERS}}
            },
        },
    }  # fmt: skip


def _channel(topic: Topic) -> dict[str, Any]:
    name = _record(topic.name)
    words = f"Holds {name} records" if name != "State" else "Holds what a stage remembers"
    policy = ["compact"] if topic.compacted else ["delete"]
    return {
        "address": topic.name,
        "description": f"{words}, {'the latest of each key' if topic.compacted else 'in order of each key'}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": {"topicConfiguration": {"cleanup.policy": policy}, "bindingVersion": _KAFKA}},
    }


def _record(topic: str) -> str:
    return RECORD_OF[topic].__name__ if topic in RECORD_OF else "State"


def _message(name: str) -> dict[str, Any]:
    payload: dict[str, Any] = {"$ref": f"./{schema_file(name)}"} if name in BY_TYPE else {"type": "object"}
    return {
        "name": name,
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/event"}],
        "payload": payload,
        "bindings": {
            "kafka": {
                "key": {**_TEXT, "description": "The source; `#` and a bucket behind it where it is spread."},
                "bindingVersion": _KAFKA,
            }
        },
    }


def _operations() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for stage in (*STAGES, WATCH_STAGE):
        ways = {"receive": stage.reads, "send": stage.writes}
        for action, topic in ways.items():
            if topic is not None:
                found[f"{stage.name}.{action}"] = {
                    "action": action,
                    "channel": {"$ref": f"#/channels/{topic}"},
                    "messages": [{"$ref": f"#/channels/{topic}/messages/{_record(topic)}"}],
                    **({"bindings": {"kafka": {"groupId": {**_TEXT, "const": f"{stage.name}.{topic}"},
                                               "bindingVersion": _KAFKA}}} if action == "receive" else {}),
                }  # fmt: skip
    return found
