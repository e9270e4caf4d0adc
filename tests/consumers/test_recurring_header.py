"""What recurs at a source reaches the cleaning in front of each event, whatever either holds."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning.corrections import Corrections
from copydesk.consumers.clean import clean_event
from copydesk.consumers.recurring_header import (
    EMPTY_HEADER,
    SourceTexts,
    add_header,
    decode_header,
    encode_header,
    split_header,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXTS, TEXTS), st.frozensets(TEXTS), st.binary())
def test_header_and_event_come_back_as_they_were(recurring: dict[str, str], kept: frozenset[str], event: bytes) -> None:
    known = SourceTexts(recurring, Corrections(keep=kept))
    header, after = split_header(add_header(encode_header(known), event))
    assert decode_header(header) == known
    assert after == event


def test_a_header_is_one_line_of_json_in_front_of_the_event() -> None:
    header = encode_header(SourceTexts({"1f": "said\nso"}))
    assert add_header(header, b'{\n"id": 1}') == b'{"recurring":{"1f":"said\\nso"}}\n{\n"id": 1}'
    assert encode_header(SourceTexts()) == EMPTY_HEADER


def test_without_a_header_there_is_no_event() -> None:
    assert split_header(b'{"id": 1}') == (b'{"id": 1}', b"")
    outcome = clean_event(b'{"id": 1}')
    assert outcome.status == "failed"
    assert outcome.reason.startswith("not a RawArticle event")


def test_what_is_no_header_is_a_bug_and_not_taken_for_an_empty_one() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_header(b"[1]")
