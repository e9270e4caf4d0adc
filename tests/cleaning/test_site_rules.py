"""Site rules: each is tested by the page that justifies it; without rules nothing changes; errors name the way out."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.site_rules import Rules, SiteRules, rules_for, rules_version
from copydesk.sites.files import read_rules
from tests.support.command import copydesk
from tests.support.documents import raw_page, raw_text

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


TEXT = f"""The vote is put off
{STORY}
You may also like
{EXPLAINER}
More on this
{STORY * 2}
© 2026 The Courier of Arden. All rights reserved.
"""


def rules_of(tmp_path: Path, text: str) -> Rules:
    return read_rules(folder(tmp_path, text))


def test_words_keep_and_cut_lines_of_a_text_without_an_address(tmp_path: Path) -> None:
    before = clean_blocks(raw_text(TEXT))
    assert isinstance(before, Cleaned)
    assert "More on this" not in before.paragraphs
    rules = rules_of(
        tmp_path, f'hosts = ["local"]\nkeep_text = ["more ON  this"]\ndrop_text = ["{STORY.split(" again")[0]}"]\n'
    )
    found = clean_blocks(raw_text(TEXT), rules)
    assert isinstance(found, Cleaned)
    assert "More on this" in found.paragraphs, "whatever its case and spaces"
    cut = {piece.text: piece for piece in found.removed}
    assert "mine.toml" in cut[STORY.strip()].why
    assert len(found.paragraphs) + len(found.removed) + 1 == len(TEXT.splitlines())


def test_of_words_that_say_both_the_longer_decide_and_words_overrule_selectors(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        'hosts = ["courier.example"]\nkeep = ["article .tip-line"]\nkeep_text = ["nine people"]\n'
        'drop_text = ["night desk", "people"]\n',
    )
    found = cleaned(rules)
    assert EXPLAINER in found.paragraphs
    assert TIP in [piece.text for piece in found.removed]


def test_rules_without_words_keep_their_version() -> None:
    plain = SiteRules("a.toml", ("a.example",), ("p",), ("q",))
    assert rules_version(plain) == "ba663297"
    assert rules_version(plain._replace(drop_text=("x",))) != rules_version(plain)


def test_a_rule_that_finds_nothing_is_said_to_with_the_reason(tmp_path: Path) -> None:
    page, text, rules = tmp_path / "page.html", tmp_path / "page.txt", tmp_path / "rules"
    rules.mkdir()
    page.write_text(PAGE, encoding="utf-8")
    text.write_text(TEXT, encoding="utf-8")
    (rules / "mine.toml").write_text(
        'hosts = ["courier.example", "local"]\nkeep = [".no-such"]\ndrop_text = ["of no page"]\n'
        'title_suffix = [" – Other"]\n[published]\nselector = "p.stamp"\nformat = "%Y"\n'
    )
    said = copydesk("sites", "check", rules, "--page", page, "--url", URL, data=tmp_path).stdout.decode()
    assert "mine.toml changes 0 things" in said
    assert 'keep ".no-such" finds nothing: the page has no such element' in said
    assert 'drop_text "of no page" finds nothing: no paragraph of the page holds these words' in said
    assert 'title_suffix " – Other" finds nothing: no title ends so' in said
    assert "finds nothing: what it finds, '04.03.2026, 18:30', is not written as %Y" in said
    said = copydesk("sites", "check", rules, "--page", text, data=tmp_path).stdout.decode()
    assert "it is a CSS selector, and a text has no elements; keep_text takes words" in said


def test_an_empty_folder_of_rules_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    done = copydesk("sites", "check", tmp_path / "rules", data=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert f"there are no rules in {tmp_path}/rules: it holds no .toml file; copy ".encode() in done.stderr
