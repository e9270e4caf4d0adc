"""Which feed first brought an article lately: what several feeds of a site list is published once."""

MOST = 100_000


class Recent:
    """The articles published by this process, the latest hundred thousand."""

    def __init__(self, most: int = MOST) -> None:
        self._by: dict[str, str] = {}
        self._most = most

    def is_new(self, article: str, feed: str) -> bool:
        """Whether no other feed brought this article; from now on this one did."""
        first = self._by.setdefault(article, feed)
        if len(self._by) > self._most:
            del self._by[next(iter(self._by))]
        return first == feed
