"""Write alarms and dead letters into an index of their own, `articles-notes`, for dashboards to show.

Nobody but a dashboard reads it: the log has all of it. So an index that is not there yet, or may not be written, is
said once and left alone, and no alarm waits for it.
"""

import logging
from collections.abc import Sequence
from typing import Any, Self

from copydesk.adapters.elasticsearch_index.client import ApiError, Client, connect, translate_elasticsearch_errors
from copydesk.adapters.elasticsearch_index.setup import IndexNames, load_template
from copydesk.errors import ConfigError, IndexMissing, IndexUnavailable
from copydesk.index_port import Note
from copydesk.settings import Settings

logger = logging.getLogger("copydesk.elasticsearch")

_BATCH, _BUSY = 500, {408, 429, 500, 502, 503, 504}


class ElasticsearchNotes:
    """Implement Notes on an index. Sends nothing before the first call."""

    def __init__(self, client: Client, names: IndexNames) -> None:
        self._client, self._index = client, names.notes
        self._complained = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the notes beside the index that the settings name. Raises ConfigError."""
        client = connect(
            settings.index,
            api_key=settings.elasticsearch_api_key,
            ca=settings.elasticsearch_ca,
            password_file=settings.elasticsearch_password_file,
            certificate=settings.elasticsearch_certificate,
            key=settings.elasticsearch_key,
        )
        return cls(client, IndexNames(f"{settings.elasticsearch_prefix}articles"))

    def write(self, notes: Sequence[Note]) -> None:
        """Write notes by their ids; one that the server refuses for good is said and left out."""
        for start in range(0, len(notes), _BATCH):
            batch = notes[start : start + _BATCH]
            actions: list[dict[str, Any]] = []
            for note in batch:
                actions += [{"index": {"_id": note.id}}, _document(note)]
            try:
                with translate_elasticsearch_errors(self._client.address):
                    answer = self._client.api.bulk(index=self._index, operations=actions, require_data_stream=False)
            except (ConfigError, IndexMissing) as error:
                self._complain(f"{error}: run `copydesk setup`")
                return
            self._judge(answer.body["items"])

    def close(self) -> None:
        """Close the connections."""
        self._client.api.close()

    def _judge(self, items: Sequence[dict[str, dict[str, Any]]]) -> None:
        failed = [item["index"] for item in items if item["index"]["status"] >= 400]
        for each in failed:
            if each["status"] in _BUSY:
                raise IndexUnavailable(f"Elasticsearch at {self._client.address} is busy ({each['status']})")
        if failed:
            self._complain(f"Elasticsearch refuses notes: {failed[0].get('error', {}).get('reason', '')}")

    def _complain(self, words: str) -> None:
        if not self._complained:
            self._complained = True
            logger.warning("alarms and dead letters are not shown in Kibana: %s", words)


def put_notes_index(client: Client, names: IndexNames) -> None:
    """Create the index of notes where it is missing. Raises IndexUnavailable, ConfigError."""
    with translate_elasticsearch_errors(client.address):
        if client.api.indices.exists(index=names.notes):
            return
        try:
            client.api.indices.create(index=names.notes, **load_template("notes"))
        except ApiError:  # another setup was faster
            if not client.api.indices.exists(index=names.notes):
                raise


def _document(note: Note) -> dict[str, Any]:
    found = {name: value for name, value in note._asdict().items() if name != "id" and value not in ("", None)}
    return found | {"open": note.type == "alarm" and note.ended_at is None}
