"""Whatever the bytes, every reader ends: entries or refusals in words, never an exception, and what is good is read."""

import gzip
import io
import json
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.events import Refused
from copydesk.producers.seeds.kinds.entries import FileEntry, LeftOut
from copydesk.producers.seeds.kinds.json_arrays import split_elements
from copydesk.producers.seeds.kinds.link_lists import Listed, link_of_text, lists_links
from copydesk.producers.seeds.kinds.read import entries, row_of_entry
from copydesk.producers.seeds.kinds.table import SEED_KINDS
from copydesk.producers.seeds.rows import SeedRow
from copydesk.web.zstd import Compressor
from tests.support.file_kinds import BODY, PAGE, mail, tar_of, warc, warc_record, zip_of

WHOLE = {
    "csv": f'title,text\nFerry,"{BODY}"\nSecond,"{BODY}"\n'.encode(),
    "json": json.dumps([{"text": BODY}, {"text": BODY, "tags": ["a", {"b": []}]}]).encode(),
    "jsonl": b'{"text": "a"}\n{"text": "b"}\n',
    "xml": b"<rss version='2.0'><channel><item><title>A</title><description>B</description></item></channel></rss>",
    "eml": mail().as_bytes(),
    "mbox": b"".join(b"From ana\n" + mail(n).as_bytes() + b"\n\n" for n in range(3)),
    "mhtml": b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
    + PAGE.encode()
    + b"\n--b--\n",
    "warc": warc(4),
    "warc.gz": warc(4, packed=True),
    "zip": zip_of(
        {"a.html": PAGE.encode(), "b/in.zip": zip_of({"c.txt": BODY.encode()}), "rows.jsonl": b'{"text": "a"}'}
    ),
    "tar": tar_of(
        {"a.html": PAGE.encode(), "in.tar": tar_of({"c.txt": BODY.encode()}), "l.urls": b"https://a.example/1"}
    ),
    "tar.gz": gzip.compress(tar_of({"a.html": PAGE.encode(), "b.txt.gz": gzip.compress(BODY.encode())})),
    "html.zst": Compressor(3).compress(PAGE.encode()),
    "md": f"---\ntitle: A\n---\n# A\n\n{BODY}\n".encode(),
    "urls": b"https://a.example/1 One\n- b.example/2\n# no\n",
}
fuzz = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(name: str, data: bytes) -> list[FileEntry]:
    """All that a file of this name and content gives; each entry becomes a row or a reason."""
    found = list(entries(io.BufferedReader(io.BytesIO(data)), name))
    for entry in found:
        row = row_of_entry(entry)
        assert row is None or isinstance(row, SeedRow | Listed | LeftOut | Refused)
        assert not isinstance(row, Refused) or (row.reason and "\n" not in row.reason)
    return found


def test_the_whole_files_give_no_refusal() -> None:
    for suffix, data in WHOLE.items():
        found = [row_of_entry(entry) for entry in read(f"a.{suffix}", data)]
        assert found
        assert not [row for row in found if isinstance(row, Refused)], suffix


@fuzz
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_file_that_is_cut_ends_in_words(suffix: str, data: st.DataObject) -> None:
    whole = WHOLE[suffix]
    read(f"a.{suffix}", whole[: data.draw(st.integers(0, len(whole)))])


@fuzz
@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=6)), max_size=6))
def test_a_file_with_other_bytes_in_it_ends_in_words(suffix: str, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(WHOLE[suffix])
    for at, piece in changes:
        at %= len(data) or 1
        data[at : at + len(piece)] = piece
    read(f"a.{suffix}", bytes(data))


@fuzz
@given(st.sampled_from([suffix for kind in SEED_KINDS for suffix in kind.suffixes]), st.binary(max_size=300))
def test_any_bytes_under_any_name_end_in_words(suffix: str, data: bytes) -> None:
    read(f"a{suffix}", data)


@fuzz
@given(st.lists(st.sampled_from(["gz", "zst", "zip", "tar"]), max_size=7))
def test_layers_in_any_order_end_in_words(layers: list[str]) -> None:
    data, name = PAGE.encode(), "a.html"
    for layer in layers:
        if layer in {"zip", "tar"}:
            data, name = (zip_of if layer == "zip" else tar_of)({name: data}), f"in.{layer}"
        else:
            data, name = gzip.compress(data) if layer == "gz" else Compressor(1).compress(data), f"{name}.{layer}"
    assert read(name, data)


@fuzz
@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(10, 400))
def test_whole_records_are_read_whatever_stands_between(whole: list[bool], cut: int) -> None:
    records = [warc_record(n) if good else warc_record(n)[:-cut] for n, good in enumerate(whole)]
    found = [row_of_entry(entry) for entry in read("a.warc", b"".join(records))]
    urls = {row.url for row in found if isinstance(row, SeedRow)}
    assert {f"https://courier.example/{n}" for n, good in enumerate(whole) if good} <= urls


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@fuzz
@given(st.lists(JSON, max_size=8), st.integers(1, 40), st.sampled_from([None, 2]))
def test_elements_of_an_array_are_those_of_json(values: list[object], size: int, indent: int | None) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [json.loads(each) for each in split_elements(pieces)] == json.loads(data)


@fuzz
@given(st.text(max_size=200))
def test_any_line_is_a_link_or_named(line: str) -> None:
    found = link_of_text(line)
    assert found is None or isinstance(found, Listed | Refused)
    lists_links(line)


def test_a_zip_that_says_less_than_it_holds_is_named() -> None:
    data = bytearray(zip_of({"a.html": PAGE.encode() * 20, "b.html": PAGE.encode()}, zipfile.ZIP_DEFLATED))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    found = [row_of_entry(entry) for entry in read("a.zip", bytes(data))]
    assert [type(row).__name__ for row in found] == ["Refused", "SeedRow"]
