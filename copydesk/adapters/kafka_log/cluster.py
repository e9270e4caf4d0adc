"""Read where a Kafka cluster is and how to sign in, from a URL and settings."""

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

    def __str__(self) -> str:
        return f"{'kafka+ssl' if self.tls else 'kafka'}://{','.join(map(str, self.hosts))}"

    @property
    def who(self) -> str:
        """Return whom the cluster sees, in words."""
        return f"the user {self.username!r}" if self.username else "a client without a user name"


@dataclass(frozen=True)
class Access:
    """Hold how a client signs in, where the URL does not say so, and the file of the authority it trusts."""

    username: str = ""
    password: str = field(default="", repr=False)
    mechanism: str = "PLAIN"
    ca: Path | None = None


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
    if ca is not None and not ca.is_file():
        raise ConfigError(f"COPYDESK_KAFKA_CA names {ca}, which is no file")
    tls = scheme == "kafka+ssl"
    return Cluster(tuple(_host(place) for place in places.split(",")), tls, username, password, mechanism, ca)


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
