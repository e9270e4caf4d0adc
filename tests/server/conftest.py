"""A desk with a few articles, one of them hostile, and a dead letter."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from copydesk.events import DeadLetter, Image, RawArticle, encode
from copydesk.log_port import Message, Record
from copydesk.message_headers import headers
from copydesk.pipeline import DEAD, RAW
from copydesk.runtime import dead_letters
from tests.contracts.index_samples import DAY, NOON, appeal, article
from tests.support.desk import ServedDesk, desk_on
from tests.support.documents import raw_event

OWNED = "document.title='owned'"
HOSTILE = f'</title></textarea><script>{OWNED}</script><img src=x onerror="{OWNED}"> {{{{7*7}}}}'
FERRY = article(
    "The harbour board met on Tuesday.", "Then the ferry returned to the island.",
    id="aaaaaa11" * 4, title="Ferry returns", url="https://courier.example/ferry", source="courier.example",
    published_at=NOON, seen_at=NOON, authors=("Ada Moor",), removed=(appeal("Please support our ferry reporting."),),
    removed_kinds=("donation_appeal",), images=(Image(url="https://courier.example/quay.jpg", caption="The quay"),),
    provenance={"title": "open-graph"}, revision=7,
)  # fmt: skip
WICKED = article(
    HOSTILE, "a \u202eflipped\u202c word",
    id="bbbbbb22" * 4, title=HOSTILE, url="javascript:document.title='owned'", source="wicked.example",
    authors=(HOSTILE,), tags=(HOSTILE,), section=HOSTILE, language="fr", seen_at=NOON + 2 * DAY,
    images=(Image(url="javascript:alert(1)", caption=HOSTILE, credit=HOSTILE),), provenance={"title": HOSTILE},
    removed=(appeal(HOSTILE),), removed_kinds=("donation_appeal",),
)  # fmt: skip
OTHERS = [
    article(f"tide table number {n}", title=f"Tide {n}", source="tides.example", seen_at=NOON - n * DAY)
    for n in range(30)
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """Serve a desk that many tests share."""
    with desk_on(tmp_path_factory.mktemp("desk")) as served:
        fill(served)
        yield served


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[ServedDesk]:
    """Serve an empty desk of the test's own."""
    with desk_on(tmp_path) as served:
        yield served


def fill(desk: ServedDesk) -> None:
    """Store the articles, what came in as the first, and a letter of a document that was refused."""
    desk.index.upsert([FERRY, WICKED, *OTHERS])
    raw = raw_event(FERRY.id, f"<p>as it came</p>{HOSTILE}", source=FERRY.source, revision=FERRY.revision)
    desk.log.publish(RAW, [Message(FERRY.source, encode(raw), headers(RawArticle))])
    desk.log.publish(DEAD, [Message("wicked.example", encode(letter(HOSTILE)), headers(DeadLetter))])


def letter(title: str, number: int = 1) -> DeadLetter:
    """Return the letter of a short text that was refused."""
    text = "The council has voted to keep the night ferry for the winter, its clerk said on Tuesday.\n\n" * 3
    event = encode(raw_event(f"{number:032x}", text, source="wicked.example", revision=number))
    record = Record(RAW, 0, number, 0, "wicked.example", event, headers(RawArticle))
    made = dead_letters.from_record(record, "clean", "refused", f"The text has {number} words of 'many'")
    return msgspec.structs.replace(made, title=title)
