"""Which sources the figures leave out, though their memory is kept."""

from copydesk.answers.source_health import unwatched_sources
from copydesk.consumers.source_corrections import PINS
from copydesk.log_port import Message
from copydesk.pipeline import FURNITURE, HEALTH, TOPICS
from tests.support.fakes import MemoryLog


def test_sources_with_a_memory_and_no_figures_are_named() -> None:
    log = MemoryLog()
    log.setup(TOPICS)
    log.publish(FURNITURE, [Message(key, b"{}", {}) for key in ("quay.example", "bay.example", f"{PINS}bay.example")])
    assert unwatched_sources(log).sources == ["bay.example", "quay.example"]
    log.publish(HEALTH, [Message("quay.example", b"{}", {})])
    found = unwatched_sources(log)
    assert (found.sources, found.days) == (["bay.example"], 56)
