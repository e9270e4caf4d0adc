"""Articles name the cleaner that cleaned them: its version moves with its answers, and with the rules of their site."""

import hashlib
import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from copydesk.cleaning.article import CLEANER_VERSION, clean_article, clean_blocks, cleaner_version
from copydesk.cleaning.records import Cleaned
from copydesk.events import ContentType, RawArticle, Refused
from copydesk.sites.files import SHIPPED, read_rules
from scripts.format_lexicon import FOLDER
from tests.support.command import copydesk
from tests.support.documents import raw_page
from tests.support.places import SEEDS

LEARNED = {"3": "e49f89436d24bf7a"}
"""What the cleaner of a version has learned and been told: its weights, words and rules, and its answers to the seeds.

When the test below fails, cleaning gives other answers than before: raise CLEANER_VERSION, unless no release had the
version that stands there, and put it and what the test shows in the place of these.
"""
PAGE = (
    "<html lang=en><body><article><h1>Ferry returns</h1>"
    + "".join(
        f"<p>The ferry will sail again on {day}, the harbour office said, and the islanders were glad of it.</p>"
        for day in ("Monday", "Tuesday", "Thursday")
    )
    + "<p class=odd>The harbour office wrote this line, which no rule of ours would take for anything else.</p>"
    "</article></body></html>"
)
RULES = 'hosts = ["ferry.example"]\ndrop = ["{0}"]\n'


def raw(
    content: str, kind: ContentType = "text/html", url: str | None = "https://www.ferry.example/returns"
) -> RawArticle:
    return raw_page(content, url, content_type=kind, source="ferry.example")


def learned() -> str:
    text = files("copydesk.cleaning")
    digest = hashlib.sha256()
    for weights in ("lines.npz", "pages.npz", "headlines.json"):
        digest.update((text / f"weights/{weights}").read_bytes())
    for path in sorted(FOLDER.rglob("*.toml")):
        digest.update(json.dumps(words(tomllib.loads(path.read_text("utf-8"))), sort_keys=True).encode())
    for path in sorted(SHIPPED.glob("*.toml")):
        digest.update(path.read_bytes())
    for path in sorted(SEEDS.glob("*.txt")):
        found = clean_blocks(raw(path.read_text("utf-8"), "text/plain", None))
        digest.update(json.dumps(answer(found)).encode())
    return digest.hexdigest()[:16]


def words(content: Any) -> Any:
    """What a word list says: phrases count, and not how often or in which order they stand."""
    if isinstance(content, dict):
        return {key: words(value) for key, value in content.items()}
    return sorted(set(content)) if isinstance(content, list) and isinstance(content[0], str) else content


def answer(found: Cleaned | Refused) -> list[object]:
    cut = [[piece.position, piece.kind] for piece in found.removed]
    return [found.reason, cut] if isinstance(found, Refused) else [found.title, *found.paragraphs, cut]


def test_the_version_moves_when_cleaning_changes() -> None:
    assert {CLEANER_VERSION: learned()} == LEARNED


def test_an_article_names_the_cleaner_and_the_rules_of_its_site(tmp_path: Path) -> None:
    named = []
    for n, folder in enumerate(("a", "b", "c")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.toml").write_text(RULES.format(".odd" if n < 2 else ".even"))
        rules = read_rules(tmp_path / folder)
        found = clean_article(raw(PAGE), rules=rules)
        assert not isinstance(found, Refused)
        assert found.cleaner_version == cleaner_version(rules, found.url, found.source)
        named.append(found.cleaner_version)
        assert cleaner_version(rules, "https://elsewhere.example/a", "elsewhere.example") == CLEANER_VERSION
    assert named[0] == named[1] != named[2], "what the rules say counts, not the name of their file"
    assert all(name.startswith(f"{CLEANER_VERSION}+") for name in named)
    bare = clean_article(raw(PAGE))
    assert not isinstance(bare, Refused)
    assert bare.cleaner_version == CLEANER_VERSION


def test_reindex_says_how_much_was_cleaned_otherwise(tmp_path: Path) -> None:
    rows = [{"html": PAGE, "url": f"https://{host}.example/a"} for host in ("ferry", "island")]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "ferry.toml").write_text(RULES.format(".odd"))
    data = tmp_path / "data"
    assert copydesk("run", tmp_path / "rows.jsonl", "--sites", tmp_path / "sites", data=data).returncode == 0
    same = copydesk("reindex", "--sites", tmp_path / "sites", data=data)
    assert (same.returncode, b"otherwise" in same.stdout, b"other rules" in same.stdout) == (0, False, False)
    other = copydesk("reindex", data=data)
    assert other.returncode == 0
    assert "Cleaned by another version of the cleaner, or by other rules for their site: 1." in other.stdout.decode()
