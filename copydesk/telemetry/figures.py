"""Define every figure once: its name by Prometheus' naming rules, what it means, its labels.

No label is an address or an id, and each has few values: sources are the exception, and only the largest have a name
(`top_sources`). The table in docs/figures.md is made from here.
"""

from copydesk.telemetry.instruments import Counter, Distribution, Gauge, Instrument

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_HTTP_SECONDS = (0.01, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0)
"""Few, as each is a series for each of some forty routes."""
_DOCUMENTS = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 500.0)
_BYTES = (1e4, 1e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2.5e7, 1e8)
_SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75)

READ = Counter("copydesk_stage_read", "Events that a stage has read", ("stage",))
OUTCOMES = Counter("copydesk_stage_outcomes", "Events that a stage has brought to their end", ("stage", "outcome"))
DEAD_LETTERS = Counter(
    "copydesk_dead_letters", "Events that became dead letters, by what was wrong", ("stage", "class", "reason")
)
STAGE_SECONDS = Distribution(
    "copydesk_stage_duration_seconds",
    "Seconds from the reading of an event until what came of it was published",
    _SECONDS,
    ("stage",),
)
WORK_SECONDS = Distribution(
    "copydesk_work_duration_seconds",
    "Seconds of one piece of work: an article cleaned or a feed read in its process, a link settled with all its waits",
    _SECONDS,
    ("work",),
)
WAITING_SECONDS = Counter(
    "copydesk_waiting_seconds", "Seconds in which the log or the index was waited for", ("stage",)
)
WAITING = Gauge("copydesk_waiting", "Whether the log or the index is waited for now: 1 or 0", ("stage",))
LAST_COMMIT = Gauge("copydesk_last_commit_timestamp_seconds", "When the stage last committed an offset", ("stage",))
PARTITIONS = Gauge("copydesk_partitions_assigned", "Partitions that this process reads", ("stage",))
PROCESSES_ENDED = Counter(
    "copydesk_processes_ended",
    "Processes that were replaced: they had grown (retired), or a document cost them",
    ("reason",),
)

INDEX_DOCUMENTS = Counter("copydesk_index_documents", "Articles handed to the index, by its verdict", ("verdict",))
BULK_DOCUMENTS = Distribution("copydesk_index_bulk_documents", "Articles in one write to the index", _DOCUMENTS)
BULK_BYTES = Distribution("copydesk_index_bulk_bytes", "Bytes of one bulk request to Elasticsearch", _BYTES)
BULK_SECONDS = Distribution("copydesk_index_bulk_duration_seconds", "Seconds of one write to the index", _SECONDS)
BULK_REJECTIONS = Counter(
    "copydesk_index_bulk_rejections", "Writes that the index did not take, and that were tried again", ("reason",)
)  # fmt: skip

FEED_VISITS = Counter("copydesk_feed_visits", "Feeds asked, by what came", ("answer",))
FEED_FAILURES = Counter("copydesk_feed_failures", "Visits of feeds that brought nothing, by kind", ("kind",))
FEED_ITEMS = Counter(
    "copydesk_feed_items", "News of feeds, by what was made of them; an edit is a link or an article too", ("kind",)
)
FEEDS = Gauge("copydesk_feeds", "Feeds of the lists, by how they are", ("state",))
PAGE_ANSWERS = Counter("copydesk_page_answers", "Pages asked for, by the class of the answer", ("answer",))
PAGE_OUTCOMES = Counter("copydesk_page_outcomes", "Links settled, by what came of them", ("outcome",))

KEPT_CHARACTERS = Counter("copydesk_clean_kept_characters", "Characters of titles and paragraphs that were kept")
CUT_CHARACTERS = Counter("copydesk_clean_cut_characters", "Characters that were cut, by kind", ("kind",))
CUT_PIECES = Counter("copydesk_clean_cut_pieces", "Pieces that were cut, by kind", ("kind",))
DOUBT = Distribution("copydesk_clean_doubt_ratio", "How unsure the model is of an article's text, 0 to 1", _SHARES)
SECOND_OPINIONS = Counter("copydesk_clean_second_opinions", "Pages where the model doubted and trafilatura was asked")
SOURCE_OUTCOMES = Counter(
    "copydesk_source_outcomes", "Articles cleaned, of the largest sources by name", ("source", "outcome")
)
SOURCE_CHARACTERS = Counter(
    "copydesk_source_characters", "Characters kept and cut, of the largest sources by name", ("source", "part")
)

ALARMS = Counter("copydesk_alarms", "Alarms that began at a source, by what changed", ("kind",))
ALARMS_OPEN = Gauge("copydesk_alarms_open", "Alarms that are open now, by what changed", ("kind",))

HTTP_ANSWERS = Counter(
    "copydesk_http_answers", "Answers of the desk, by the template of the route and the class of the status",
    ("route", "class"),
)  # fmt: skip
HTTP_SECONDS = Distribution(
    "copydesk_http_answer_duration_seconds", "Seconds until the desk had answered", _HTTP_SECONDS, ("route",)
)

LOG_UP = Gauge("copydesk_log_up", "Whether the log answered the last question about lag: 1 or 0")
LAG = Gauge(
    "kafka_consumergroup_lag",
    "Records that a consumer group has not committed, on either log",
    ("consumergroup", "topic", "partition"),
)
LAG_SECONDS = Gauge(
    "kafka_consumergroup_lag_seconds",
    "Age of the oldest record that a consumer group has not committed, 0 where there is none",
    ("consumergroup", "topic", "partition"),
)
BUILD = Gauge("copydesk_build_info", "1, with what is running", ("version", "cleaner_version", "python"))

FIGURES: tuple[Instrument, ...] = tuple(found for found in list(globals().values()) if isinstance(found, Instrument))
