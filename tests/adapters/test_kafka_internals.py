"""The parts of kafka-python that are not promised and that we use or replace: gone or changed, they are named here.

Each says which patch of ours rests on it. Another version of the library passes once that patch was looked at anew.
"""

import ast
import importlib.metadata
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, codec
from kafka.cluster import ClusterMetadata
from kafka.consumer.fetcher import Fetcher
from kafka.coordinator.base import BaseCoordinator
from kafka.future import Future
from kafka.net.compat import KafkaNetClient
from kafka.net.connection import KafkaConnection
from kafka.net.inet import KafkaNetSocket
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.producer.sender import Sender
from kafka.record import default_records, util

from tests.support.places import ROOT

ADAPTER = ROOT / "copydesk" / "adapters" / "kafka_log"


class Part(NamedTuple):
    """Hold a function with its signature, or an attribute with all that the library assigns to it."""

    owner: Any
    name: str
    shape: str | set[str]
    patch: str


JOINING = "client_patches._go_on_joining"
PARTS = (
    Part(KafkaConsumer, "_coordinator", {"ConsumerCoordinator(…)"}, "client_patches.repair_consumer"),
    Part(KafkaConsumer, "_fetcher", {"Fetcher(…)"}, "client_patches.repair_consumer"),
    Part(BaseCoordinator, "_join_task", {"None", "self._manager.call_soon(…)"}, JOINING),
    Part(BaseCoordinator, "request_rejoin", "(self)", JOINING),
    Part(KafkaConnectionManager, "call_soon", "(self, coro, *args)", JOINING),
    Part(KafkaConnectionManager, "wait_for", "(self, future, timeout_ms)", JOINING),
    Part(Future, "succeeded", "(self)", JOINING),
    Part(Future, "add_callback", "(self, f, *args, **kwargs)", JOINING),
    Part(Future, "add_errback", "(self, f, *args, **kwargs)", JOINING),
    Part(
        Fetcher,
        "_next_partition_records",
        {"None", "self._paused_partition_records.pop(…)", "self._parse_fetched_data(…)"},
        "client_patches._free_the_slot",
    ),
    Part(Fetcher.PartitionRecords, "__bool__", "(self)", "client_patches._free_the_slot"),
    Part(
        KafkaNetSocket, "sock_connect", "(self, net, sock, sockaddr, timeout_at=None)", "client_patches.repair_sockets"
    ),
    Part(codec, "zstd_encode", "(payload)", "client_patches.compress_quickly"),
    Part(KafkaProducer, "_sender", {"Sender(…)"}, "publisher._close"),
    Part(Sender, "force_close", "(self)", "publisher._close"),
    Part(Sender, "join", "(self, timeout=None)", "publisher._close"),
    Part(NetworkSelector, "__init__", "(self, **configs)", "client._open"),
    Part(NetworkSelector, "run", "(self, coro, *args)", "client._open"),
    Part(KafkaConnectionManager, "__init__", "(self, net, **configs)", "client._open"),
    Part(KafkaConnectionManager, "cluster", {"ClusterMetadata(…)"}, "client._open"),
    Part(KafkaNetClient, "__init__", "(self, net=None, manager=None, **configs)", "client._open"),
    Part(KafkaNetClient, "close", "(self, node_id=None)", "client._open"),
    Part(
        KafkaConnectionManager,
        "get_connection",
        "(self, node_id, timeout_ms=None, pop_on_close=True, refresh_metadata_on_err=True,"
        " reset_backoff_on_connect=True)",
        "client._sign_in",
    ),
    Part(KafkaConnectionManager, "reset_backoff", "(self, node_id)", "client._sign_in"),
    Part(
        KafkaConnectionManager,
        "broker_version_data",
        {"None", "BrokerVersionData(…)", "conn.broker_version_data"},
        "client._sign_in",
    ),
    Part(KafkaConnection, "close", "(self, error=None)", "client._sign_in"),
    Part(ClusterMetadata, "bootstrap_brokers", "(self)", "client._sign_in"),
)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.owner.__name__}.{part.name}")
def test_what_a_patch_rests_on_is_there_and_as_it_was(part: Part) -> None:
    found = assigned(part.owner, part.name) if isinstance(part.shape, set) else signature(part.owner, part.name)
    assert found == part.shape, f"kafka-python changed {part.owner.__name__}.{part.name}: review {part.patch}"


def test_what_is_replaced_is_what_the_library_calls() -> None:
    assert "zstd_encode(data)" in inspect.getsource(default_records), "review client_patches.compress_quickly"
    assert inspect.iscoroutinefunction(inspect.unwrap(KafkaNetSocket.sock_connect)), (
        "review client_patches.repair_sockets"
    )
    assert isinstance(KafkaConnection.broker_version, property), "review client._sign_in"
    assert "allow_auto_create_topics" in ClusterMetadata.DEFAULT_CONFIG, "review client._open"
    assert hasattr(util, "crc32c_c"), "review log.KafkaLog"
    for kind in (KafkaConsumer, KafkaProducer, KafkaAdminClient):
        assert "kafka_client" in kind.DEFAULT_CONFIG, "review client._open"


def test_no_private_part_is_used_that_is_not_listed() -> None:
    listed = {part.name for part in PARTS}
    used = {name for path in sorted(ADAPTER.glob("*.py")) for name in foreign_private_names(path.read_text("utf-8"))}
    assert used, "the patches of the library use private attributes"
    assert used <= listed, f"list them in PARTS with their shape: {sorted(used - listed)}"


def test_the_library_is_bounded_to_the_minor_version_that_is_patched() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = re.search(r"kafka-python>=(\d+)\.(\d+)\.\d+,<(\d+)\.(\d+)(?![\d.])", str(wanted["project"]))
    assert found, "pyproject.toml must bound kafka-python to one minor version: its private attributes are patched"
    least, below = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    assert below == (least[0], least[1] + 1)
    assert importlib.metadata.version("kafka-python").split(".")[:2] == [found[1], found[2]]


def test_a_part_that_is_gone_or_changed_is_told() -> None:
    assert assigned(KafkaConsumer, "_no_such_thing") == set()
    assert signature(Sender, "no_such_thing") == "gone"
    assert foreign_private_names("self._ours = consumer._theirs.x") == {"_theirs"}


def signature(owner: Any, name: str) -> str:
    """Return the parameters of a function, or that it is gone."""
    function = getattr(owner, name, None)
    return "gone" if function is None else str(inspect.signature(function))


def assigned(owner: Any, name: str) -> set[str]:
    """Return what a class's source assigns to an attribute, calls without arguments; nothing when it is gone."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    return {brief(value) for target, value in assignments(tree) if target == name}


def assignments(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield every attribute of `self` that is assigned to, with the value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                    yield target.attr, node.value


def brief(value: ast.expr) -> str:
    """Return an expression, without the arguments of a call."""
    return f"{ast.unparse(value.func)}(…)" if isinstance(value, ast.Call) else ast.unparse(value)


def foreign_private_names(source: str) -> set[str]:
    """Return attributes with an underscore in front that belong to something else than `self`."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and re.match(r"_(?!_)", node.attr)
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }
