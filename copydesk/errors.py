"""Define the errors that reach users or decide what a stage does, as one tree; adapters turn other errors into these.

CopydeskError
├── InputError            the user gave something unusable; the message names it and the way out
│   ├── ConfigError       a setting or flag is wrong
│   └── MissingExtra      a package of an extra is not installed; the message names the command that installs it
├── Unavailable           a log or index does not answer now: retry, for ever and visibly
│   ├── LogUnavailable
│   └── IndexUnavailable
│       └── IndexMissing  there is no index to ask or to write
├── FetchFailed           a page or feed could not be had; its kind says whether asking again makes sense
├── MessageTooLarge       one message is over the log's limit: dead-letter it, the rest was not sent
├── StorageError          a file or server holds something we must not touch: stop loudly
│   ├── CorruptStorage    damaged; the message says how to rebuild
│   ├── LostIndex         an index that was filled is gone or empty; the message says how to rebuild
│   └── NewerStorage      written by a newer Copydesk
└── NotFound              no such topic, article, source or dead letter
"""

# Nine public exceptions stand outside the tree, in the modules that raise them: their callers catch them, and turn them
# into one of the tree, a refusal or a wait. Producers: `Stopped`, `MustWait`, `NotAFile`, `Damaged`; web:
# `Undecodable`, `TooBig`, `AddressNotAllowed`; the SQLite index: `Unstorable`, `DamagedDocument`.

from typing import Literal


class CopydeskError(Exception):
    """Report anything of ours, with a message fit to show to a person; the root of the tree."""


class InputError(CopydeskError):
    """Report input or a command line that cannot be used; the message names the thing and the way out."""


class ConfigError(InputError):
    """Report a setting that cannot be used."""


class MissingExtra(InputError):
    """Report that a package of an extra is not installed; the message names the command that installs it."""


class Unavailable(CopydeskError):
    """Report that a dependency does not answer now; the same call may succeed later. Nothing was lost."""


class LogUnavailable(Unavailable):
    """Report that the log did not acknowledge; what was to be published may or may not have been appended."""


class IndexUnavailable(Unavailable):
    """Report that the index did not answer; what was to be written may or may not have been stored."""


class IndexMissing(IndexUnavailable):
    """Report that there is no index, as `fact` says; the log knows whether there was one, and so the cure."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"{fact}: run `copydesk setup`, or `copydesk reindex` where it was filled before")
        self.fact = fact


class MessageTooLarge(CopydeskError):
    """Report that message `position` of a publish call is over the log's size limit; nothing of it was sent."""

    def __init__(self, position: int, size: int, limit: int) -> None:
        super().__init__(f"The message of {size:,} bytes is over the log's limit of {limit:,} bytes")
        self.position, self.size, self.limit = position, size, limit


FetchFailure = Literal["gone", "forbidden", "temporary", "too_big", "not_html", "blocked", "bad_url"]


class FetchFailed(CopydeskError):
    """Report that a page or feed could not be had. The message holds no credentials.

    `kind`: `gone` (404, 410), `forbidden` (401, 403, robots.txt), `temporary` (no answer, 429, 5xx), `too_big`,
    `not_html` (another content type), `blocked` (an address inside, or a port that is not the web's), `bad_url`.
    `status` is the HTTP status where there was an answer; `retry_after` the seconds a server asked us to wait.
    """

    def __init__(
        self, kind: FetchFailure, message: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind: FetchFailure = kind
        self.status, self.retry_after = status, retry_after


class StorageError(CopydeskError):
    """Report stored data that must not be touched; stop and tell the user."""


class CorruptStorage(StorageError):
    """Report damaged stored data; the message says how to rebuild it."""


class LostIndex(StorageError):
    """Report an index that was filled before and is gone or empty now; the message says how to rebuild it."""


class NewerStorage(StorageError):
    """Report stored data that a newer version of Copydesk wrote."""


class NotFound(CopydeskError):
    """Report that the thing asked for does not exist."""
