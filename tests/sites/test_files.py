"""Rule files are read whole or refused with the line that is wrong and the way out."""

from pathlib import Path

import pytest

from copydesk.errors import ConfigError
from copydesk.sites.files import SHIPPED, read_file, read_rules
from tests.cleaning.test_site_rules import folder


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
