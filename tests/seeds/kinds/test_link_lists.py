"""Lines of link lists: what is an address, with or without scheme, and what is none."""

import pytest

from copydesk.events import Refused
from copydesk.producers.seeds.kinds.link_lists import Listed, link_of_text, lists_links


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("courier.example/ferry The ferry returns", Listed("https://courier.example/ferry", "The ferry returns")),
        ("127.0.0.1:8000/ferry.html", Listed("http://127.0.0.1:8000/ferry.html")),
        ("localhost:8000 Our own", Listed("http://localhost:8000", "Our own")),
        ("http://localhost/ferry Our own", Listed("http://localhost/ferry", "Our own")),
        ("192.168.0.7/ferry", Listed("http://192.168.0.7/ferry")),
    ],
)
def test_a_line_names_an_address(line: str, link: Listed) -> None:
    assert link_of_text(line) == link


@pytest.mark.parametrize("line", ["10.11.12.13", "Note: not for print", "localhost", "just words here"])
def test_a_line_of_words_or_a_version_is_none(line: str) -> None:
    assert isinstance(link_of_text(line), Refused)


def test_addresses_by_number_make_a_list() -> None:
    assert lists_links("127.0.0.1:8000/a\n127.0.0.1:8000/b\n# mine\n")
    assert not lists_links("Version 10.11.12.13 is out.\nIt mends the ferry's timetable.\n")
