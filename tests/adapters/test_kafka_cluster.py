"""How a Kafka cluster is named, what a stalled reader looks like, and that no password shows; no server needed."""

import contextlib
import logging
import ssl
from pathlib import Path

import pytest
import trustme
from kafka import errors as kafka_errors
from kafka.record import util as kafka_record

from copydesk.adapters.kafka_log.client import quiet_library
from copydesk.adapters.kafka_log.cluster import Access, BrokerAddress, parse_cluster, tls_context
from copydesk.adapters.kafka_log.errors import as_copydesk_error
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.adapters.kafka_log.stall_watch import CHECK_EVERY, UNJOINED_CHECKS, StallWatch
from copydesk.errors import ConfigError, LogUnavailable
from copydesk.settings import Settings, load


def test_a_url_names_hosts_and_credentials() -> None:
    cluster = parse_cluster("kafka+ssl://user%40x:p%3Ass/@w@one:9093,two,[::1]:7")
    assert cluster.hosts == (BrokerAddress("one", 9093), BrokerAddress("two", 9092), BrokerAddress("::1", 7))
    assert (cluster.tls, cluster.username, cluster.password) == (True, "user@x", "p:ss/@w")
    assert str(cluster) == "kafka+ssl://one:9093,two:9092,[::1]:7"


def test_credentials_come_from_settings_too(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    settings = load(
        {
            "COPYDESK_LOG": "kafka+ssl://one",
            "COPYDESK_KAFKA_USERNAME": "me",
            "COPYDESK_KAFKA_PASSWORD": "open sesame",
            "COPYDESK_KAFKA_CA": str(ca),
            "COPYDESK_KAFKA_REPLICATION": "3",
        }
    )
    assert "sesame" not in repr(settings)
    log = KafkaLog.from_settings(settings)
    assert repr(log) == "KafkaLog('kafka+ssl://one:9092')"
    log.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://one", "must look like kafka://"),
        ("kafka:one", "must look like kafka://"),
        ("kafka://", "must look like host:9092"),
        ("kafka://one:port", "must look like host:9092"),
        ("kafka://one:9092/topic", "must look like host:9092"),
        ("kafka://one,,two", "must look like host:9092"),
        ("kafka://user@one", "COPYDESK_KAFKA_PASSWORD"),
    ],
)
def test_a_bad_url_is_refused_in_one_line(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        parse_cluster(url)
    assert "\n" not in str(caught.value)


def test_other_bad_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="COPYDESK_KAFKA_MECHANISM"):
        parse_cluster("kafka://one", Access(mechanism="GUESS"))
    with pytest.raises(ConfigError, match="COPYDESK_KAFKA_CA"):
        parse_cluster("kafka+ssl://one", Access(ca=tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="COPYDESK_KAFKA_REPLICATION"):
        load({"COPYDESK_KAFKA_REPLICATION": "0"})
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(ConfigError, match="COPYDESK_KAFKA_CERTIFICATE"):
        parse_cluster("kafka+ssl://one", Access(key=tmp_path / "key.pem"))
    with pytest.raises(ConfigError, match=r"kafka\+ssl"):
        parse_cluster("kafka://one", Access(certificate=tmp_path / "key.pem"))
    with pytest.raises(ConfigError, match="must be a certificate and its key"):
        tls_context(parse_cluster("kafka+ssl://one", Access(certificate=tmp_path / "key.pem")))


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("open sesame\n")
    given = {"COPYDESK_KAFKA_PASSWORD_FILE": str(tmp_path / "secret")}
    assert load(given).kafka_password == "open sesame"
    with pytest.raises(ConfigError, match="keep one of them"):
        load({**given, "COPYDESK_KAFKA_PASSWORD": "another"})
    with pytest.raises(ConfigError, match=r"COPYDESK_ELASTIC_PASSWORD_FILE names .*nowhere"):
        load({"COPYDESK_ELASTIC_PASSWORD_FILE": str(tmp_path / "nowhere")})


def test_brokers_that_ask_who_connects_are_shown_our_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("copydesk.example").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "ours.pem"))
    settings = load(
        {
            "COPYDESK_KAFKA_CA": str(tmp_path / "ca.pem"),
            "COPYDESK_KAFKA_CERTIFICATE": str(tmp_path / "ours.pem"),
        }
    )
    access = Access(ca=settings.kafka_ca, certificate=settings.kafka_certificate, key=settings.kafka_key)
    assert shown(server, tls_context(parse_cluster("kafka+ssl://localhost", access)))
    with pytest.raises(ssl.SSLError):
        shown(server, tls_context(parse_cluster("kafka+ssl://localhost", Access(ca=settings.kafka_ca))))


def shown(server: ssl.SSLContext, client: ssl.SSLContext) -> bool:
    """Whether the server sees a certificate of the client; raises SSLError where it hangs up."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (ours, theirs):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    return bool(theirs.getpeercert())


def test_a_listener_that_wants_no_password_is_told_in_clear_words() -> None:
    cluster = parse_cluster("kafka://me:open-sesame@one")
    told = as_copydesk_error(kafka_errors.IllegalSaslStateError(), cluster, "connect")
    assert isinstance(told, ConfigError)
    assert "asks for no user and password on this listener" in str(told)
    assert "sesame" not in str(told)


def test_no_text_of_a_cluster_has_its_password() -> None:
    cluster = parse_cluster("kafka://user:open-sesame@one")
    assert "sesame" not in f"{cluster} {cluster!r}"
    for url in ("kafka://user:open-sesame@one:port", "kafka://user:open-sesame", "kafka://user:open-sesame,one"):
        with pytest.raises(ConfigError) as caught:
            parse_cluster(url)
        assert "sesame" not in str(caught.value)


def test_the_library_logs_no_requests_even_at_its_debug_level(caplog: pytest.LogCaptureFixture) -> None:
    quiet_library()
    with caplog.at_level(logging.DEBUG, "kafka"):
        logging.getLogger("kafka.net.connection").debug("sending SaslAuthenticateRequest(auth_bytes=b'open-sesame')")
        logging.getLogger("kafka.protocol.parser").debug("Send: b'open-sesame'")
        logging.getLogger("kafka.cluster").debug("something harmless")
    assert [record.getMessage() for record in caplog.records] == ["something harmless"]


def test_without_crc32c_there_is_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_record, "crc32c_c", None)
    with pytest.raises(ConfigError, match="pip install crc32c"):
        KafkaLog("kafka://one")


def test_a_broker_that_is_not_there_is_named_at_once() -> None:
    for address, said in (("127.0.0.1:1", "connection refused"), ("no-such-host.invalid", "there is no such host")):
        log = KafkaLog.from_settings(Settings(log=f"kafka://{address}"))
        with pytest.raises(LogUnavailable, match=f"{address}.*{said}.*COPYDESK_LOG") as caught:
            log.status()
        assert "\n" not in str(caught.value)
        log.close()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_watch_wakes_when_the_same_records_wait_at_two_checks() -> None:
    clock = Clock()
    watch = StallWatch(clock)
    assert not watch.due(())
    clock.now = CHECK_EVERY
    assert watch.due(())
    assert not watch.check(True, {0: 5, 1: 7}, {0: 9, 1: 7})
    assert not watch.due(())
    assert not watch.check(True, {0: 6, 1: 7}, {0: 9, 1: 8}), "one moved, the other waits for the first time"
    assert "[1]" in watch.check(True, {0: 9, 1: 7}, {0: 9, 1: 8})


def test_a_watch_is_content_when_as_much_came_as_was_asked_for() -> None:
    watch = StallWatch(Clock())
    assert not watch.check(True, {0: 5}, {0: 9})
    watch.rest()
    assert not watch.check(True, {0: 5}, {0: 9})


def test_a_watch_excuses_partitions_that_nothing_was_asked_of() -> None:
    watch = StallWatch(Clock())
    watch.due({1})
    watch.due(())
    assert watch.excused == {1}
    watch.check(True, {}, {})
    assert watch.excused == frozenset()


def test_a_watch_wakes_when_the_consumer_stays_outside_its_group() -> None:
    watch = StallWatch(Clock())
    said = [watch.check(False, {}, {0: 0}) for _ in range(UNJOINED_CHECKS)]
    assert [bool(each) for each in said] == [False] * (UNJOINED_CHECKS - 1) + [True]
