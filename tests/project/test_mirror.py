"""Tests stand where the code stands: a folder of tests is named for a folder or a module of the code."""

from pathlib import Path

from tests.support.places import ROOT

TESTS = ROOT / "tests"
OTHERS = {"contracts", "end_to_end", "project", "support", "data"}
"""Folders of tests across the code, and of what tests share."""
CODE = (ROOT, ROOT / "copydesk", ROOT / "producers")


def folders() -> list[Path]:
    """Return the folders that hold tests of one part of the code, relative to `tests`."""
    found = [path.relative_to(TESTS) for path in TESTS.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    return [path for path in found if path.parts[0] not in OTHERS]


def test_every_folder_of_tests_is_named_for_what_it_tests() -> None:
    assert {Path("app"), Path("cleaning/lines"), Path("feeds")} <= set(folders())
    for folder in folders():
        assert any((code / folder).is_dir() or (code / folder).with_suffix(".py").is_file() for code in CODE), folder


def test_every_room_of_the_cleaning_that_decides_has_a_folder_of_tests() -> None:
    rooms = {path.parent.name for path in (ROOT / "copydesk" / "cleaning").glob("*/__init__.py")}
    elsewhere = {"lexicon", "thresholds", "weights"}  # data: `tests/project` and the tests of those who use them
    assert {folder.name for folder in folders() if folder.parts[0] == "cleaning"} == {"cleaning"} | rooms - elsewhere
