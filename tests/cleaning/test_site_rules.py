"""Site rules: each is tested by the page that justifies it; without rules nothing changes; errors name the way out."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.site_rules import Rules, rules_for
from copydesk.errors import ConfigError
from copydesk.sites.files import SHIPPED, read_file, read_rules
from tests.support.command import copydesk
from tests.support.documents import raw_page

STORY = "The harbour council met again on Tuesday and put the vote off until spring, as it had done in May. "
EXPLAINER = "What a council is: nine people and a bell, elected for four years."
TIP = "Have you seen something? Ring the night desk at any hour."
PAGE = f"""<html><head><title>The vote is put off – The Courier of Arden</title></head><body><article>
<h1>The vote is put off – The Courier of Arden</h1><p class="stamp">04.03.2026, 18:30</p>
<p>{STORY * 2}<span class="share-count">1,204 shares</span></p>
<p>{STORY}</p><p class="tip-line">{TIP}</p><p>{STORY * 2}</p>
<aside class="explainer"><p>{EXPLAINER}</p></aside></article></body></html>"""
URL = "https://www.courier.example/2026/03/04/the-vote-is-put-off"


def cleaned(rules: Rules | None, url: str | None = URL, source: str = "local") -> Cleaned:
    found = clean_blocks(raw_page(PAGE, url, source=source, fetched_at=datetime(2026, 3, 5, tzinfo=UTC)), rules)
    assert isinstance(found, Cleaned), found
    return found


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_a_rule_drops_is_cut_and_names_the_file() -> None:
    cut = {piece.text: piece for piece in cleaned(read_rules(None)).removed}
    assert {TIP, "1,204 shares"} <= cut.keys()
    assert "courier.example.toml" in cut[TIP].why
    assert cut[TIP].evidence == "article .tip-line"


def test_what_a_rule_keeps_stays() -> None:
    assert EXPLAINER in cleaned(read_rules(None)).paragraphs


def test_the_title_loses_what_the_site_glues_to_it() -> None:
    assert cleaned(read_rules(None)).title == "The vote is put off"


def test_the_date_is_read_as_the_site_writes_it() -> None:
    found = cleaned(read_rules(None))
    assert found.published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    assert found.provenance["published_at"] == "site rules"
    assert found.originals["published_at"] == "04.03.2026, 18:30"


def test_nothing_is_lost_under_rules() -> None:
    def whole(found: Cleaned) -> list[str]:
        parts = [*found.paragraphs, *(piece.text for piece in found.removed)]
        return sorted("".join([*parts, found.title if found.title_position is not None else ""]).replace(" ", ""))

    assert whole(cleaned(read_rules(None))) == whole(cleaned(None))


def test_rules_are_for_their_site_alone() -> None:
    rules = read_rules(None)
    plain = cleaned(None, "https://other.example/a")
    assert cleaned(rules, "https://other.example/a") == plain
    assert cleaned({}, "https://other.example/a") == plain
    for url, source in ((URL, "x"), ("https://m.news.courier.example/a", "x"), (None, "courier.example")):
        assert rules_for(rules, url, source) is not None


def test_a_users_file_wins_over_a_shipped_one(tmp_path: Path) -> None:
    rules = read_rules(folder(tmp_path, 'hosts = ["courier.example"]\ndrop = ["article p"]\n'))
    assert rules["courier.example"].name == "mine.toml"


def test_rules_can_be_handed_to_other_processes() -> None:
    rules = read_rules(None)
    assert pickle.loads(pickle.dumps(rules)) == rules


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.name)
def test_every_shipped_file_is_for_the_site_it_is_named_for(path: Path) -> None:
    assert read_file(path).hosts[0] == path.stem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hosts = [", "mine.toml is not TOML"),
        ("drop = ['p']", 'hosts = ["news.example"]'),
        ("hosts = ['https://a.example/']", "line 1: hosts: 'https://a.example/' is no host"),
        ("hosts = ['a.example']\ndorp = ['p']", "line 2: dorp: no rule is called dorp; there are hosts, keep, drop"),
        ("hosts = ['a.example']\ndrop = 'p'", "line 2: drop: must be a list of strings"),
        ("hosts = ['a.example']\n\nkeep = ['p[']", "line 3: keep: 'p[' is no CSS selector"),
        ("hosts = ['a.example']\n[published]\nselector = 'p'", "line 2: published: needs selector and format"),
        ("hosts = ['a.example']\n[published]\nselector = 'p'\nformat = '%Q'", "line 4: format: cannot be read back"),
        ("hosts = ['a.example']\n[published]\nselector = 'p'\nformat = '%Y'\nzone = 'Arden'", "no time zone"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_the_way_out(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_rules(folder(tmp_path, text))
    assert said in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_a_host_has_its_rules_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("hosts = ['a.example']", encoding="utf-8")
    with pytest.raises(ConfigError, match="put them in one file"):
        read_rules(folder(tmp_path, "hosts = ['a.example']"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no folder"):
        read_rules(tmp_path / "nowhere")


def test_the_command_shows_what_rules_change_on_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    done = copydesk("sites", "check", "--page", page, "--url", URL, data=tmp_path)
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert f"cut:  {TIP}" in shown or f"kept: {EXPLAINER}" in shown
    wrong = copydesk("sites", "check", folder(tmp_path, "hosts = 3"), data=tmp_path)
    assert wrong.returncode != 0
    assert b"mine.toml, line 1: hosts: must be a list of strings" in wrong.stderr


def test_clean_uses_the_rules_of_a_folder(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    rules = folder(tmp_path, 'hosts = ["arden.example"]\ndrop = [".tip-line"]\n')
    done = copydesk("clean", page, "--url", "https://arden.example/a", "--sites", rules, "--json", data=tmp_path)
    assert b"The site rules mine.toml cut it" in done.stdout
