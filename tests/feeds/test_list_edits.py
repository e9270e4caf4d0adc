"""A source is paused, taken up and removed in the text of a list; all else in it stays, letter by letter."""

from pathlib import Path

import pytest

from copydesk.errors import InputError
from copydesk.producers.feeds.feed_list import load_sources
from copydesk.producers.feeds.list_edits import remove_source, set_enabled

TEXT = """# what we read
[[source]]  # the big one
name = "Post"
feed = "https://post.example/feed"  # asked hourly

# of the islands
[[source]]
name = "Tide"
feed = "https://tide.example/feed"
poll_min = 5
# at the end
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "feeds.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_a_paused_source_is_off_and_back_as_it_was(listed: Path) -> None:
    set_enabled(listed, "Tide", enabled=False)
    assert {each.name: each.enabled for each in load_sources(listed).sources} == {"Post": True, "Tide": False}
    assert listed.read_text("utf-8").replace("enabled = false\n", "") == TEXT
    set_enabled(listed, "Tide", enabled=False)
    set_enabled(listed, "Tide", enabled=True)
    assert listed.read_text("utf-8") == TEXT


@pytest.mark.parametrize(("name", "other"), [("Post", "Tide"), ("Tide", "Post")])
def test_a_removed_source_takes_no_comment_of_others_along(listed: Path, name: str, other: str) -> None:
    remove_source(listed, name)
    assert [each.name for each in load_sources(listed).sources] == [other]
    text = listed.read_text("utf-8")
    assert all(words in text for words in ("# what we read", "# of the islands", "# at the end"))


def test_a_head_inside_a_text_is_no_table(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    rights = "rights = '''\n[[source]]\nname = \"Tide\"\n'''\n"
    file.write_text(TEXT.replace('name = "Post"\n', f'name = "Post"\n{rights}'), encoding="utf-8")
    set_enabled(file, "Tide", enabled=False)
    post, tide = load_sources(file).sources
    assert (post.enabled, tide.enabled) == (True, False)
    assert "[[source]]" in post.rights


def test_what_is_written_otherwise_is_left_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    text = 'source = [{name = "Post", feed = "https://post.example/feed"}]\n'
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="by hand"):
        set_enabled(file, "Post", enabled=False)
    with pytest.raises(InputError, match="has no source"):
        remove_source(file, "Tide")
    assert file.read_text("utf-8") == text
