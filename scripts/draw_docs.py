"""Draw the pictures of docs/architecture.md: the flow, the rooms, an article's way, a feed run, a page's cleaning."""

from graphlib import TopologicalSorter

from scripts.drawing import Drawing, Spot
from tests.project.layers import LAYERS


def drawings() -> dict[str, str]:
    """Map file names to SVG documents."""
    made = {"flow": flow, "rooms": rooms, "article": article, "feed-run": feed_run, "page": page}
    return {f"{name}.svg": draw().svg() for name, draw in made.items()}


def flow() -> Drawing:
    """Draw producers, topics and stages from left to right."""
    d = Drawing(1080, 330, "Seeds and feeds become links and raw articles, clean articles, and an index to search.")
    seeds = d.box(Spot(10, 30, 140, 62), "seed files", [".txt .html .jsonl", "URL lists"])
    feeds = d.box(Spot(10, 140, 140, 62), "feeds", ["feeds.toml, OPML", "sitemaps"])
    read = d.box(Spot(190, 30, 110, 62), "seeds", ["producers/seeds"], "stage")
    poll = d.box(Spot(190, 140, 110, 62), "feeds", ["producers/feeds"], "stage")
    links = d.box(Spot(340, 140, 90, 62), "links", (), "topic")
    pages = d.box(Spot(470, 140, 110, 62), "pages", ["producers/pages"], "stage")
    raw = d.box(Spot(470, 30, 110, 62), "articles.raw", (), "topic")
    clean = d.box(Spot(620, 30, 110, 62), "clean", ["consumers"], "stage")
    out = d.box(Spot(764, 30, 124, 62), "articles.clean", (), "topic")
    index = d.box(Spot(926, 30, 140, 62), "index", ["consumers"], "stage")
    search = d.box(Spot(926, 140, 140, 62), "search", ["command line,", "Kibana, curl"])
    d.box(Spot(470, 250, 416, 56), "articles.dead", ["refused or failed, with the reason; can be replayed"], "out")
    d.arrow(seeds.right, read.left)
    d.arrow(feeds.right, poll.left)
    d.arrow(read.right, raw.left)
    d.arrow(poll.right, links.left)
    d.arrow((275, 92), (275, 115), (360, 115), (360, 140))
    d.arrow((300, 150), (320, 150), (320, 75), (470, 75))
    d.arrow(links.right, pages.left)
    d.arrow(pages.top, raw.bottom)
    d.arrow(raw.right, clean.left)
    d.arrow(clean.right, out.left)
    d.arrow(out.right, index.left)
    d.arrow(index.bottom, search.top)
    d.arrow((525, 202), (525, 250))
    d.arrow((675, 92), (675, 250))
    d.arrow((940, 92), (906, 120), (906, 278), (886, 278))
    d.text(10, 262, "green: code that does work", "note", "start")
    d.text(10, 280, "blue: topics of the log (SQLite or Kafka)", "note", "start")
    d.text(10, 298, "index: SQLite or Elasticsearch", "note", "start")
    return d


def rooms() -> Drawing:
    """Draw the rooms of the code in rows: a room imports from rows below its own alone."""
    rows = _rows()
    d = Drawing(1080, 64 * len(rows) + 40, "The rooms of the code in rows; each imports from the rows below alone.")
    for number, names in enumerate(rows):
        width = min(204.0, (1060 - 10 * (len(names) - 1)) / len(names))
        start = (1080 - width * len(names) - 10 * (len(names) - 1)) / 2
        for at, name in enumerate(names):
            kind = "stage" if name.startswith("cleaning") else "topic" if name.startswith("producers") else "box"
            d.box(Spot(start + at * (width + 10), 10 + 64 * number, width, 46), name, (), kind)
    d.text(
        540,
        64 * len(rows) + 28,
        "A room imports from rows below its own alone. Green: cleaning. Blue: producers.",
        "note",
    )
    return d


def _rows() -> list[list[str]]:
    level: dict[str, int] = {}
    for name in TopologicalSorter({name: room.may_import for name, room in LAYERS.items()}).static_order():
        level[name] = 1 + max((level[other] for other in LAYERS[name].may_import), default=-1)
    top = max(level.values())
    return [[name for name in LAYERS if level[name] == row] for row in range(top, -1, -1)]


def article() -> Drawing:
    """Draw the way of one article through the worker loop, with what is kept at each point."""
    d = Drawing(
        1080, 450, "One article from a file to the index: read, published, cleaned, published, committed, indexed."
    )
    steps = _steps()
    for number, (head, lines, kind) in enumerate(steps):
        column, row = number % 4, number // 4
        place = Spot(10 + 270 * column, 10 + 150 * row, 240, 104)
        d.box(place, head, lines, kind)
        if column < 3 and number < len(steps) - 1:
            d.arrow(place.right, (place.x + 270, place.y + 52))
        elif number < len(steps) - 1:
            d.arrow(place.bottom, (place.x + 120, place.y + 127), (130, place.y + 127), (130, place.y + 150))
    d.text(
        10,
        438,
        "Commit last: a kill before the commit repeats the step, and ids and revisions make the repeat harmless.",
        "note",
        "start",
    )
    return d


def _steps() -> list[tuple[str, list[str], str]]:
    return [
        ("1 read", ["producers/seeds: paths, byte_reader,", "rows: a row with text and hints"], "stage"),
        ("2 who it is", ["copydesk/identity: id and revision", "seeds/publisher: RawArticle"], "stage"),
        (
            "3 articles.raw",
            ["keyed by source: one partition,", "in order; acknowledged, then", "seeds.state is written"],
            "topic",
        ),
        ("4 worker reads", ["runtime/worker + in_flight:", "up to 512 records or 64 MiB", "not yet committed"], "box"),
        (
            "5 process cleans",
            [
                "runtime/process_pool: 10 s, 1 GiB",
                "consumers/clean: cleaning/article",
                "with the source's recurring text",
            ],
            "stage",
        ),
        (
            "6 outcome",
            ["done: articles.clean", "refused or failed: articles.dead,", "three tries after a crash or hang"],
            "topic",
        ),
        ("7 commit", ["the lowest offset not resolved,", "after everything before it is", "acknowledged"], "box"),
        ("8 worker reads", ["the same loop for the stage index"], "box"),
        ("9 index", ["consumers/index: batches of 200,", "highest revision of an id stays"], "stage"),
        ("10 commit", ["stored, superseded, or dead", "letter: the article has ended"], "box"),
        ("search", ["search/query: one meaning of a", "word on both indices"], "box"),
    ]


def feed_run() -> Drawing:
    """Draw the threads and tasks of `copydesk run feeds.toml`."""
    d = Drawing(
        1080, 640, "Seven threads of a feed run beside the main thread, the tasks of its event loop, and its processes."
    )
    d.box(
        Spot(10, 10, 1060, 50),
        "main thread",
        ["cli/run: starts the run, shows the live table, ends with the exit code"],
    )
    _threads(d)
    _loop_tasks(d)
    _thread_pools(d)
    d.box(Spot(10, 540, 340, 60), "feed parser", ["1 process: 90 s, 1 GiB a document"], "out")
    d.box(Spot(370, 540, 340, 60), "cleaning pool", ["N processes: 10 s, 1 GiB a document"], "out")
    d.box(Spot(730, 540, 340, 60), "fork server", ["starts both; imports cleaning once"], "out")
    d.text(
        10,
        626,
        "copydesk-stop, a helper, waits for Ctrl-C and wakes the loop. Red: processes of their own.",
        "note",
        "start",
    )
    return d


def _threads(d: Drawing) -> None:
    first = [
        ("1 copydesk-produce", ["app/run starts it; feed_run waits in it", "for feeds, then for waiting links"]),
        ("2 copydesk-pages", ["worker of the stage pages:", "links to articles.raw"]),
        ("3 copydesk-pages", ["the event loop of pages and feeds:", "producers/pages/stage"]),
    ]
    second = [
        ("4 copydesk-delays", ["producers/pages/delays: brings links", "back from links.delay.*"]),
        ("5 copydesk-clean", ["worker of the stage clean:", "articles.raw to articles.clean"]),
        (
            "6 copydesk-index",
            [
                "worker of the stage index: articles.clean to",
                "the index. Beside it 7 copydesk-watch:",
                "figures of sources, alarms",
            ],
        ),
    ]
    for row, named in enumerate((first, second)):
        for column, (head, lines) in enumerate(named):
            d.box(Spot(10 + 360 * column, 90 + 100 * row, 340, 76), head, lines, "stage")


def _loop_tasks(d: Drawing) -> None:
    loop = d.frame(Spot(10, 300, 700, 216), "tasks of the event loop (thread 3)")
    d.arrow((900, 166), (900, 178), (722, 178), (722, 330), (loop.x + loop.width, 330))
    tasks = [
        ("poller", ["feeds/poller: asks what is due"]),
        ("visit, up to 64", ["feeds/visit: ask, read, publish"]),
        ("halt", ["ends the poll when stopped"]),
        ("lease lost", ["feeds/lease: one poller a log"]),
        ("follow files", ["reads a changed list again"]),
        ("page, per link", ["pages/fetch: politely, or waits"]),
    ]
    for number, (head, lines) in enumerate(tasks):
        d.box(Spot(24 + 228 * (number % 3), 334 + 88 * (number // 3), 216, 74), head, lines)


def _thread_pools(d: Drawing) -> None:
    side = d.frame(Spot(730, 300, 340, 216), "one-thread pools, for calls that block")
    pools = {
        "feeds-log": "state and events of feeds",
        "feeds-lease": "the right to poll",
        "feed-reader": "waits for the parser process",
        "pages-log": "revisions and delayed links",
    }
    for number, (head, words) in enumerate(pools.items()):
        d.text(side.x + 20, 352 + 42 * number, head, "head", "start")
        d.text(side.x + 140, 352 + 42 * number, words, "small", "start")


def page() -> Drawing:
    """Draw the steps of cleaning one page, with the module of each."""
    d = Drawing(1080, 560, "A page is cleaned in twelve steps, each a module of copydesk/cleaning.")
    rows = [
        [
            ("1 cost limits", ["page/tag_scanner, page/cost_limits", "refuse what would cost too much"], "out"),
            ("2 tree walk", ["page/tree_walk, page/run_builder", "runs of text in boxes"], "stage"),
            ("3 stated facts", ["page/stated, page/jsonld", "what the page says of itself"], "stage"),
            ("4 title", ["metadata/title"], "stage"),
        ],
        [
            (
                "5 features",
                ["main_text/layout, position_,", "class_name_, word_, agreement_", "features: 150 numbers a run"],
                "stage",
            ),
            ("6 classifier", ["main_text/classifier: three forests", "select: which runs are the text"], "stage"),
            ("7 in doubt", ["main_text/trafilatura_opinion", "asked below .93, 1 page in 17"], "box"),
            ("8 words", ["main_text/embedded_boilerplate", "appeals between paragraphs go"], "stage"),
        ],
        [
            ("9 not an article?", ["not_article/reasons, walls,", "listing: Refused, with the reason"], "out"),
            (
                "10 labels",
                ["boilerplate/labels, kind_scores,", "block_signals, appeal_runs", "name each removed block"],
                "stage",
            ),
            ("11 metadata", ["metadata/authors, dates, images,", "section_and_tags; paywall"], "stage"),
            ("12 recurring text", ["cleaning/recurring: what repeats", "across the source goes"], "stage"),
        ],
    ]
    for number, row in enumerate(rows):
        for column, (head, lines, kind) in enumerate(row):
            place = d.box(Spot(10 + 270 * column, 60 + 150 * number, 240, 96), head, lines, kind)
            if column < 3:
                d.arrow(place.right, (place.x + 270, place.y + 48))
            elif number < 2:
                d.arrow(place.bottom, (place.x + 120, place.y + 123), (130, place.y + 123), (130, place.y + 150))
    d.box(Spot(10, 8, 1060, 32), "RawArticle: decoded HTML")
    d.arrow((130, 40), (130, 60))
    d.box(
        Spot(10, 506, 1060, 40),
        "CleanArticle: title, paragraphs, metadata, and every removed block with kind, reason and confidence",
    )
    d.arrow((940, 456), (940, 506))
    return d
