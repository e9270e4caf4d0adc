"""What a reader would say that changed between two revisions."""

import random
import time

import pytest

from copydesk.history.compare import compare
from copydesk.history.records import Version
from tests.history.made_pairs import MUTATIONS, made_version
from tests.history.pairs import written_pairs

ONE = ("The ferry sails at nine, the office said.", "Helen Ashdown was there. Nobody else came.")


def classes(old: Version, new: Version) -> set[str]:
    return {change.class_ for change in compare(old, new)}


def test_pairs_written_in_six_languages_are_judged_as_a_reader_would() -> None:
    pairs = written_pairs()
    found = [(classes(pair.old, pair.new), pair.truth) for pair in pairs]
    right, all_of_them = (sum(len(got & truth) for got, truth in found), sum(len(got | truth) for got, truth in found))
    assert len(pairs) == 60
    assert right / all_of_them >= 0.9
    assert sum(got == truth for got, truth in found) >= 0.9 * len(pairs)


def test_made_mutations_are_judged_right() -> None:
    rng = random.Random(2026)
    wrong = total = 0
    for _ in range(200):
        version = made_version(rng)
        for class_, mutate in MUTATIONS:
            changed = mutate(rng, version)
            if changed != version:
                total += 1
                wrong += classes(version, changed) != {class_}
    assert total > 1_900
    assert wrong <= 0.05 * total


def test_nothing_changed_is_nothing() -> None:
    version = Version("A title", ONE, "en")
    assert compare(version, version) == []
    assert compare(Version("", ()), Version("", ())) == []


@pytest.mark.parametrize(
    "paragraphs",
    [
        (" ".join(ONE),),
        (ONE[0], "Helen Ashdown was there.", "Nobody else came."),
        (ONE[0].upper(), ONE[1]),
        (ONE[0].replace(",", ""), ONE[1]),
        (ONE[0].replace(" ", "\u00a0"), ONE[1]),
    ],
)
def test_paragraphs_split_or_joined_and_signs_are_trivial(paragraphs: tuple[str, ...]) -> None:
    assert classes(Version("A title", ONE, "en"), Version("A title", paragraphs, "en")) <= {"trivial"}


def test_a_changed_sentence_shows_what_is_the_same_and_what_is_not() -> None:
    (change,) = compare(Version("", ONE, "en"), Version("", (ONE[0].replace("nine", "ten"), ONE[1]), "en"))
    assert (change.class_, change.old_paragraph, change.new_paragraph) == ("number", 0, 0)
    assert "".join(mark.text for mark in change.words if mark.kind != "added").split() == (change.old or "").split()
    assert "".join(mark.text for mark in change.words if mark.kind != "removed") == change.new
    assert [mark.text.strip() for mark in change.words if mark.kind != "same"] == ["nine", "ten"]


def test_what_came_in_one_paragraph_is_one_change_and_two_places_are_two() -> None:
    more = "A crowd waited outside. It had been there since dawn."
    old = Version("", ("First things first.", "Second things second."), "en")
    together = compare(old, Version("", (old.paragraphs[0], more, old.paragraphs[1]), "en"))
    assert [(change.class_, change.new) for change in together] == [("added", more)]
    apart = compare(old, Version("", ("A crowd waited.", *old.paragraphs, "It left at dawn."), "en"))
    assert [change.class_ for change in apart] == ["added", "added"]


def test_a_note_of_a_correction_is_told_from_what_came_with_it() -> None:
    old = Version("", ONE, "en")
    new = Version(
        "", (*ONE, "Trains run as usual.", "Correction: it sails at nine. We said eight.", "More soon."), "en"
    )
    assert [(change.class_, change.new) for change in compare(old, new)] == [
        ("added", "Trains run as usual."), ("correction", "Correction: it sails at nine. We said eight."),
        ("added", "More soon."),
    ]  # fmt: skip


def test_an_empty_text_that_is_filled_and_one_that_is_emptied() -> None:
    empty, filled = Version("T", (), "en"), Version("T", ONE, "en")
    assert classes(empty, filled) == {"added"}
    assert classes(filled, empty) == {"removed"}


def test_two_texts_of_50_kb_are_compared_in_30_ms_of_cpu() -> None:
    rng = random.Random(3)
    long = tuple(p for _ in range(50) for p in made_version(rng).paragraphs)
    while len(" ".join(long).encode()) > 50_000:
        long = long[:-1]
    old = Version("T", long, "en")
    edited = list(long)
    for at in range(0, len(edited), 9):
        edited[at] = edited[at].replace("the", "that", 1)
    new = Version("T", tuple(edited), "en")
    took = []
    for _ in range(5):
        began = time.process_time()
        compare(old, new)
        took.append(time.process_time() - began)
    assert min(took) < 0.03


CUT_WHY = "Cut by a correction: a person said that it does not belong to the article"
PLEA = "Write to the harbour office. It answers on Fridays."


def test_what_the_cleaning_cuts_now_is_ours_and_what_went_beside_it_is_not() -> None:
    old = Version("", (ONE[0], PLEA, ONE[1]), "en")
    (ours,) = compare(old, Version("", ONE, "en", {PLEA: CUT_WHY}))
    assert (ours.class_, ours.old, ours.ours) == ("removed", PLEA, CUT_WHY)
    both = compare(old, Version("", ONE[:1], "en", {PLEA: CUT_WHY}))
    assert [(change.old, change.ours) for change in both] == [(PLEA, CUT_WHY), (ONE[1], None)]
    assert [change.ours for change in compare(old, Version("", ONE, "en"))] == [None]


def test_what_was_cut_before_came_from_us() -> None:
    old = Version("", ONE, "en", {PLEA: "Asks for comments or mail"})
    (ours,) = compare(old, Version("", (*ONE, PLEA), "en"))
    assert (ours.class_, ours.new, ours.ours) == ("added", PLEA, "Was cut before: Asks for comments or mail")


def test_what_is_cut_alone_is_no_change() -> None:
    assert compare(Version("", ONE, "en", {PLEA: "x"}), Version("", ONE, "en")) == []


def test_of_what_stands_twice_the_source_took_a_copy_away_or_added_one() -> None:
    twice, once = Version("", (ONE[0], PLEA, ONE[1]), "en", {PLEA: CUT_WHY}), Version("", ONE, "en", {PLEA: CUT_WHY})
    assert [(each.class_, each.ours) for each in compare(twice, once)] == [("removed", None)]
    assert [(each.class_, each.ours) for each in compare(once, twice)] == [("added", None)]


def test_a_paragraph_without_spaces_between_its_sentences_is_ours_too() -> None:
    plea = "港务局周五前接受来信。请写信。"
    story = ("渡船星期天回来了。", "两个造船工人修好了它。")
    (ours,) = compare(Version("", (*story, plea), "zh"), Version("", story, "zh", {plea: CUT_WHY}))
    assert (ours.class_, ours.ours) == ("removed", CUT_WHY)


def test_a_long_paragraph_costs_no_more_a_sentence_where_something_was_cut() -> None:
    one = " ".join(f"The {n} boats of quay {n * 7} came in before dusk and lay still." for n in range(1500))
    other = " ".join(f"A pilot wrote {n} letters, of which {n * 3} were answered late." for n in range(1500))
    took = []
    for cut in ({}, {PLEA: CUT_WHY}):
        began = time.process_time()
        compare(Version("", (one,), "en", cut), Version("", (other,), "en", cut))
        took.append(time.process_time() - began)
    assert took[1] < 3 * took[0] + 0.1
