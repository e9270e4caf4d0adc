"""What stands in one list or one form has one kind, unless it is sure of its own."""

import pytest

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.kinds_beside import reads_as_item, spread_scores
from copydesk.cleaning.boilerplate.labels import label_blocks
from copydesk.cleaning.boilerplate.line_classifier import classify_lines
from copydesk.cleaning.records import Block

STORY = [
    "The ferry between Holm and Sund stopped on Sunday because of ice, and nobody knew when it would sail again.",
    "The harbour office will look at the ice each morning, and will put up a flag when a ship may pass.",
    "Until then the islanders walk, as their grandparents did, with a rope and a lamp for each four of them.",
]
LISTS = [
    ("en", ["Most read", "Owl moves into the church tower", "Copyright row over the song", "Cookie factory to shut"]),
    ("de", ["Meistgelesen", "Eule zieht in den Kirchturm", "Streit um Urheberrecht am Lied der Fähre"]),
    ("fr", ["Les plus lus", "Une chouette dans le clocher", "Droits d’auteur : la chanson du bac devant le juge"]),
    ("es", ["Lo más leído", "Una lechuza en el campanario", "Derechos de autor: la canción, ante el juez"]),
    ("pt", ["Mais lidas", "Coruja na torre da igreja", "Direitos autorais da canção", "Padeiro ganha prémio"]),
    ("el", ["Τα πιο δημοφιλή", "Κουκουβάγια στο καμπαναριό", "Πνευματικά δικαιώματα για το τραγούδι"]),
    ("sv", ["Mest läst", "Uggla i kyrktornet", "Upphovsrätten till färjevisan prövas", "Bagaren får pris"]),
    ("ja", ["人気記事", "フクロウが鐘楼に住みつく", "渡し船の歌の著作権をめぐる争い"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "lines"), LISTS)
def test_items_of_a_list_are_links_whatever_their_words(language: str, lines: list[str]) -> None:
    labels = label_blocks([Block(line) for line in [*STORY, *lines]], [True] * 3 + [False] * len(lines), language)
    assert [label.kind for label in labels[3:]] == ["related_links"] * len(lines)


def test_a_notice_below_a_list_keeps_its_kind() -> None:
    lines = ["Most read", "Owl moves into the church tower", "© 2025 The Harbour Post", "Privacy policy"]
    kinds = [label.kind for label in label_blocks([Block(line) for line in lines], [False] * 4, "en")]
    assert kinds == ["related_links", "related_links", "copyright_notice", "cookie_privacy_notice"]


def test_a_list_within_a_text_goes_as_a_whole() -> None:
    listed = ["Most read", "Owl moves into the church tower", "Council weighs a toll on the old bridge"]
    lines = ["Ice stops the ferry", STORY[0], STORY[1], *listed, STORY[2], STORY[0].replace("Sunday", "Monday")]
    labels = classify_lines([Block(line) for line in lines], "en")
    assert [label.kind for label in labels[3:6]] == ["related_links"] * 3
    assert [label.kind for label in labels[6:]] == [None, None]


def test_a_sub_heading_below_a_button_stays() -> None:
    lines = [
        "Ice stops the ferry",
        STORY[0],
        STORY[1],
        "Read more",
        "A rope and a lamp",
        STORY[2],
        STORY[0] + " So it is.",
    ]
    labels = classify_lines([Block(line) for line in lines], "en")
    assert labels[4].kind is None


def test_the_button_of_a_sign_up_is_part_of_it_and_that_of_an_offer_is_not() -> None:
    sign_up = ["Get our newsletter", "Your email address", "Subscribe"]
    kinds = [label.kind for label in classify_lines([Block(line) for line in [*STORY, *STORY, *sign_up]], "en")]
    assert kinds[6:] == ["newsletter_signup"] * 3
    offer = ["Subscribe for unlimited access to all of our articles, from $1 a week.", "Subscribe"]
    kinds = [label.kind for label in label_blocks([Block(line) for line in offer], [False] * 2, "en")]
    assert kinds == ["subscription_offer"] * 2


def test_a_kept_block_passes_nothing_on() -> None:
    scores = [{"related_links": 0.9}, {}]
    assert spread_scores(scores, [Signals(size=2), Signals(size=5)], [True, False])[1] == {}  # type: ignore[arg-type]


def test_sentences_credits_and_days_are_no_items() -> None:
    assert reads_as_item(Signals(size=5))
    assert reads_as_item(Signals(size=5, ends=True, question=True))
    assert not reads_as_item(Signals(size=5, ends=True))
    assert not reads_as_item(Signals(size=5, dateline=0.9))
    assert not reads_as_item(Signals(size=2))
