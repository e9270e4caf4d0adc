"""Translate the Kafka library's errors into ours: one line each, naming what to change."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors as kafka_errors

from copydesk.adapters.kafka_log.cluster import BrokerAddress, Cluster, tls_context
from copydesk.errors import ConfigError, CopydeskError, CorruptStorage, LogUnavailable, NotFound

_PROBE_TIMEOUT = 2.0


class AlreadyThere(CopydeskError):
    """Tell that a topic to be created is there: between adapters only, nobody else sees it."""


@contextmanager
def translate_kafka_errors(cluster: Cluster, doing: str, topic: str = "", group: str = "") -> Iterator[None]:
    """Translate what the library raises inside the block; `doing` is connect, read, write, create or commit."""
    try:
        yield
    except CopydeskError:
        raise
    except Exception as error:
        # Any, because in races with its own thread the library raises a bare KeyError or the like: a retry mends that.
        raise as_copydesk_error(error, cluster, doing, topic, group) from error


def as_copydesk_error(
    error: Exception, cluster: Cluster, doing: str, topic: str = "", group: str = ""
) -> CopydeskError:
    """Return the error of ours that says the same, without a password in it."""
    if isinstance(error, kafka_errors.SaslAuthenticationFailedError):
        return ConfigError(
            f"Kafka at {cluster} does not accept the name or password of {cluster.who} (by {cluster.mechanism}): "
            "correct COPYDESK_KAFKA_USERNAME and COPYDESK_KAFKA_PASSWORD, or the ones in COPYDESK_LOG"
        )
    if isinstance(error, kafka_errors.UnsupportedSaslMechanismError):
        return ConfigError(f"Kafka at {cluster} does not offer {cluster.mechanism}: correct COPYDESK_KAFKA_MECHANISM")
    if isinstance(error, kafka_errors.IllegalSaslStateError):
        return ConfigError(
            f"Kafka at {cluster} asks for no user and password on this listener: leave them out "
            "(COPYDESK_KAFKA_USERNAME, COPYDESK_KAFKA_PASSWORD, or in COPYDESK_LOG), or name the listener that does"
        )
    if isinstance(error, kafka_errors.GroupAuthorizationFailedError):
        verb, right = ("delete", "DELETE") if doing == "delete" else ("read as", "READ")
        return ConfigError(f"{cluster.who} may not {verb} the Kafka group {group!r}: grant it {right} on that group")
    if isinstance(error, kafka_errors.AuthorizationError):
        what, right = (f"the Kafka topic {topic!r}", "DESCRIBE and ")
        right += {"read": "READ", "commit": "READ", "write": "WRITE", "create": "CREATE"}.get(doing, "READ and WRITE")
        return ConfigError(f"{cluster.who} may not {doing} {what}: grant it {right} on it")
    if isinstance(error, kafka_errors.UnknownTopicOrPartitionError | kafka_errors.InvalidTopicError):
        return NotFound(f"there is no Kafka topic {topic!r}: create it with `copydesk setup`")
    if isinstance(error, kafka_errors.TopicAlreadyExistsError):
        return AlreadyThere(f"the Kafka topic {topic!r} is there already")
    if isinstance(error, kafka_errors.CorruptRecordError):
        return CorruptStorage(f"{topic or 'a topic'} in Kafka at {cluster} holds a damaged record: {error}")
    if isinstance(error, kafka_errors.InvalidReplicationFactorError):
        return ConfigError("Kafka has too few brokers for COPYDESK_KAFKA_REPLICATION: lower it, or add brokers")
    if isinstance(error, kafka_errors.PolicyViolationError | kafka_errors.InvalidConfigurationError):
        return ConfigError(f"Kafka does not accept the topic {topic!r} as it was to be created: {_words(error)}")
    if doing == "connect" and isinstance(error, kafka_errors.KafkaTimeoutError | kafka_errors.KafkaConnectionError):
        wants = "TLS (kafka+ssl://) or a user name" if not (cluster.tls and cluster.username) else "something else"
        return LogUnavailable(
            f"Kafka at {cluster} takes the connection but does not answer: it is busy or frozen, or it wants {wants}"
        )
    about = topic or (f"the group {group}" if group else "the cluster's state")
    return LogUnavailable(f"Kafka at {cluster} did not {doing} {about}: {_words(error)}")


def check_reachable(cluster: Cluster) -> None:
    """Connect to the first broker that lets us, and hang up; raises LogUnavailable or ConfigError with the reasons.

    The library would try for long and say little; and a TLS connection that fails it leaves open.
    """
    reasons = []
    for host in cluster.hosts:
        reason = _refusal(cluster, host)
        if not reason:
            return
        reasons.append(f"{host}: {reason}")
    if all("certificate" in reason for reason in reasons):
        raise ConfigError(f"the Kafka broker {reasons[0]}")
    raise LogUnavailable(f"no Kafka broker answers ({'; '.join(reasons)}): start it, or correct COPYDESK_LOG")


def _refusal(cluster: Cluster, host: BrokerAddress) -> str:
    """Return why there is no connection to this address, in a few words; empty when there is."""
    try:
        with socket.create_connection(host, timeout=_PROBE_TIMEOUT) as plain:
            if cluster.tls:
                tls_context(cluster).wrap_socket(plain, server_hostname=host.name).close()
    except socket.gaierror:
        return "there is no such host"
    except ConnectionRefusedError:
        return "connection refused"
    except TimeoutError:
        return "it accepts no connection in time"
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not trusted ({error.verify_message}); name its CA's file in COPYDESK_KAFKA_CA"
    except (ssl.SSLError, ConnectionResetError):
        return "it does not speak TLS there; is it kafka:// without +ssl?"
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _words(error: Exception) -> str:
    """Return what happened in one line: in plain words where it is an outage, else the error's own, after its name."""
    if isinstance(error, kafka_errors.KafkaTimeoutError):
        return "no answer in time"
    if isinstance(error, kafka_errors.KafkaConnectionError) and "ECONNREFUSED" in str(error):
        return "connection refused"
    name = type(error).__name__
    text = " ".join(str(error).split()).removeprefix(name).removeprefix(":").strip()  # the library may put it there too
    return f"{name}: {text[:300]}" if text else name
