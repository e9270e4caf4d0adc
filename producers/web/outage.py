"""Detect the loss of our own network, as opposed to an outage of the sources."""


class Outage:
    """Tell our own outage from the sources': when hosts that answered the last time all stop answering at once.

    A host that never answered, or failed before, is no evidence. With a single good host the two cannot be told apart.
    """

    def __init__(self) -> None:
        self._good: set[str] = set()
        self._failed: set[str] = set()

    @property
    def on(self) -> bool:
        """Whether failures are ours now."""
        return len(self._failed) >= max(2, min(4, len(self._good)))

    def remember(self, host: str) -> None:
        """Note that a host answered when it was last asked, before this process began."""
        self._good.add(host)

    def answered(self, host: str) -> None:
        """Note that a server answered, whatever it said."""
        self._good.add(host)
        self._failed.clear()

    def failed(self, host: str) -> None:
        """Note that a host gave no answer at all."""
        if host in self._good:
            self._failed.add(host)
