"""Open and close clients of a Kafka cluster, without leaving threads or sockets behind."""

import logging
from collections.abc import Callable
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaConnectionError, SaslAuthenticationFailedError
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from copydesk.adapters.kafka_log.client_patches import compress_quickly, repair_sockets
from copydesk.adapters.kafka_log.cluster import Cluster, tls_context
from copydesk.adapters.kafka_log.errors import check_reachable, translate_kafka_errors

CONNECT_TIMEOUT = 5.0
"""Seconds until a broker that does not answer counts as unreachable."""


class _Secret(str):
    """Hold a password that does not show when a client logs its configuration."""

    def __repr__(self) -> str:
        return "'***'"


def open_producer(cluster: Cluster, **config: Any) -> Any:
    """Open a producer; raises ConfigError or LogUnavailable."""
    return _open(KafkaProducer, cluster, metrics_enabled=False, **config)


def open_consumer(cluster: Cluster, **config: Any) -> Any:
    """Open a consumer that starts at the beginning and never commits by itself; raises ConfigError, LogUnavailable."""
    defaults = {
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "partition_assignment_strategy": [CooperativeStickyAssignor],
        "metrics_enabled": False,
        "request_timeout_ms": 10_000,
        # A partition that is asked for again waits for the request that is on its way: keep that one short.
        "fetch_max_wait_ms": 250,
        # What is fetched is held compressed here, and grows when it is unpacked.
        "fetch_max_bytes": 4 << 20,
        "max_partition_fetch_bytes": 1 << 20,
    }
    return _open(KafkaConsumer, cluster, **{**defaults, **config})


def open_admin(cluster: Cluster) -> Any:
    """Open a client for topics, offsets and groups; raises ConfigError or LogUnavailable."""
    return _open(KafkaAdminClient, cluster, request_timeout_ms=int(CONNECT_TIMEOUT * 1000))


def _config(cluster: Cluster) -> dict[str, Any]:
    config: dict[str, Any] = {
        "bootstrap_servers": [str(host) for host in cluster.hosts],
        "client_id": "copydesk",
        "security_protocol": ("SASL_" if cluster.username else "") + ("SSL" if cluster.tls else "PLAINTEXT"),
        "bootstrap_timeout_ms": int(CONNECT_TIMEOUT * 1000),
        "reconnect_backoff_max_ms": 1000,
    }
    if cluster.tls:
        config["ssl_context"] = tls_context(cluster)
    if cluster.username:
        config["sasl_mechanism"] = cluster.mechanism
        config["sasl_plain_username"], config["sasl_plain_password"] = cluster.username, _Secret(cluster.password)
    return config


def _open(kind: Callable[..., Any], cluster: Cluster, **config: Any) -> Any:
    repair_sockets()
    compress_quickly()
    check_reachable(cluster)
    nets: list[Any] = []

    def net(**given: Any) -> Any:
        seconds = {"socket_connection_setup_timeout_ms": 3000, "socket_connection_setup_timeout_max_ms": 5000}
        loop = NetworkSelector(**given)
        manager = KafkaConnectionManager(loop, **{**given, **seconds})
        # The library takes `allow_auto_create_topics` but does not hand it on to where it counts.
        manager.cluster.config["allow_auto_create_topics"] = False
        nets.append(KafkaNetClient(net=loop, manager=manager))
        if cluster.username:
            loop.run(_sign_in, manager)
        return nets[-1]

    try:
        with translate_kafka_errors(cluster, "connect"):
            return kind(**{**_config(cluster), **config}, kafka_client=net)
    except BaseException:
        # Its constructor starts a thread and opens sockets, and does not close them when it fails.
        for client in nets:
            client.close()
        raise


async def _sign_in(manager: Any) -> None:
    """Try user name and password. The library's own start would try wrong ones until its time is over.

    A broker says no and hangs up; the library loses what it said when both arrive together. Then a second try tells.
    """
    broker = manager.cluster.bootstrap_brokers()[0].node_id
    for _ in range(3):
        manager.reset_backoff(broker)
        manager.broker_version_data = None
        connection = manager.get_connection(
            broker, timeout_ms=CONNECT_TIMEOUT * 1000, refresh_metadata_on_err=False, reset_backoff_on_connect=False
        )
        try:
            await connection
            break
        except KafkaConnectionError:
            if connection.broker_version is None:
                break  # it did not get as far as the password: the start will meet this again
        finally:
            connection.close()
    else:
        raise SaslAuthenticationFailedError("it hangs up when it is given the password")
    manager.reset_backoff(broker)


def quiet_library() -> None:
    """Silence the library's log: we report its errors, once; and at its debug level it logs passwords as sent."""
    root = logging.getLogger("kafka")
    if root.level == logging.NOTSET:
        root.setLevel(logging.CRITICAL)
    for name in ("kafka.net.connection", "kafka.protocol.parser"):
        logging.getLogger(name).addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
