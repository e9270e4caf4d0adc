"""Each example runs, as a program of its own, and prints what it says."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import copydesk
from tests.support.places import ROOT, SEEDS

EXAMPLES = ROOT / "examples"
FEED = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Courier</title>
<item><title>Ferry returns</title><link>https://courier.example/ferry</link>
<content:encoded><![CDATA[<article><h1>Ferry returns</h1>%s</article>]]></content:encoded></item>
<item><title>Nothing</title><link>https://courier.example/nothing</link></item>
</channel></rss>
""" % ("<p>The ferry will sail again from Monday, the harbour office said on Friday, after a storm in January.</p>" * 4)


def run(name: str, *arguments: str | Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / f"{name}.py", *map(str, arguments)],
        capture_output=True, text=True, timeout=120, cwd=folder, env=environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_page(tmp_path: Path) -> None:
    shown = run("clean_a_page", SEEDS / "en-night-ferry.html", "https://courier.example/ferry", folder=tmp_path)
    assert shown.startswith("Night ferry to Skerrow will run all winter, council decides\nby ")
    assert "\ncut: newsletter_signup (" in shown


def test_a_folder_to_a_data_frame(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("en-night-ferry.html", "ru-tramvay.html"):
        (tmp_path / "pages" / name).write_bytes((SEEDS / name).read_bytes())
    (tmp_path / "pages" / "a-picture.html").write_bytes(b"\x89PNG\x00")
    run("folder_to_data_frame", tmp_path / "pages", "out.csv", folder=tmp_path)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["language"], row["refused"]) for row in rows] == [
        ("a-picture.html", "", "The document is a PNG picture, not text"),
        ("en-night-ferry.html", "en", ""),
        ("ru-tramvay.html", "ru", ""),
    ]
    assert all(int(row["characters"]) == len(row["text"]) > 500 for row in rows[1:])


def test_a_saved_feed(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    shown = run("feed_to_articles", "feed.xml", "https://courier.example/feed", folder=tmp_path)
    assert shown.splitlines() == ["Ferry returns: 402 characters", "refused: The document is empty"]


def test_a_stage_of_ones_own(tmp_path: Path) -> None:
    assert copydesk("run", SEEDS / "en-night-ferry.html", SEEDS / "ru-tramvay.html", data=tmp_path).returncode == 0
    for handled in (2, 0):
        shown = run("stage_of_ones_own", folder=tmp_path, COPYDESK_DATA=str(tmp_path))
        assert shown.startswith(f"{handled} articles handled\n")
        assert shown.count('"words"') == 2


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_each_example_has_a_test(path: Path) -> None:
    assert f'run("{path.stem}"' in Path(__file__).read_text(encoding="utf-8")
