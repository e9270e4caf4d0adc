"""A reader puts a piece back or cuts one, on the page and by the API; the log has it before it is answered."""

import re

import httpx

from copydesk.pipeline import CORRECTIONS
from tests.server.conftest import FERRY, fill
from tests.support.desk import ServedDesk
from tests.support.past import NOTE, ingest, report

APPEAL = FERRY.removed[0].text
HERE = f"/articles/{FERRY.id}"


def press(desk: ServedDesk, page: str, name: str, value: str, way: str = "correct") -> httpx.Response:
    """Press a button of the page's correction form; `way` is the last part of where it leads."""
    text = desk.page(page)
    assert f'name="{name}" value="{value}"' in text
    [action] = set(re.findall(rf'action="([^"]*/{way})"', text))
    key = re.search(r'name="key" value="([^"]+)"', text)
    assert key
    return desk.client.post(action, data={"key": key[1], name: value}, follow_redirects=True)


def test_a_reader_puts_a_piece_back_and_takes_that_back(own_desk: ServedDesk) -> None:
    fill(own_desk)
    place = FERRY.removed[0].position
    shown = press(own_desk, f"{HERE}?cuts=true", "keep", str(place))
    assert shown.status_code == 200
    assert "You said: it belongs to the article" in shown.text
    [made] = own_desk.api("sources/courier.example/corrections")
    assert (made["decision"], made["text"], made["article"]) == ("keep", APPEAL, FERRY.id)
    assert APPEAL in own_desk.page("/sources/courier.example")
    shown = press(own_desk, f"{HERE}?cuts=true", "back", str(place))
    assert "You said" not in shown.text
    assert own_desk.api("sources/courier.example/corrections") == []


def test_a_paragraph_that_does_not_belong_is_listed_and_taken_back_at_the_source(own_desk: ServedDesk) -> None:
    fill(own_desk)
    shown = press(own_desk, f"{HERE}?cuts=true", "cut", "2")
    assert "You said: it does not belong" in shown.text
    [made] = own_desk.api("sources/courier.example/corrections")
    assert made["text"] in FERRY.paragraphs
    shown = press(own_desk, "/sources/courier.example", "back", made["hash"])
    assert "Take back" not in shown.text


def test_the_api_records_and_takes_back(own_desk: ServedDesk) -> None:
    address = "/api/v1/sources/courier.example/corrections"
    made = own_desk.client.post(address, json={"text": "Support our work", "decision": "cut"})
    assert made.status_code == 201
    assert [record.key for record in own_desk.log.scan(CORRECTIONS)] == [f"courier.example {made.json()['hash']}"]
    assert own_desk.api("sources/courier.example/corrections") == [made.json()]
    assert own_desk.client.delete(f"{address}/{made.json()['hash']}").json() == made.json()
    again = own_desk.client.delete(f"{address}/{made.json()['hash']}")
    assert (again.status_code, again.headers["content-type"]) == (404, "application/problem+json")
    for wrong in ({"decision": "cut"}, {"text": " ", "decision": "cut"}, {"text": "x", "decision": "perhaps"}):
        assert own_desk.client.post(address, json=wrong).status_code == 400


def test_another_site_cannot_correct(own_desk: ServedDesk) -> None:
    fill(own_desk)
    answer = own_desk.client.post(f"{HERE}/correct", data={"keep": "2"})
    assert answer.status_code == 403
    answer = own_desk.client.post(
        "/api/v1/sources/courier.example/corrections",
        json={"text": "x", "decision": "cut"},
        headers={"origin": "http://evil.example"},
    )
    assert answer.status_code == 403
    assert not list(own_desk.log.scan(CORRECTIONS))


def test_what_a_correction_would_change_is_shown_before_it_is_recorded(own_desk: ServedDesk) -> None:
    ingest(own_desk.log, own_desk.index, *(report(number) for number in range(4)))
    article = own_desk.api("articles", source="a.example")["hits"][0]
    page, [place] = (
        f"/articles/{article['id']}?cuts=true",
        re.findall(rf'id="b(\d+)"><p dir="auto">{NOTE}', own_desk.page(f"/articles/{article['id']}?cuts=true")),
    )
    shown = press(own_desk, page, "cut", place, "preview")
    assert shown.status_code == 200
    assert "would change 4 of 4 articles of a.example" in shown.text
    assert NOTE in shown.text
    assert not list(own_desk.log.scan(CORRECTIONS)), "nothing is recorded by looking"
    key = re.search(r'name="key" value="([^"]+)"', shown.text)
    [action] = re.findall(r'action="([^"]*/correct)"', shown.text)
    assert key
    own_desk.client.post(action, data={"key": key[1], "cut": place})
    [made] = own_desk.api("sources/a.example/corrections")
    assert (made["decision"], made["text"]) == ("cut", NOTE)
    back = press(own_desk, page, "back", place, "preview")
    assert "would change 0 of 4 articles of a.example" in back.text
    assert own_desk.client.post(f"/articles/{article['id']}/preview", data={"cut": place}).status_code == 403


def test_a_text_of_a_source_is_previewed_by_its_hash(own_desk: ServedDesk) -> None:
    ingest(own_desk.log, own_desk.index, *(report(number) for number in range(3)))
    made = own_desk.client.post("/api/v1/sources/a.example/corrections", json={"text": NOTE, "decision": "keep"}).json()
    key = re.search(r'name="key" value="([^"]+)"', own_desk.page("/sources/a.example"))
    assert key
    answer = own_desk.client.post("/sources/a.example/preview", data={"key": key[1], "cut": made["hash"]})
    assert "would change 3 of 3 articles of a.example" in answer.text
    nothing = own_desk.client.post("/sources/a.example/preview", data={"key": key[1]})
    assert nothing.status_code == 400
