"""What the command line says where a person meant something else than was read: one line each, with the way out."""

import json
from pathlib import Path

import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import RawArticle, encode
from copydesk.identity import article_id
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import RAW, TOPICS
from tests.support.command import copydesk
from tests.support.documents import raw_event

TEXT = "The ferry will sail again from Monday, the harbour office said on Friday. It had been in dock since a storm."
URL = "https://www.courier.example/ferry"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a data folder with one article that has an address and one that has none."""
    folder = tmp_path_factory.mktemp("data")
    rows = [{"text": f"Ferry returns\n\n{TEXT}", "url": URL}, {"text": f"Quay closed\n\n{TEXT} Twice."}]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert copydesk("run", folder / "rows.jsonl", data=folder / "data").returncode == 0
    return folder / "data"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('"ferry returns', "copydesk: The last quote is not closed: what follows it is read as single words: ferry"),
        ("ferry OR", "copydesk: OR stands at an end, where it joins nothing: it is read as the word"),
        ("ferry OR -quay", "copydesk: What is left out has no alternatives: OR beside it is read as AND"),
        ("ferry NOT quay", "copydesk: NOT is read as the word; a - before a word leaves it out: -word"),
        ("source:courier.example ferry", "read as words; to choose by it: --source courier.example"),
        ("ferry", ""),
        ('"ferry returns" OR quay', ""),
    ],
)
def test_how_a_query_was_read_is_said_where_it_may_be_otherwise_than_meant(data: Path, query: str, said: str) -> None:
    done = copydesk("search", query, data=data)
    assert done.returncode == 0
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == bool(said)


@pytest.mark.parametrize("source", ["www.courier.example", "courier.example", URL])
def test_a_source_is_known_by_its_host_and_by_an_address(data: Path, source: str) -> None:
    assert json.loads(copydesk("search", "--source", source, "--json", data=data).stdout)["total"] == 1
    assert len(copydesk("export", "--source", source, data=data).stdout.splitlines()) == 1


def test_a_source_or_language_that_no_article_has_is_said_to_be_none_with_those_there_are(data: Path) -> None:
    said = copydesk("search", "ferry", "--source", "courier", data=data).stdout.decode()
    assert "no article is of the source courier; there are courier.example 1, local 1; did you mean" in said
    said = copydesk("search", "ferry", "--language", "english", data=data).stdout.decode()
    assert "no article is in the language english; there are en 2" in said
    assert b"of the source courier" in copydesk("export", "--source", "courier", data=data).stderr


def test_show_takes_an_address_and_says_what_is_wrong_with_what_is_no_id(data: Path) -> None:
    assert b"Ferry returns" in copydesk("show", URL, data=data).stdout
    for which, words in (
        ("63", b"63 is too short for an id: give 6 of its 32 digits"),
        ("ferry", b"the index has no article ferry: no row named itself so"),
        ("https://courier.example/none", b"no article of the address https://courier.example/none"),
        ("abcdef", b"the index has no article abcdef: no id begins so"),
    ):
        done = copydesk("show", which, data=data)
        assert done.returncode == 1
        assert words in done.stderr
        assert done.stderr.count(b"\n") == 1


def test_show_counts_the_articles_whose_ids_begin_so(tmp_path: Path) -> None:
    seen = dict[str, str]()
    for given in map(str, range(1_000_000)):
        begun = article_id(url=None, source="desk", given=given)[:6]
        if begun in seen:
            break
        seen[begun] = given
    rows = [{"id": one, "site": "desk", "text": f"{TEXT} Row {one}."} for one in (seen[begun], given)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert copydesk("run", tmp_path / "rows.jsonl", data=tmp_path / "data").returncode == 0
    done = copydesk("show", begun, data=tmp_path / "data")
    assert done.returncode == 1
    assert done.stderr.decode() == f"copydesk: 2 articles have ids that begin with {begun}: give more of the id\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("search -onlyneg", "stands after --: "),
        ("search --limit 0", "--limit"),
        ("searhc", "No such command 'searhc'"),
        ("show", "Missing argument"),
        ("dead list --stage cleaner", "'cleaner' is not one of"),
        ("run x.txt --patience soon", "--patience is 'soon'; it must be"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_line(data: Path, command: str, said: str) -> None:
    (data / "x.txt").write_text(TEXT)
    done = copydesk(*(str(data / word) if word == "x.txt" else word for word in command.split()), data=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_no_line_is_broken_where_the_output_goes_to_a_program(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("a-folder-with-a-long-name" * 4)
    folder.mkdir()
    (folder / "rows.jsonl").write_text("[]\n")
    copydesk("run", folder, data=tmp_path / "data")
    narrow = {"COLUMNS": "40"}
    done = copydesk("dead", "replay", "0@0", data=tmp_path / "data", environment=narrow)
    mend = f"mend {folder}/rows.jsonl:1, then copydesk run {folder}/rows.jsonl"
    assert f"0@0: it never was an event: {mend}\n".encode() in done.stdout
    (folder / "short.txt").write_text("Harbour")
    copydesk("run", folder, data=tmp_path / "data")
    again = copydesk("run", folder, data=tmp_path / "data", environment=narrow)
    assert "among the dead letters: copydesk dead list" in again.stdout.decode()


def test_an_empty_text_is_not_pinned(data: Path) -> None:
    done = copydesk("sources", "pin", "courier.example", " ", data=data)
    assert done.returncode == 2
    assert b"there is no text in it" in done.stderr


def test_explain_takes_the_id_of_a_stored_article_and_ends_in_how_to_change_a_cut(data: Path) -> None:
    article = json.loads(copydesk("export", "--source", "courier.example", data=data).stdout)
    for which in (article["id"], article["id"][:8], URL):
        done = copydesk("explain", which, data=data)
        assert done.returncode == 0, done.stderr
        said = done.stdout.decode()
        assert "Ferry returns" in said
        assert 'hosts = ["courier.example"] and keep_text = ["words of it"]' in said
        assert "copydesk sources release courier.example 'TEXT'" in said
    unknown = copydesk("explain", "abcdef0123", data=data)
    assert unknown.returncode == 1
    assert b"no article abcdef0123" in unknown.stderr
    assert b"nor is there a file of that name" in unknown.stderr
    assert b"cannot be read" in copydesk("explain", "none.html", data=data).stderr


def test_explain_shows_what_the_memory_of_the_source_cut(tmp_path: Path) -> None:
    line = "The harbour stays open for small boats, as it has in every winter before."
    log = SqliteLog(tmp_path / "log.sqlite3")
    log.setup(TOPICS)
    for name in ("Ferry returns", "Quay is closed"):
        text = f"{name}\n\n{TEXT} {TEXT}\n\n{name} at last, people said. {TEXT}\n\n{line}"
        event = raw_event(f"{len(name):032x}", text, source="x")
        log.publish(RAW, [Message("x", encode(event), headers(RawArticle))])
        copydesk("consume", "clean", "--drain", "--workers", "1", data=tmp_path)
        assert copydesk("sources", "pin", "x", line, data=tmp_path).returncode == 0
    log.close()
    copydesk("consume", "index", "--drain", data=tmp_path)
    kept, cut = (
        copydesk("explain", f"{len(name):032x}", data=tmp_path).stdout.decode().splitlines()
        for name in ("Ferry returns", "Quay is closed")
    )
    assert not any("Cut by a correction" in row for row in kept)
    (at,) = [number for number, row in enumerate(cut) if line in row]
    assert "Cut by a correction" in cut[at + 1]
