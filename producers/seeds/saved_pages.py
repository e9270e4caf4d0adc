"""Find the address that a saved page came from: in a file beside it, a comment of who saved it, or its own head."""

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from copydesk.identity import strip_credentials
from copydesk.producers.seeds.rows import URL_LIMIT, SeedRow, usable_url
from copydesk.web.canonical import stated_addresses

SIDECAR = ".url"
"""What the name of a file beside a page adds to its name: `page.html.url`, a shortcut of a browser or an address."""

_HEAD = 8192
_SIDECAR_LINES = 20
_COMMENTS = (
    re.compile(r"<!--\s{0,9}saved from url=\(\d{1,5}\)\s{0,9}(https?://[^\s>]{1,8000})", re.I),
    re.compile(r"<!--\s{0,9}Page saved with SingleFile\s{1,9}url:\s{0,9}(https?://[^\s>]{1,8000})", re.I),
    re.compile(r"<!--\s{0,9}Saved from (https?://[^\s>]{1,8000}) (?:at|on) ", re.I),
    re.compile(r"<!--\s{0,9}Mirrored from ([^\s<>/:]{1,255}/[^\s>]{0,8000}) by HTTrack", re.I),
)
"""What browsers, SingleFile, monolith and HTTrack write at the top of the pages that they save."""


class FoundAddress(NamedTuple):
    """Hold an address, and where it was found: `--url`, a sidecar, a comment, or what the page states."""

    url: str
    where: str

    @property
    def told(self) -> bool:
        """Whether a person named it, rather than the page."""
        return self.where in {"--url", "sidecar"}


def address_beside(path: Path) -> FoundAddress | None:
    """Return the address in the file beside a page, None without one. Reads that file; never raises OSError."""
    beside = path.with_name(path.name + SIDECAR)
    try:
        with beside.open("rb") as file:
            text = file.read(URL_LIMIT + _HEAD).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
    for line in text.removeprefix("\ufeff").splitlines()[:_SIDECAR_LINES]:
        url = line.strip()
        url = url[4:].strip() if url[:4].upper() == "URL=" else url
        if usable_url(url):
            return FoundAddress(strip_credentials(url), "sidecar")
    return None


def is_sidecar(path: Path) -> bool:
    """Whether a file holds the address of the one beside it."""
    return path.name.lower().endswith(SIDECAR) and os.path.exists(path.with_name(path.name[: -len(SIDECAR)]))


def address_in(page: str) -> FoundAddress | None:
    """Return the address that a page was saved from, or that it states; a site's front page is none."""
    head = page[:_HEAD]
    for pattern in _COMMENTS:
        found = pattern.search(head)
        url = found[1].removesuffix("--") if found else ""
        url = url if url.startswith("http") else f"http://{url}"
        if found and usable_url(url):
            return FoundAddress(strip_credentials(url), "saved from url")
    for where, url in stated_addresses(page):
        if usable_url(url) and not _is_front_page(url):
            return FoundAddress(url, where)
    return None


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def with_address(row: SeedRow, told: FoundAddress | None) -> SeedRow:
    """Return the row of a file with the address it has: the one that is told, else the one the page was saved with."""
    found = told or (address_in(row.content) if row.content_type == "text/html" and row.url is None else None)
    return row if found is None else row._replace(url=found.url, address_from=found.where)
