"""Tell what a write to Elasticsearch would wait for now (no index, a block, a red shard, overload), and what is old."""

from typing import Any

from copydesk.adapters.elasticsearch_index.client import Client, translate_elasticsearch_errors
from copydesk.adapters.elasticsearch_index.setup import MAPPINGS_TEMPLATE, IndexNames, Live, layout_of, load_template

_FULL = 0.9


def waiting_for(client: Client, names: IndexNames, found: Live) -> str:
    """Return one sentence, or nothing when writes go through. Raises IndexUnavailable, ConfigError."""
    if found.write is None:
        return f"there is no alias {names.write}: run `copydesk {'reindex' if found.search else 'setup'}`"
    blocked = _blocks(client, found.write)
    if blocked:
        return f"writes are blocked: {blocked}"
    with translate_elasticsearch_errors(client.address):
        health = client.api.cluster.health(index=found.write).body
    if health["status"] == "red":
        return f"{found.write} is red: a part of it is on no running node"
    if _overloaded(client):
        return "Elasticsearch is overloaded: what it is writing now takes nearly all the memory it allows for that"
    lacking = _fields_lacking(client, found.write)
    if lacking:
        return f"{found.write} was made for another version and lacks {', '.join(lacking)}: run `copydesk reindex`"
    if found.write not in found.search:
        searched = ", ".join(found.search)
        return f"a rebuild was broken off (written is {found.write}, searched {searched}): run `copydesk reindex`"
    return ""


def advice_on(client: Client, found: Live) -> str:
    """Return one sentence on an index that takes articles, and would be better made anew; nothing for others."""
    with translate_elasticsearch_errors(client.address):
        mappings = client.api.indices.get_mapping(index=",".join(found.search)).body if found.search else {}
    old = [name for name, each in mappings.items() if layout_of(each["mappings"]).is_first]
    if not old:
        return ""
    return (
        f"{', '.join(old)} was made by a version before, takes twice the room and lacks fields: "
        "it goes on as it is until you run `copydesk reindex`"
    )


def _blocks(client: Client, index: str) -> str:
    with translate_elasticsearch_errors(client.address):
        blocks: dict[str, Any] = client.api.cluster.state(metric="blocks").body["blocks"]
    against = [*blocks.get("global", {}).values(), *blocks.get("indices", {}).get(index, {}).values()]
    return "; ".join(block["description"].split(";")[0] for block in against if "write" in block["levels"])


def _fields_lacking(client: Client, index: str) -> list[str]:
    """Return the fields of articles that an index would refuse: it takes those alone that it was made with."""
    with translate_elasticsearch_errors(client.address):
        found = client.api.indices.get_mapping(index=index).body
    ours = load_template(MAPPINGS_TEMPLATE)["template"]["mappings"]["properties"]
    mapping = next(iter(found.values()))["mappings"]
    if layout_of(mapping).is_first:
        return []  # `advice` tells: articles are written as it takes them
    return [] if mapping.get("dynamic") != "strict" else sorted(ours.keys() - mapping["properties"].keys())


def _overloaded(client: Client) -> bool:
    with translate_elasticsearch_errors(client.address):
        nodes = client.api.nodes.stats(metric="indexing_pressure", filter_path="nodes.*.indexing_pressure.memory").body
    for node in nodes.get("nodes", {}).values():
        memory = node["indexing_pressure"]["memory"]
        if memory["current"]["combined_coordinating_and_primary_in_bytes"] > _FULL * memory["limit_in_bytes"]:
            return True
    return False
