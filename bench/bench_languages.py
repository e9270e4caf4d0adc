"""Measure what texts of all languages cost a cleaning process: CPU a text, memory, and processes thrown away.

    make bench-languages
    .venv/bin/python -m bench.bench_languages --texts 2000 --memory 512

The texts are made of the phrases of the word lists, so that every language's list is used. Ratios count: the clock of a
busy machine does not.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

from bench.process_cpu import cpu_of
from copydesk.cleaning.lexicon import LANGUAGES
from copydesk.cleaning.lexicon.load import phrases
from copydesk.consumers.clean import CLEANING_PRELOAD, clean_event
from copydesk.consumers.recurring_header import EMPTY_HEADER, add_header
from copydesk.events import encode
from copydesk.identity import article_id
from copydesk.runtime.process_pool import MEMORY_LIMIT, ProcessPool
from tests.support.documents import raw_event

PARAGRAPHS, PHRASES = 8, 14
WITHOUT_LIST = (
    "Linna vana raamatukogu suleti / nõukogu teatas teisipäeval / sadam avatakse kevadel",
    "Bæjarráð lokaði gamla bókasafninu / höfnin verður opnuð í vor / segir bæjarstjórinn á þriðjudag",
    "Perpustakaan lama kota ditutup / dewan kota mengatakan pada hari Selasa / pelabuhan dibuka musim depan",
    "Maktaba ya zamani ya mji ilifungwa / baraza lilisema Jumanne / bandari itafunguliwa mwaka ujao",
)
"""Phrases of languages that have no word list, to make 24 and more."""


def main() -> None:
    """Clean the texts in one process at a time and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--texts", type=int, default=1500)
    arguments.add_argument("--memory", type=int, default=MEMORY_LIMIT >> 20, help="limit of a process, in MiB")
    given = arguments.parse_args()
    pool = ProcessPool(clean_event, 1, memory=given.memory << 20, preload=CLEANING_PRELOAD)
    seconds: dict[int, float] = {}
    most = shared = 0
    began = time.monotonic()
    for number, text in enumerate(texts(given.texts)):
        pool.submit(number, "", add_header(EMPTY_HEADER, text))
        if number % 50 == 49:
            _drain(pool)
            for pid in pool.pids:
                seconds[pid] = max(cpu_of(pid), seconds.get(pid, 0.0))
                most, shared = max(most, _kib(pid, "Rss")), max(shared, _kib(pid, "Shared_Clean", "Shared_Dirty"))
    _drain(pool)
    seconds.update({pid: cpu_of(pid) for pid in pool.pids})
    took = time.monotonic() - began
    pool.close()
    print("| texts | languages | CPU a text, ms | processes | thrown away | RSS, MiB | of it shared |")
    print("|---|---|---|---|---|---|---|")
    cpu = sum(seconds.values()) / given.texts * 1000
    languages = len(LANGUAGES) + len(WITHOUT_LIST)
    cells = given.texts, languages, f"{cpu:.1f}", len(seconds), pool.retired, most >> 10, shared >> 10
    print("| " + " | ".join(map(str, cells)) + " |")
    print(f"{took:.0f} s")


def texts(count: int) -> Iterator[bytes]:
    """Yield events of texts, the languages in turn; the same ones each time."""
    chance = random.Random(5)
    known = [[phrase for _, _, phrase in phrases(code) if " " in phrase] for code in LANGUAGES]
    known += [sentence.split(" / ") for sentence in WITHOUT_LIST]
    for number in range(count):
        said = known[number % len(known)]
        paragraphs = [". ".join(chance.choices(said, k=PHRASES)) + "." for _ in range(PARAGRAPHS)]
        content = "\n\n".join([f"{paragraphs[0][:60]} {number}", *paragraphs])
        yield encode(raw_event(article_id(url=None, content=content), content, source="local"))


def _drain(pool: ProcessPool) -> None:
    while pool.pending:
        pool.completed(1.0)


def _kib(pid: int, *names: str) -> int:
    """Return the KiB of memory of a process under these names."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has ended
        return 0
    return sum(int(line.split()[1]) for line in lines if line.split(":")[0] in names)


if __name__ == "__main__":
    main()
