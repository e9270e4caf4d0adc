"""Read where a Kafka cluster is and how to sign in, from a URL and settings."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from copydesk.errors import ConfigError

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
PORT = 9092


class BrokerAddress(NamedTuple):
    """Hold one broker's address."""

    name: str
    port: int

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True)
class Cluster:
    """Represent a Kafka cluster as named by the user; its text never holds the password."""

    hosts: tuple[BrokerAddress, ...]
    tls: bool = False
    username: str = ""
    password: str = field(default="", repr=False)
    mechanism: str = "PLAIN"
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __str__(self) -> str:
        return f"{'kafka+ssl' if self.tls else 'kafka'}://{','.join(map(str, self.hosts))}"

    @property
    def who(self) -> str:
        """Return whom the cluster sees, in words."""
        return f"the user {self.username!r}" if self.username else "a client without a user name"


@dataclass(frozen=True)
class Access:
    """Hold how a client signs in, where the URL does not say so, and the file of the authority it trusts.

    `certificate` and `key` are files of its own, for brokers that ask who connects (mTLS); the key may stand in the
    certificate's file.
    """

    username: str = ""
    password: str = field(default="", repr=False)
    mechanism: str = "PLAIN"
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


ANONYMOUS = Access()


def parse_cluster(url: str, access: Access = ANONYMOUS) -> Cluster:
    """Read `kafka://host:9092[,host…]` or `kafka+ssl://user:pass@host`; raises ConfigError, which has no password."""
    username, password, mechanism, ca = access.username, access.password, access.mechanism, access.ca
    scheme, separator, rest = url.partition("://")
    if scheme not in {"kafka", "kafka+ssl"} or not separator:
        raise ConfigError("COPYDESK_LOG must look like kafka://host:9092 or kafka+ssl://user:password@host:9092")
    credentials, _, places = rest.rstrip("/").rpartition("@")
    if credentials:
        user, _, secret = credentials.partition(":")
        username, password = unquote(user), unquote(secret)
    if mechanism not in MECHANISMS:
        raise ConfigError(f"COPYDESK_KAFKA_MECHANISM is {mechanism!r}; it may be {', '.join(MECHANISMS)}")
    if username and not password:
        raise ConfigError(f"a password is missing for the Kafka user {username!r}: set COPYDESK_KAFKA_PASSWORD")
    for name, file in (("CA", ca), ("CERTIFICATE", access.certificate), ("KEY", access.key)):
        if file is not None and not file.is_file():
            raise ConfigError(f"COPYDESK_KAFKA_{name} names {file}, which is no file")
    if access.key and not access.certificate:
        raise ConfigError("COPYDESK_KAFKA_KEY is set without its certificate: set COPYDESK_KAFKA_CERTIFICATE too")
    tls = scheme == "kafka+ssl"
    if access.certificate and not tls:
        raise ConfigError("COPYDESK_KAFKA_CERTIFICATE is for TLS: write kafka+ssl:// in COPYDESK_LOG")
    hosts = tuple(_host(place) for place in places.split(","))
    return Cluster(hosts, tls, username, password, mechanism, ca, access.certificate, access.key)


def tls_context(cluster: Cluster) -> ssl.SSLContext:
    """Return how TLS is spoken with the brokers; raises ConfigError for a certificate or key that is none."""
    context = ssl.create_default_context(cafile=str(cluster.ca) if cluster.ca else None)
    if cluster.certificate:
        try:
            context.load_cert_chain(cluster.certificate, cluster.key, password="")
        except (ssl.SSLError, OSError) as error:
            raise ConfigError(
                "COPYDESK_KAFKA_CERTIFICATE and COPYDESK_KAFKA_KEY must be a certificate and its key without a "
                f"password, in PEM form ({error.strerror or error})"
            ) from None
    return context


def _host(text: str) -> BrokerAddress:
    try:
        parts = urlsplit(f"//{text.strip()}")
        name, port = parts.hostname, parts.port or PORT
    except ValueError:
        name, port = None, PORT
    if not name or parts.path or parts.query or parts.fragment:
        # Not what it holds: what stands where a broker should may be a password.
        raise ConfigError(f"each Kafka broker in COPYDESK_LOG must look like host:{PORT}, with commas between them")
    return BrokerAddress(name, port)
