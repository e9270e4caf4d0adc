"""The API and the pages of an article's past, and of a trace."""

import uuid

import msgspec

from copydesk.events import CleanArticle, Removed, encode
from copydesk.identity import content_hash
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN
from tests.contracts.index_samples import HOUR, NOON, appeal, article
from tests.support.desk import ServedDesk

FERRY = "The ferry will sail again from Monday, the harbour office said after the talks on Friday."


def put(
    desk: ServedDesk, key: str, revision: int, title: str, *paragraphs: str, removed: tuple[Removed, ...] = ()
) -> None:
    """Publish and index one revision of an article."""
    fetched_at = NOON + revision * HOUR
    whole = article(*paragraphs, id=key, revision=revision, title=title, fetched_at=fetched_at, removed=removed)
    whole = msgspec.structs.replace(whole, content_hash=content_hash(title, *paragraphs))
    desk.log.publish(CLEAN, [Message(whole.source, encode(whole), headers(CleanArticle))])
    *_, record = [each for each in desk.log.scan(CLEAN) if each.key == whole.source]
    desk.index.upsert([whole], [], [record.place])


def test_revisions_and_what_changed_between_them(own_desk: ServedDesk) -> None:
    key = uuid.uuid4().hex
    put(own_desk, key, 1, "Ferry back", FERRY, "It had been away for 12 days.")
    put(own_desk, key, 2, "Ferry back", FERRY, "It had been away for 14 days.")
    put(own_desk, key, 3, "<b>Island cheers</b>", FERRY, "It had been away for 14 days.")
    rows = own_desk.api(f"articles/{key}/revisions")
    assert [(row["revision"], row["classes"], row["readable"]) for row in rows] == [
        (1, [], True), (2, ["number"], True), (3, ["headline"], True),
    ]  # fmt: skip
    last = own_desk.api(f"articles/{key}/diff")
    assert (last["from"]["revision"], last["to"]["revision"], last["classes"]) == (2, 3, ["headline"])
    found = own_desk.api(f"articles/{key}/diff", **{"from": 1, "to": 2})
    assert [(change["class"], change["old"], change["new"]) for change in found["changes"]] == [
        ("number", "It had been away for 12 days.", "It had been away for 14 days.")
    ]
    assert own_desk.api(f"articles/{key}/diff", **{"from": 1})["classes"] == ["headline", "number"]
    for asked, status in (({"from": 9}, 404), ({"from": 3, "to": 3}, 400)):
        assert own_desk.client.get(f"/api/v1/articles/{key}/diff", params=asked).status_code == status
    assert own_desk.api("articles", changes="headline")["total"] == 1
    assert own_desk.api("articles", changes="moved")["total"] == 0
    page = own_desk.page(f"/articles/{key}/history?from=1&to=2")
    assert "<del>12 </del><ins>14 </ins>" in page
    assert "<b>Island" not in page
    assert f"/articles/{key}/history" in own_desk.page(f"/articles/{key}")


def test_what_is_cut_since_is_said_to_be_no_change_of_the_source(own_desk: ServedDesk) -> None:
    key, plea = uuid.uuid4().hex, "Give to the harbour paper, which lives of its readers."
    put(own_desk, key, 1, "Ferry back", FERRY, plea)
    put(own_desk, key, 2, "Ferry back", FERRY, removed=(appeal(plea),))
    found = own_desk.api(f"articles/{key}/diff")
    assert [(change["class"], change["ours"]) for change in found["changes"]] == [("removed", "it asks for money")]
    assert found["classes"] == []
    page = own_desk.page(f"/articles/{key}/history?from=1&to=2")
    assert "by Copydesk, not by the source." in page
    assert "it asks for money" in page
    assert "cleaned otherwise, the source changed nothing" in page


def test_the_text_of_a_revision_that_left_the_log_is_said_to_be_gone(own_desk: ServedDesk) -> None:
    key = uuid.uuid4().hex
    gone = article(FERRY, id=key, revision=1, content_hash=content_hash("A title", FERRY))
    own_desk.index.upsert([gone])
    put(own_desk, key, 2, "Another title", FERRY)
    assert [row["readable"] for row in own_desk.api(f"articles/{key}/revisions")] == [False, True]
    answer = own_desk.client.get(f"/api/v1/articles/{key}/diff")
    assert answer.status_code == 404
    assert "not in the log any more" in answer.text
    assert "not in the log any more" in own_desk.page(f"/articles/{key}/history")


def test_a_trace_is_shown_and_what_was_never_seen_is_said_so(own_desk: ServedDesk) -> None:
    key = uuid.uuid4().hex
    put(own_desk, key, 1, "Ferry back", FERRY)
    found = own_desk.api("trace", q=key)
    assert (found["fate"], found["id"], [step["step"] for step in found["steps"]]) == (
        "indexed", key, ["cleaned", "indexed"],
    )  # fmt: skip
    assert own_desk.api("trace", q="https://nobody.example/story")["fate"] == "unknown"
    page = own_desk.page(f"/trace?q={key}")
    assert "articles.clean[" in page
    assert "<script>" not in own_desk.page("/trace?q=<script>")
    assert "never seen" in own_desk.page("/trace?q=https://nobody.example/story")
