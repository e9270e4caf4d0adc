"""`copydesk search`, `show` and `export`, as their users call them."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.answers.time_bounds import between
from copydesk.cli.app import exit_code
from copydesk.cli.search import export, search
from copydesk.cli.show import show
from copydesk.errors import CopydeskError, InputError
from copydesk.events import CleanArticle, Image, RawArticle, decode, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import RAW, TOPICS
from copydesk.settings import Settings
from tests.contracts.index_samples import DAY, NOON, appeal, article
from tests.support.command import COPYDESK, copydesk
from tests.support.documents import raw_event

Run = Callable[..., Any]
ACTIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

FERRY = article(
    "The harbour board met. " * 20 + "Then the Ferry returned to the island. " + "Nothing else was said. " * 20,
    "A second ferry follows.",
    id="aaaaaa11" * 4, title="Ferry returns", url="https://courier.example/ferry", source="courier.example",
    published_at=NOON, seen_at=NOON, authors=("Ada Moor",), images=(Image(url=None, caption="The quay", credit="Bo"),),
    removed=(appeal("Please support our ferry reporting."),), removed_kinds=("donation_appeal",), revision=7,
)  # fmt: skip
WICKED = article(
    "evil \x1b[31mred\x1b[0m \x9b2J text\r with \u202eflipped\u202c words",
    id="bbbbbb22" * 4, title="Wicked \x1b]0;title\x07 [bold]markup[/]", source="wicked.example",
    url="https://wicked.example/\x1b[1m", language="fr", seen_at=NOON + 2 * DAY, revision=5,
)  # fmt: skip
ROW = article(
    "tide table number 29", id="dddddd44" * 4, title="Lighthouse", source="tides.example", seen_at=NOON - DAY,
    extra={"id": 4711, "desk\x1b[1m": "city", "n": [1]}, notes={"published_at": "Read with the day first"},
)  # fmt: skip
OTHERS = [article(f"tide table number {number}", source="tides.example", seen_at=NOON - DAY) for number in range(29)]
OTHERS.append(ROW)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a data folder with articles, and what came in as the first of them."""
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    index = SqliteIndex(settings.index_file)
    index.upsert([FERRY, WICKED, *OTHERS])
    index.close()
    log = SqliteLog(settings.log_file)
    log.setup(TOPICS)
    for revision in (3, 7, 9):
        raw = raw_event(
            FERRY.id, f"<p>as it came, {revision}\x1b[7m</p>\n<hr>", source=FERRY.source, revision=revision,
            content_type="text/html", fetched_at=NOON, fetch={"status": "200"},
        )  # fmt: skip
        log.publish(RAW, [Message(FERRY.source, encode(raw), headers(RawArticle))])
    log.publish(RAW, [Message("x", b"not json " + FERRY.id.encode(), {})])
    log.close()
    return settings.data


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands in this process; errors of ours end them as they end the program."""
    app = typer.Typer(pretty_exceptions_enable=False)
    for command in (search, show, export):
        app.command()(command)

    def invoke(*args: str, folder: Path = data) -> Any:
        monkeypatch.setenv("COPYDESK_DATA", str(folder))
        done = CliRunner().invoke(app, list(args), env={"COLUMNS": "200"})
        if isinstance(done.exception, CopydeskError):
            done.exit_code = exit_code(done.exception)
        elif done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert not ACTIVE.search(done.output), "something reached the terminal raw"
        return done

    return invoke


def lines(done: Any) -> list[Any]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_search_shows_titles_ids_and_marked_words_in_their_context(run: Run) -> None:
    shown = run("search", "ferry").output
    assert "Ferry returns" in shown
    assert "aaaaaa11aaaa · courier.example · 2024-03-10 · en · https://courier.example/ferry" in shown
    assert re.search(r"\n  … [^\n]*board met\. Then the \*Ferry\* returned to the island\. Nothing[^\n]* …\n", shown)
    assert "\n  A second *ferry* follows.\n" in shown
    assert "1 of 1 found. Read one with: copydesk show aaaaaa11aaaa" in shown
    assert "source: courier.example 1" in shown
    assert "support our" not in shown


def test_search_gives_one_json_document(run: Run) -> None:
    (found,) = lines(run("search", "ferry", "--json"))
    assert set(found) == {"total", "hits", "facets"}
    assert found["total"] == 1
    (hit,) = found["hits"]
    assert set(hit) == {"id", "url", "title", "source", "published_at", "score", "highlights"}
    assert (hit["id"], hit["url"], hit["published_at"]) == (FERRY.id, FERRY.url, "2024-03-10T12:00:00Z")
    assert hit["score"] > 0
    assert hit["highlights"][-1] == "A second <em>ferry</em> follows."
    assert found["facets"] == {"source": {"courier.example": 1}, "language": {"en": 1}, "day": {"2024-03-10": 1}}


def test_search_takes_words_phrases_and_every_filter(run: Run) -> None:
    def ids(*args: str) -> list[str]:
        return [hit["id"] for hit in lines(run("search", "--json", *args))[0]["hits"]]

    assert len(ids("tide", "--limit", "40")) == 30
    assert len(ids("tide")) == 10
    assert ids("tide", '"number 7"') == [OTHERS[7].id]
    assert ids("--source", "wicked.example") == ids("--language", "FR") == ids("--since", "2024-03-11") == [WICKED.id]
    assert ids("--since", "2024-03-10", "--until", "2024-03-10") == [FERRY.id]
    assert ids("ferry", "--until", "2024-03-10T12:00Z") == []
    assert ids("--sort", "newest", "--limit", "2") == [WICKED.id, FERRY.id]
    assert ids("--sort", "oldest", "--limit", "1") == [min(each.id for each in OTHERS)]
    assert ids("--", "-tide -evil") == [FERRY.id]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nosuchword"], "Nothing found. Try fewer words"),
        (["ferry", "--source", "tides.example", "--since", "2024-01-01"], "found. Try without --source --since."),
        (["???"], "Nothing found: there is no word to search for in '???'."),
    ],
)  # fmt: skip
def test_nothing_found_is_said_with_a_hint(run: Run, args: list[str], said: str) -> None:
    done = run("search", *args)
    assert said in done.output
    assert done.exit_code == 0
    (found,) = lines(run("search", "--json", *args))
    assert found == {"total": 0, "hits": [], "facets": {"source": {}, "language": {}, "day": {}}}


def test_an_empty_index_says_how_to_fill_it(run: Run, tmp_path: Path) -> None:
    SqliteIndex(Settings(data=tmp_path).index_file).setup()
    assert "copydesk run PATH" in run("search", "ferry", folder=tmp_path).output
    assert run("export", folder=tmp_path).output == ""


def test_show_prints_the_article(run: Run) -> None:
    shown = run("show", "aaaaaa").output
    for part in (
        "Ferry returns",
        "Ada Moor",
        "2024-03-10 12:00:00 UTC",
        "A second ferry follows.",
        "The quay · Bo",
        "revision 7",
    ):
        assert part in shown
    assert "1 piece (donation_appeal); see them with --removed" in shown
    assert "Please support" not in shown


def test_show_removed_says_what_was_cut_and_why(run: Run) -> None:
    shown = run("show", FERRY.id, "--removed").output
    assert "A second ferry follows." in shown
    assert re.search(r"\n +4 +donation_appeal +0\.90 +it asks for money: Please support our ferry reporting\.\n", shown)
    assert "Nothing was cut." in run("show", WICKED.id, "--removed").output


def test_show_raw_is_what_came_in_of_the_revision_shown(run: Run) -> None:
    shown = run("show", "aaaaaa", "--raw").output
    assert "as it came, 7" in shown
    assert "status     200" in shown
    raw = decode(RawArticle, run("show", "aaaaaa", "--raw", "--json").stdout_bytes)
    assert (raw.revision, raw.content) == (7, "<p>as it came, 7\x1b[7m</p>\n<hr>")


def test_show_json_is_the_record(run: Run) -> None:
    found = decode(CleanArticle, run("show", "aaaaaa", "--json").stdout_bytes)
    assert found.removed == FERRY.removed
    assert found.indexed_at is not None


def test_what_a_row_held_comes_out_and_its_own_id_finds_it(run: Run) -> None:
    shown = run("show", "4711").stdout
    assert ("row's id   4711" in shown, "city" in shown, "Read with the day first" in shown) == (True, True, True)
    assert json.loads(run("show", "4711", "--json").stdout)["extra"] == ROW.extra
    (found,) = lines(run("search", "lighthouse", "--json"))
    assert found["hits"][0]["extra"] == ROW.extra
    assert [line["extra"] for line in lines(run("export", "lighthouse"))] == [ROW.extra]


@pytest.mark.parametrize("args", [["cccccc"], ["aaaa"], ["bbbbbb", "--raw"], ["\x1b[31m"]])
def test_what_is_not_there_is_said_in_a_line(run: Run, args: list[str]) -> None:
    done = run("show", *args)
    assert done.exit_code == 1
    assert not ACTIVE.search(str(done.exception))
    assert "\n" not in str(done.exception)


def test_nothing_of_an_article_reaches_the_terminal_raw(run: Run) -> None:
    for args in (["search", "evil"], ["show", "bbbbbb"], ["show", "bbbbbb", "--removed"], ["search", "--json", "evil"]):
        done = run(*args)
        assert done.exit_code == 0
        assert "[bold]markup[/]" in done.output


def test_an_article_without_a_date_is_shown_undated_with_the_day_it_was_fetched(run: Run) -> None:
    shown = run("search", "evil").output
    assert "bbbbbb22bbbb · wicked.example · undated, fetched 2024-03-10 · fr" in shown
    assert "2024-03-12" not in shown, "the instant that stands in for a date"
    assert "published " not in run("show", "bbbbbb").output


def test_what_goes_to_a_program_has_no_frame_around_it(run: Run) -> None:
    for args in (["aaaaaa"], ["aaaaaa", "--raw"], ["aaaaaa", "--removed"]):
        assert not re.search("[\u2500-\u257f]", run("show", *args).output)


def test_export_writes_articles_as_json_lines_filtered_alike(run: Run) -> None:
    def exported(*args: str) -> list[str]:
        out = run("export", *args).stdout_bytes
        return [decode(CleanArticle, line).id for line in out.splitlines()]

    everything = exported()
    assert len(everything) == 32
    assert everything[-2:] == [FERRY.id, WICKED.id], "oldest first"
    assert exported("ferry OR evil", "--language", "en") == [FERRY.id]
    assert exported("--since", "2024-03-10") == [FERRY.id, WICKED.id]
    done = run("export", "!!")
    assert done.exit_code == 2


@pytest.mark.parametrize(
    "bad", ["foo", "2024-13-01", "7x", "-7d", "", "99999999w", "9999-12-31", "٧d", "2024-03-10 25:00"]
)
def test_a_time_that_is_none_is_said_in_a_line(run: Run, bad: str) -> None:
    option = "--until" if bad.startswith("9999-") else "--since"
    done = run("search", "x", f"{option}={bad}")
    assert done.exit_code == 2
    assert str(done.exception).startswith(f"{option} is {bad!r}; it must be a date")


NOW = datetime(2024, 3, 31, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2024-03-10", "2024-03-10T00:00+00:00", "2024-03-11T00:00+00:00"),
        ("20240310", "2024-03-10T00:00+00:00", "2024-03-11T00:00+00:00"),
        ("2024-03-10T18:30", "2024-03-10T18:30+00:00", "2024-03-10T18:30+00:00"),
        ("2024-03-10T18:30:15+02:00", "2024-03-10T16:30:15+00:00", "2024-03-10T16:30:15+00:00"),
        ("2024-03-10 18:30Z", "2024-03-10T18:30+00:00", "2024-03-10T18:30+00:00"),
        ("7d", "2024-03-24T12:30+00:00", "2024-03-24T12:30+00:00"),
        ("24h", "2024-03-30T12:30+00:00", "2024-03-30T12:30+00:00"),
        (" 2 w", "2024-03-17T12:30+00:00", "2024-03-17T12:30+00:00"),
        ("30min", "2024-03-31T12:00+00:00", "2024-03-31T12:00+00:00"),
    ],
)
def test_what_a_time_means(text: str, since: str, until: str) -> None:
    assert between(text, None, NOW) == (datetime.fromisoformat(since), None)
    assert between(None, text, NOW) == (None, datetime.fromisoformat(until))


def test_since_must_be_before_until() -> None:
    assert between("2024-03-10", "2024-03-10", NOW)
    with pytest.raises(InputError, match="--since 1d is not before --until 2d"):
        between("1d", "2d", NOW)


@pytest.mark.parametrize(
    "args", [["export"], ["search", "--limit", "1000", "--json"], ["search", "tide", "--limit", "40"]]
)
def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path: Path, args: list[str]) -> None:
    settings = Settings(data=tmp_path)
    index = SqliteIndex(settings.index_file)
    index.upsert([article("tide " * 20_000) for _ in range(40)])
    index.close()
    environment = {**os.environ, "COPYDESK_DATA": str(tmp_path)}
    with subprocess.Popen([*COPYDESK, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as left:
        assert left.stdout is not None
        assert left.stderr is not None
        assert left.stdout.read(10)
        left.stdout.close()
        said = left.stderr.read().decode()
    assert (left.returncode, said) == (0, "")


def test_the_whole_program_ends_with_codes_and_lines(data: Path) -> None:
    unknown, bad = copydesk("show", "cccccc", data=data), copydesk("search", "x", "--since", "soon", data=data)
    assert (unknown.returncode, bad.returncode) == (1, 2)
    assert unknown.stderr.startswith(b"copydesk: the index has no article cccccc")
    assert bad.stderr.startswith(b"copydesk: --since is 'soon'")
    signs = copydesk("search", "--json", "???", data=data)
    assert signs.stderr == b"copydesk: there is no word to search for in '???'\n"
    assert bad.stderr.count(b"\n") == unknown.stderr.count(b"\n") == 1
