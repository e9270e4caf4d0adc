"""Whatever comes in, nothing raises, and every visible character is kept or removed once; `make fuzz` goes on."""

from hypothesis import HealthCheck, given, settings

from tests.support.fuzzing import check, pages, texts

FEW = settings(max_examples=150, database=None, suppress_health_check=list(HealthCheck))


@FEW
@given(pages)
def test_no_page_breaks_the_cleaner(page: str) -> None:
    check(page, "text/html")


@FEW
@given(texts)
def test_no_text_breaks_the_cleaner(text: str) -> None:
    check(text, "text/plain")
