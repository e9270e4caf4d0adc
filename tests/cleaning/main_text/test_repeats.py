"""What a story says a second time goes, for one screen or another; a refrain stays."""

from copydesk.cleaning.main_text.repeats import find_repeats
from copydesk.cleaning.page.tree_walk import read_page
from tests.support.articles import STORY, p

LINES = ("Flour from the old stones", "Bread on Friday", "A wheel of larch", "Two sacks a day")


def _version(left_out: int | None = None) -> str:
    each = (f"<h3>{line}</h3><p>{text}</p>" for line, text in zip(LINES, STORY, strict=True))
    return "".join(one for n, one in enumerate(each) if n != left_out)


def _kept(html: str, without: frozenset[int] = frozenset()) -> list[str]:
    runs = read_page(html).runs
    kept = [i not in without for i in range(len(runs))]
    found = find_repeats(runs, kept)
    return [run.text for i, run in enumerate(runs) if kept[i] and i not in found]


def test_a_story_for_three_screens_is_told_once() -> None:
    whole = [line for pair in zip(LINES, STORY, strict=True) for line in pair]
    assert _kept("".join(f"<div>{_version()}</div>" for _ in range(3))) == whole


def test_a_second_version_goes_whole_though_a_part_of_it_was_not_kept() -> None:
    whole = [line for pair in zip(LINES, STORY, strict=True) for line in pair]
    assert _kept(f"<div>{_version()}</div><div>{_version()}</div>", frozenset((10, 13))) == whole


def test_a_refrain_stays() -> None:
    verses = "".join(f"<p>{line}</p><p>Turn, wheel, turn</p>" for line in LINES)
    assert _kept(p(*STORY) + verses).count("Turn, wheel, turn") == len(LINES)
