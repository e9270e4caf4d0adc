"""What kinds of files cost: a WARC beside the same pages as JSON Lines, rows with given facts beside rows without,
and memory over a large archive.

    make bench-kinds        or: python -m bench.bench_kinds [PAGES.jsonl.gz...] [--pages 5000] [--workers 2]

Everything runs in a temporary folder. Rates are of whole runs of `copydesk run`, in turns, since machines are noisy.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.bench_run import COPYDESK, articles, rows, timed, write
from copydesk.cleaning.article import clean_article
from copydesk.documents import raw_of_row
from copydesk.events import Refused

READING = """
import resource, sys
from pathlib import Path
from copydesk.producers.seeds.produce import produce
from tests.support.fakes import MemoryLog
class Forgetful(MemoryLog):
    def publish(self, topic, messages):
        pass
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
counts = produce([Path(sys.argv[1])], Forgetful())
print(counts.published, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
FACTS = {
    "title": "A headline of her own", "authors": ["Jane Roe", "John Doe"], "published_at": "2025-03-04T08:00:00+01:00",
    "language": "en", "section": "World", "tags": ["rivers", "ice"], "desk": "foreign", "score": 1.5,
}  # fmt: skip


def warc_of(path: Path, pages: list[dict[str, str]]) -> Path:
    """Write pages as a WARC whose records are packed one by one, as crawlers do."""
    with path.open("wb") as file:
        for number, page in enumerate(pages):
            file.write(gzip.compress(_record(number, page), 6))
    return path


def _record(number: int, page: dict[str, str]) -> bytes:
    body = page["html"].encode("utf-8", "replace")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: {page['url']}\r\n"
        f"WARC-Date: 2025-03-01T08:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def rates(folder: Path, pages: list[dict[str, str]], workers: int, turns: int) -> None:
    """Compare whole runs over the same pages, by CPU as well, which other programs on the machine disturb less."""
    files = {"jsonl": write(folder / "pages.jsonl", pages), "warc": warc_of(folder / "pages.warc.gz", pages)}
    ratios, costs = list[float](), list[float]()
    for turn in range(turns):
        spent = {}
        for name, file in files.items():
            data = str(folder / f"{name}{turn}")
            spent[name] = timed([*COPYDESK, "run", str(file), "--workers", str(workers)], COPYDESK_DATA=data)
        ratios.append(spent["jsonl"][0] / spent["warc"][0])
        costs.append(spent["jsonl"][1] / spent["warc"][1])
        print(
            f"  jsonl {len(pages) / spent['jsonl'][0]:.0f}/s, warc {len(pages) / spent['warc'][0]:.0f}/s, "
            f"ratio {ratios[-1]:.2f} by the clock, {costs[-1]:.2f} by CPU"
        )
    print(
        f"a WARC of {len(pages)} pages is run at {statistics.median(ratios):.2f} of the rate of JSON Lines "
        f"({statistics.median(costs):.2f} by CPU)"
    )


def facts(name: str, chosen: list[dict[str, str]], turns: int) -> None:
    """Compare the CPU that a row costs from its fields to the clean article, with given facts and without."""
    ratios = list[float]()
    for _ in range(turns):
        plain, given = _seconds(chosen), _seconds([row | FACTS for row in chosen])
        ratios.append(given / plain)
    print(f"{name} with given facts cost {statistics.median(ratios):.2f} times the same without, by CPU")


def _seconds(chosen: Sequence[Mapping[str, object]]) -> float:
    before = time.process_time()
    for row in chosen:
        raw = raw_of_row(row)
        assert not isinstance(raw, Refused), raw.reason
        clean_article(raw)
    return time.process_time() - before


def memory(folder: Path, pages: list[dict[str, str]], megabytes: int) -> None:
    """Print what reading holds over archives of two sizes: it is to be the same."""
    for size in (megabytes // 8, megabytes):
        path, number = folder / f"{size}.warc.gz", 0
        with path.open("wb") as file:
            while file.tell() < size << 20:
                page = pages[number % len(pages)] | {"url": f"https://site.example/{number}"}
                body = page["html"] + "".join(f"<!-- {os.urandom(3000).hex()} -->" for _ in range(10))
                file.write(gzip.compress(_record(number, page | {"html": body}), 1))
                number += 1
        done = subprocess.run([sys.executable, "-c", READING, path], capture_output=True, text=True, check=True)
        published, grown = done.stdout.split()
        print(f"memory: {path.stat().st_size >> 20} MB of {published} pages, {grown} MiB above the beginning")
        path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", help="JSON Lines of pages; none: the pages in seeds/")
    parser.add_argument("--pages", dest="count", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--only", choices=["rates", "facts", "memory"])
    chosen = parser.parse_args()
    pages = [page for page in rows(chosen.pages, chosen.count) if "html" in page]
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        if chosen.only in {None, "rates"}:
            rates(Path(name), pages, chosen.workers, chosen.turns)
        if chosen.only in {None, "facts"}:
            facts("pages", pages[:200], chosen.turns)
            facts("texts", articles(500), chosen.turns)
        if chosen.only in {None, "memory"}:
            memory(Path(name), pages, chosen.megabytes)


if __name__ == "__main__":
    main()
