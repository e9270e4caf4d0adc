"""Names of a test's own on the Elasticsearch that tests share."""

import uuid
from typing import Any

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from tests.support.stack.elasticsearch import Elasticsearch


class Place:
    """Names of the test's own on the shared server."""

    def __init__(self, server: Elasticsearch) -> None:
        self.server, self.prefix = server, f"test-{uuid.uuid4().hex[:8]}-"
        self.opened: list[ElasticsearchIndex] = []

    def index(self, user: str = "copydesk", url: str = "") -> ElasticsearchIndex:
        self.opened.append(ElasticsearchIndex(url or self.server.url(user), prefix=self.prefix))
        return self.opened[-1]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request about our names: `~` in the path stands for the prefix."""
        return self.server.ask(method, path.replace("~", self.prefix), body)

    def put(self, setting: str, value: Any) -> None:
        self.ask("PUT", "/~articles-000001/_settings", {setting: value})


def outcomes(index: ElasticsearchIndex, *articles: Any) -> list[str]:
    """Write articles, and return what came of each."""
    return [verdict.outcome for verdict in index.upsert(articles)]
