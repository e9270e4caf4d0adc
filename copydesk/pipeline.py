"""Define the stages and topics, in order, as data; no other module says what follows what."""

from typing import NamedTuple


class Topic(NamedTuple):
    """Name a topic. Compacted topics keep the latest value per key; the others keep every record."""

    name: str
    compacted: bool = False


class Stage(NamedTuple):
    """Name a stage: reads one topic, in the consumer group of its own name; writes one topic or the index (None)."""

    name: str
    reads: str
    writes: str | None


LINKS, RAW, CLEAN, DEAD, ALERTS = "links", "articles.raw", "articles.clean", "articles.dead", "alerts"
FEEDS_STATE, PAGES_STATE, SEEDS_STATE = "feeds.state", "pages.state", "seeds.state"
FURNITURE, CORRECTIONS, HEALTH = "sources.furniture", "sources.corrections", "sources.health"
HOT = "sources.hot"

# Where a link waits that may not be fetched yet, by seconds. Every record of such a topic waits equally long, so the
# first one in it is always the first one due, and reading it in order never holds back a link whose time has come.
LINK_DELAYS = {"links.delay.1m": 60, "links.delay.10m": 600, "links.delay.1h": 3600, "links.delay.6h": 21600}
# Where links wait whose pages were fetched, and are asked again while they are young.
YOUNG_DELAYS = {"links.young.1h": 3600, "links.young.6h": 21600}

TOPICS = (
    Topic(LINKS),
    *(Topic(name) for name in (*LINK_DELAYS, *YOUNG_DELAYS)),
    Topic(RAW),
    Topic(CLEAN),
    Topic(DEAD),
    Topic(ALERTS),
    Topic(FEEDS_STATE, compacted=True),
    Topic(PAGES_STATE, compacted=True),
    Topic(SEEDS_STATE, compacted=True),
    Topic(FURNITURE, compacted=True),
    Topic(HOT, compacted=True),
    Topic(CORRECTIONS, compacted=True),
    Topic(HEALTH, compacted=True),
)

PAGES_STAGE = Stage("pages", reads=LINKS, writes=RAW)
CLEAN_STAGE = Stage("clean", reads=RAW, writes=CLEAN)
INDEX_STAGE = Stage("index", reads=CLEAN, writes=None)
STAGES = (PAGES_STAGE, CLEAN_STAGE, INDEX_STAGE)
"""What an article passes on its way into the index."""
WATCH_STAGE = Stage("watch-sources", reads=CLEAN, writes=ALERTS)
"""Beside the way: it reads the dead letters too, in a group of its own, and no article waits for it."""
