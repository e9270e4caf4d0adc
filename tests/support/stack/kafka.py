"""A real Kafka broker: one KRaft node with a plain, a SASL, a SASL over TLS and a proxied listener, and ACLs."""

import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization
from kafka import KafkaAdminClient

from tests.support.stack.artifacts import artifacts, java_home
from tests.support.stack.processes import Server, ServerFailed, free_ports

KAFKA = "org.apache.kafka:kafka_2.13:4.3.0"
LOG4J = "2.25.3"
USERS = {"writer": "correct-horse", "stranger": "battery-staple"}
"""Who may sign in, with passwords. `writer` may do all, `stranger` nothing; without signing in all is allowed."""

_LOGGING = """rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m (%c)%n
logger.started.name=kafka.server.KafkaRaftServer
logger.started.level=INFO
"""


class Broker(Server):
    """A broker on ports of its own. `port` is open to all, `sasl_port` asks for a password, `tls_port` also for TLS.

    Clients of `proxied_port` are told to come back through `advertised_proxy`, where a test puts a proxy.
    """

    def __init__(self, *, heap: str = "512m", extra: Mapping[str, str] | None = None) -> None:
        super().__init__("kafka")
        self.heap, self.extra = heap, dict(extra or {})
        self.port, self.sasl_port, self.tls_port, self.proxied_port, self._controller, self.advertised_proxy = (
            free_ports(6)
        )
        self.ca = self.folder / "ca.pem"
        self._properties = self.folder / "server.properties"
        self._logging = self.folder / "log4j2.properties"
        self._starts = 0

    @property
    def url(self) -> str:
        """Where a client goes that needs no password."""
        return f"kafka://127.0.0.1:{self.port}"

    def launch(self) -> "Broker":
        """Start it, for the first time or on the data of the last time; returns itself when it takes requests."""
        if not self._properties.exists():
            self._prepare()
        self._starts += 1
        self.start(
            self._java("kafka.Kafka", str(self._properties)),
            lambda: self.logged().count("Kafka Server started") >= self._starts,
        )
        return self

    def _prepare(self) -> None:
        self._write_certificates()
        self._logging.write_text(_LOGGING)
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in self._settings().items()))
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        named = f"--cluster-id={cluster}"  # it may begin with a dash
        command = self._java("kafka.tools.StorageTool", "format", named, "-c", str(self._properties))
        formatted = subprocess.run(command, capture_output=True, text=True, timeout=280)
        if formatted.returncode:
            raise ServerFailed(f"formatting the broker's storage failed: {formatted.stdout}{formatted.stderr}")

    def _write_certificates(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca))
        issued = authority.issue_cert("127.0.0.1", "localhost")
        key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain = b"".join(each.bytes() for each in issued.cert_chain_pems)
        (self.folder / "server.pem").write_bytes(key + chain)

    def _java(self, main: str, *arguments: str) -> list[str | Path]:
        jars = artifacts(
            "kafka",
            [
                KAFKA,
                f"org.apache.logging.log4j:log4j-slf4j-impl:{LOG4J}",
                f"org.apache.logging.log4j:log4j-core:{LOG4J}",
            ],
        )
        return [
            java_home() / "bin" / "java",
            f"-Xmx{self.heap}",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={self._logging}",
            "-cp",
            f"{jars}/*",
            main,
            *arguments,
        ]

    def _settings(self) -> dict[str, str]:
        users = " ".join(f'user_{name}="{password}"' for name, password in USERS.items())
        module = "org.apache.kafka.common.security.plain.PlainLoginModule"
        ports = {"OPEN": self.port, "SASL": self.sasl_port, "TLS": self.tls_port, "PROXIED": self.proxied_port}
        advertised = {**ports, "PROXIED": self.advertised_proxy}
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "OPEN",
            "listeners": _listeners({**ports, "CONTROLLER": self._controller}),
            "advertised.listeners": _listeners(advertised),
            "listener.security.protocol.map": "OPEN:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT,"
            "SASL:SASL_PLAINTEXT,TLS:SASL_SSL",
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl.plain.sasl.jaas.config": f"{module} required {users};",
            "listener.name.tls.plain.sasl.jaas.config": f"{module} required {users};",
            "listener.name.tls.ssl.keystore.type": "PEM",
            "listener.name.tls.ssl.keystore.location": str(self.folder / "server.pem"),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS;User:writer",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "log.cleaner.backoff.ms": "1000",
            # A broker that was killed comes back when its last life has timed out.
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
            **self.extra,
        }


def _listeners(ports: Mapping[str, int]) -> str:
    return ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items())


def delete_topics(url: str, prefix: str) -> None:
    """Delete what a test has left on a broker it shares with others."""
    admin = KafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://"))
    try:
        names = [name for name in admin.list_topics() if name.startswith(prefix)]
        if names:
            admin.delete_topics(names)
    finally:
        admin.close()
