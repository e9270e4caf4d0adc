"""What a stage does is told from what it took: it idles, works, waits for the index, or does not run."""

from datetime import UTC, datetime, timedelta

from copydesk.server.pages_pipeline import stage_words
from copydesk.server.pipeline_watch import WINDOW, Look, PipelineWatch

NOON = datetime(2024, 3, 10, 12, 4, tzinfo=UTC)


def look(seconds: float, taken: int, left: int, waits: str = "", published: int = 0) -> Look:
    return Look(
        NOON + timedelta(seconds=seconds), {"articles.clean": published}, {"index": taken}, {"index": left}, waits
    )


def watched(*looks: Look) -> PipelineWatch:
    watch = PipelineWatch()
    for each in looks:
        watch.take(each)
    return watch


def test_nothing_is_known_before_the_first_look() -> None:
    assert (PipelineWatch().rates(), PipelineWatch().stages()) == ({}, {})


def test_a_stage_that_has_all_is_idle_and_one_that_takes_works() -> None:
    assert watched(look(0, 5, 0)).stages()["index"].word == "idle"
    watch = watched(look(0, 5, 100, published=105), look(5, 55, 50, published=205))
    state = watch.stages()["index"]
    assert (state.word, state.rate) == ("working", 10.0)
    assert watch.rates() == {"articles.clean": 20.0}
    assert stage_words(state) == "working, 10 a second"


def test_a_stage_that_takes_nothing_for_a_while_is_said_to_since_when() -> None:
    watch = watched(look(0, 5, 100), look(5, 7, 98), look(10, 7, 98))
    assert watch.stages()["index"].word == "working"
    watch.take(look(20, 7, 98))
    state = watch.stages()["index"]
    assert (state.word, state.since) == ("stopped", NOON + timedelta(seconds=5))
    assert "nothing taken since 12:04 UTC" in stage_words(state)
    watch.take(look(25, 8, 97))
    assert watch.stages()["index"].word == "working"


def test_what_the_index_waits_for_is_told_with_since_when_however_long_it_lasts() -> None:
    watch = watched(look(0, 5, 0))
    for seconds in range(10, 400, 5):
        watch.take(look(seconds, 5, 20, "Elasticsearch does not answer"))
    state = watch.stages()["index"]
    assert (state.word, state.since) == ("waiting", NOON + timedelta(seconds=10))
    assert stage_words(state) == "waiting since 12:04 UTC: Elasticsearch does not answer"
    watch.take(look(400, 25, 0))
    assert watch.stages()["index"].word == "idle"


def test_looks_are_kept_for_the_window_alone() -> None:
    watch = watched(*(look(n, n, 1, published=n * n) for n in range(0, 300, 10)))
    last, first = 290, 290 - WINDOW
    assert watch.rates()["articles.clean"] == (last**2 - first**2) / WINDOW
