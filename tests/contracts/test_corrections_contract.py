"""What people decide on a source's texts stands in every log until it is taken back, and pins of old are read."""

import msgspec
import pytest

from copydesk.answers.corrections import correct, corrections_of, take_back
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.consumers.source_corrections import CorrectionTable, move_old_pins
from copydesk.errors import InputError, NotFound
from copydesk.log_port import Log, Message
from copydesk.pipeline import CORRECTIONS, FURNITURE, Topic
from tests.contracts.log_helpers import LogUnderTest


@pytest.fixture
def desk_log(tested: LogUnderTest) -> Log:
    tested.log.setup([Topic(CORRECTIONS, compacted=True), Topic(FURNITURE, compacted=True)])
    return tested.log


def test_a_correction_stands_for_whoever_reads_next_and_until_it_is_taken_back(
    tested: LogUnderTest, desk_log: Log
) -> None:
    table = CorrectionTable(tested.client())
    made = correct(desk_log, "pier.example", "Page 3: our STAFF", "keep", "a" * 32)
    correct(desk_log, "pier.example", "Support us", "cut")
    correct(desk_log, "quay.example", "Support us", "keep")
    assert table.of("pier.example").of_text("Support us") is None
    table.refresh()
    found = table.of("pier.example")
    assert [found.of_text(text) for text in ("page 17: our  staff", "Support us", "Other")] == ["keep", "cut", None]
    assert table.of("quay.example").of_text("support us") == "keep"
    listed = corrections_of(tested.client(), "pier.example")
    assert [each.text for each in listed] == ["Support us", "Page 3: our STAFF"]
    assert take_back(desk_log, "pier.example", made.hash) == made
    table.refresh()
    assert table.of("pier.example").of_text("Page 3: our staff") is None
    assert table.of("pier.example").of_text("Support us") == "cut"


def test_the_last_word_on_a_text_counts(desk_log: Log) -> None:
    for decision in ("keep", "cut", "keep"):
        correct(desk_log, "mole.example", "Read more", decision)
    assert [(each.text, each.decision) for each in corrections_of(desk_log, "mole.example")] == [("Read more", "keep")]


def test_setup_makes_corrections_of_pins_of_old_but_where_something_else_was_said(desk_log: Log) -> None:
    source, texts = "groyne.example", ["Pinned once", "Released once", "Decided since"]
    pinned, released, decided = map(text_hash, texts)
    correct(desk_log, source, texts[2], "keep")
    old = msgspec.json.encode({"pinned": [pinned, decided], "released": [released]})
    desk_log.publish(FURNITURE, [Message(f"pins:{source}", old, {})])
    assert [move_old_pins(desk_log), move_old_pins(desk_log)] == [2, 0]
    found = CorrectionTable(desk_log).of(source)
    assert [found.of_text(text) for text in texts] == ["cut", "keep", "keep"]
    assert desk_log.table(FURNITURE).get(f"pins:{source}") is None
    take_back(desk_log, source, "Released once")
    assert {each.hash for each in corrections_of(desk_log, source)} == {pinned, decided}


def test_what_cannot_be_recorded_says_why(desk_log: Log) -> None:
    with pytest.raises(InputError, match="no text"):
        correct(desk_log, "spit.example", "  ", "keep")
    with pytest.raises(InputError, match="name of a source"):
        correct(desk_log, " ", "text", "keep")
    with pytest.raises(NotFound, match="sources correct list"):
        take_back(desk_log, "spit.example", "never said")


def test_an_event_that_is_no_correction_counts_for_nothing(desk_log: Log) -> None:
    desk_log.publish(CORRECTIONS, [Message("bar.example x", b'{"source":"bar.example"}', {})])
    correct(desk_log, "bar.example", "Stays", "keep")
    assert [each.text for each in corrections_of(desk_log, "bar.example")] == ["Stays"]
