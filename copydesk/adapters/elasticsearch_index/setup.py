"""Put templates, indices and aliases into Elasticsearch before the first article, and tell which are live.

Articles are in indices named `articles-000001` and on. The alias `articles` leads to those that are searched,
`articles-write` to the last of them, which is written; it is none of them only while a rebuilt index takes over.
`articles-unused` leads to what a rebuild has not finished or has superseded: it may be deleted.
"""

import logging
import re
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from copydesk.adapters.elasticsearch_index.client import ApiError, Client, translate_elasticsearch_errors
from copydesk.adapters.elasticsearch_index.documents import DocumentLayout
from copydesk.errors import ConfigError, NewerStorage

logger = logging.getLogger("copydesk.elasticsearch")

COMPONENTS = ("articles-settings", "articles-mappings", "articles-languages")
_, MAPPINGS_TEMPLATE, LANGUAGES_TEMPLATE = COMPONENTS
TEMPLATE = "articles"
_STEMMED = "stemmed."
_NUMBERED = re.compile(r"-(\d{6,})$")


class IndexNames(NamedTuple):
    """Name our things in Elasticsearch; `search` is `articles` unless a prefix is set."""

    search: str = "articles"

    @property
    def write(self) -> str:
        """Return the alias that is written."""
        return f"{self.search}-write"

    @property
    def unused(self) -> str:
        """Return the alias of what may be deleted."""
        return f"{self.search}-unused"

    @property
    def notes(self) -> str:
        """Return the name of the index of alarms and dead letters."""
        return f"{self.search}-notes"

    @property
    def indices(self) -> str:
        """Return a pattern of all our indices."""
        return f"{self.search}-0*"

    def numbered(self, number: int) -> str:
        """Return the name of the index of that number."""
        return f"{self.search}-{number:06}"


class Sharding(NamedTuple):
    """Hold a new index's shards and replicas; None leaves them to the template (one; a replica given two nodes)."""

    shards: int | None = None
    replicas: int | None = None

    def settings(self) -> dict[str, Any]:
        """Return the settings of a create request."""
        found: dict[str, Any] = {}
        if self.shards is not None:
            found["number_of_shards"] = self.shards
        if self.replicas is not None:
            found |= {"number_of_replicas": self.replicas, "auto_expand_replicas": False}
        return found


SEARCHED: dict[str, Any] = {"filter": {"bool": {"must_not": [{"exists": {"field": "withdrawn"}}]}}}
"""What the searched alias leaves out: what is withdrawn keeps its place in the index, and nobody finds it."""


class Live(NamedTuple):
    """Hold the indices behind the alias to search, oldest first, and the one behind that to write, if there."""

    search: tuple[str, ...]
    write: str | None


def setup(client: Client, names: IndexNames, shape: Sharding) -> None:
    """Create templates, index and aliases where missing. Raises IndexUnavailable, ConfigError, NewerStorage.

    Newer templates do no harm where the index is there: who goes back to an older version is not held up by them.
    """
    found = live(client, names)
    there = bool(found.search and found.write)
    try:
        put_templates(client, names)
    except NewerStorage as error:
        if not there:
            raise
        logger.warning("%s; it was left as it is", error)
    if there:
        return
    if found.search or found.write:
        given, lacking = (names.search, names.write) if found.search else (names.write, names.search)
        raise ConfigError(
            f"Elasticsearch at {client.address} has the alias {given}, but not {lacking}: run `copydesk reindex`"
        )
    with translate_elasticsearch_errors(client.address):
        known = client.api.options(ignore_status=404).indices.get(index=names.search, filter_path="*.aliases").body
    if names.search in known:
        raise ConfigError(
            f"Elasticsearch at {client.address} has an index named {names.search}, where Copydesk needs an alias: "
            "delete or rename it"
        )
    aliases = {names.search: SEARCHED, names.write: {"is_write_index": True}}
    _create_first(client, names, shape, aliases)


def create_next(client: Client, names: IndexNames, shape: Sharding, aliases: dict[str, Any]) -> str:
    """Create the index after all that are there; returns its name. Raises ApiError when another process was faster."""
    with translate_elasticsearch_errors(client.address):
        there = client.api.indices.get(index=names.indices, filter_path="*.aliases").body
    numbers = [int(match[1]) for name in there if (match := _NUMBERED.search(name))]
    name = names.numbered(max(numbers, default=0) + 1)
    client.api.indices.create(index=name, aliases=aliases, settings=shape.settings())
    logger.info("created the index %s", name)
    return name


def live(client: Client, names: IndexNames) -> Live:
    """Return which indices the aliases lead to. Raises IndexUnavailable, ConfigError."""
    with translate_elasticsearch_errors(client.address):
        found = client.api.options(ignore_status=404).indices.get_alias(name=f"{names.search},{names.write}")
    values = sorted(found.body.items())
    aliases = {index: value.get("aliases", {}) for index, value in values if isinstance(value, dict)}
    written = [index for index, known in aliases.items() if names.write in known]
    return Live(tuple(index for index, known in aliases.items() if names.search in known), *written[-1:] or [None])


def layout(client: Client, index: str) -> DocumentLayout:
    """Return how the documents of an index look. Raises IndexUnavailable, ConfigError."""
    with translate_elasticsearch_errors(client.address):
        found = client.api.indices.get_mapping(index=index).body
    return next((layout_of(each["mappings"]) for each in found.values()), DocumentLayout())


def layout_of(mapping: dict[str, Any]) -> DocumentLayout:
    """Return how the documents of an index with this mapping look."""
    properties = mapping.get("properties", {})
    number = mapping.get("_meta", {}).get("layout", 1 if "properties" in properties.get("words", {}) else 2)
    within = properties.get("stemmed", {}).get("properties", {})
    languages = frozenset(within) | {name.split(".")[1] for name in properties if name.startswith(_STEMMED)}
    return DocumentLayout(number, languages, frozenset(properties))


def put_templates(client: Client, names: IndexNames) -> None:
    """Put our templates where they are missing or older. Raises NewerStorage where newer ones are."""
    components = [load_template(name) for name in COMPONENTS]
    spoken = _analysed_here(client, components[-1])
    for stem, body in zip(COMPONENTS, components, strict=True):
        if stem != LANGUAGES_TEMPLATE or spoken:
            _put(client, "component_template", _renamed(stem, names), body)
    template = load_template(TEMPLATE)
    template["index_patterns"] = [names.indices]
    for key in ("composed_of", "ignore_missing_component_templates"):
        template[key] = [_renamed(stem, names) for stem in template[key]]
    _put(client, "index_template", names.search, template)


def load_template(name: str) -> dict[str, Any]:
    """Read a template of `schemas/elasticsearch`."""
    found: dict[str, Any] = orjson.loads((files("copydesk.schemas") / "elasticsearch" / f"{name}.json").read_bytes())
    return found


def _renamed(stem: str, names: IndexNames) -> str:
    return stem.replace("articles", names.search, 1)


def _create_first(client: Client, names: IndexNames, shape: Sharding, aliases: dict[str, Any]) -> None:
    with translate_elasticsearch_errors(client.address):
        try:
            create_next(client, names, shape, aliases)
        except ApiError:
            # Another setup at the same time may have made it, aliases and all; a second write index is refused.
            there = live(client, names)
            if not (there.search and there.write):
                raise


def _put(client: Client, kind: str, name: str, body: dict[str, Any]) -> None:
    """Put a template unless it is there as new as ours: a user may have changed it."""
    with translate_elasticsearch_errors(client.address):
        found = client.api.options(ignore_status=404).perform_request("GET", f"/_{kind}/{name}", headers=_JSON).body
        there = next((each[kind].get("version", 0) for each in found.get(f"{kind}s", ())), None)
        if there is not None and there > body["version"]:
            raise NewerStorage(
                f"the template {name} in Elasticsearch was written by a newer Copydesk (version {there}, this one "
                f"knows {body['version']}): use that one"
            )
        if there is None or there < body["version"]:
            client.api.perform_request("PUT", f"/_{kind}/{name}", headers=_JSON, body=body)
            logger.info("put the %s %s, version %s", kind.replace("_", " "), name, body["version"])


_JSON = {"accept": "application/json", "content-type": "application/json"}


def _analysed_here(client: Client, component: dict[str, Any]) -> bool:
    """Leave in the component only the languages the server has an analyzer for, and say whether there are any."""
    properties: dict[str, Any] = component["template"]["mappings"]["properties"]
    analyzers = {each["analyzer"] for each in properties.values()}
    lacking = sorted(analyzer for analyzer in analyzers if not _has_analyzer(client, analyzer))
    for name, field in list(properties.items()):
        if field["analyzer"] in lacking:
            del properties[name]
    if not properties:
        logger.warning("Elasticsearch at %s has no analyzers for languages: words are found as written", client.address)
    elif lacking:
        logger.info("Elasticsearch at %s has no analyzers named %s", client.address, ", ".join(lacking))
    return bool(properties)


def _has_analyzer(client: Client, analyzer: str) -> bool:
    with translate_elasticsearch_errors(client.address):
        try:
            client.api.indices.analyze(analyzer=analyzer, text="probe")
        except ApiError as error:
            if error.meta.status in {400, 403}:  # it has none of that name, or this user may not ask
                return False
            raise
    return True
