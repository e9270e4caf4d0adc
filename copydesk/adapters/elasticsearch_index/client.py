"""Connect to Elasticsearch, without retries of its own, and translate its errors, without secrets in them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, Elasticsearch, NotFoundError
from elasticsearch import UnsupportedProductError as AnotherProduct
from elasticsearch.serializer import OrjsonSerializer

from copydesk.errors import ConfigError, CopydeskError, IndexMissing, IndexUnavailable, StorageError

__all__ = ["ApiError", "Client", "NotFoundError", "ask_again_once", "connect", "translate_elasticsearch_errors"]

T = TypeVar("T")
TIMEOUT = 30.0
logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # what it warns of, our errors say
CONNECTIONS = 8


class Client(NamedTuple):
    """Hold the library's client and the address it talks to, which holds no secrets."""

    api: Elasticsearch
    address: str

    def within(self, seconds: float) -> "Client":
        """Return the same connections with another time limit per request."""
        return self._replace(api=self.api.options(request_timeout=seconds))


def connect(
    url: str,
    *,
    api_key: str = "",
    ca: Path | None = None,
    password_file: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
) -> Client:
    """Return a client for `https://user:password@host:9200`; nothing is sent yet. Raises ConfigError.

    `api_key` takes the place of user and password, `password_file` that of the password; `ca` is a file of
    certificates to trust, `certificate` and `key` are files of our own for a server that asks who connects (mTLS).
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 9200
    except ValueError:
        raise ConfigError("COPYDESK_INDEX has an unreadable port: it must look like https://host:9200") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("COPYDESK_INDEX must look like https://user:password@host:9200")
    for name, file in (("CA", ca), ("CERTIFICATE", certificate), ("KEY", key)):
        if file and not file.is_file():
            raise ConfigError(f"COPYDESK_ELASTICSEARCH_{name} names {file}, which is not a file")
    if key and not certificate:
        raise ConfigError(
            "COPYDESK_ELASTICSEARCH_KEY is set without COPYDESK_ELASTICSEARCH_CERTIFICATE, its certificate"
        )
    if certificate and parts.scheme != "https":
        raise ConfigError("COPYDESK_ELASTICSEARCH_CERTIFICATE is for TLS: write https:// in COPYDESK_INDEX")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"
    options: dict[str, Any] = {}
    if api_key:
        options["api_key"] = api_key
    elif parts.username:
        options["basic_auth"] = (unquote(parts.username), _password(parts.password, password_file))
    if ca and parts.scheme == "https":
        options["ca_certs"] = str(ca)
    if certificate:
        options["client_cert"] = str(certificate)
        options["client_key"] = str(key) if key else None
    try:
        api = Elasticsearch(
            address,
            serializer=OrjsonSerializer(),
            connections_per_node=CONNECTIONS,
            request_timeout=TIMEOUT,
            max_retries=0,
            retry_on_status=(),
            retry_on_timeout=False,
            **options,
        )
    except (OSError, ValueError) as error:
        raise ConfigError(f"no connection to {address} can be made: {error}") from None
    return Client(api, address)


def _password(given: str | None, file: Path | None) -> str:
    if not file:
        return unquote(given or "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"the password file {file} cannot be read: {error.strerror}") from None


@contextmanager
def translate_elasticsearch_errors(address: str) -> Iterator[None]:
    """Turn the library's errors inside the block into ours, one line each, naming what to change.

    IndexUnavailable for what may pass (no connection, timeouts, overload, blocks, a missing index), ConfigError for
    what the user must change, StorageError where the server refuses the request itself.
    """
    try:
        yield
    except (TransportError, ApiError) as error:
        raise _as_copydesk_error(error, address) from error


def ask_again_once(ask: Callable[[], T]) -> T:
    """Return what `ask` reads, asking twice where the server answers that it cannot: an index was just replaced."""
    try:
        return ask()
    except IndexUnavailable as error:
        if isinstance(error.__cause__, TransportError):
            raise
        return ask()


def _as_copydesk_error(error: TransportError | ApiError, address: str) -> CopydeskError:
    """Return the error to raise for one of the library's."""
    if isinstance(error, ApiError):
        return _refusal(error, address)
    if isinstance(error, ConnectionTimeout):
        return IndexUnavailable(f"Elasticsearch at {address} did not answer in time")
    cause = str(error.__cause__ or error.message)
    if isinstance(error, TlsError) and "CERTIFICATE_VERIFY_FAILED" in cause:
        return ConfigError(
            f"the certificate of {address} is not one we trust ({_short(cause)}): "
            "set COPYDESK_ELASTICSEARCH_CA to the file of the authority that signed it"
        )
    if isinstance(error, NoConnection):
        return IndexUnavailable(f"Elasticsearch at {address} cannot be reached ({_reason(cause)})")
    if isinstance(error, SerializationError):
        return IndexUnavailable(f"the answer of {address} cannot be read; is it really Elasticsearch?")
    return IndexUnavailable(f"Elasticsearch at {address}: {_short(cause)}")


def _reason(cause: str) -> str:
    """Return why there is no connection, as the system says it where it does: without the address once more."""
    return _short(cause.rpartition("[Errno ")[2].partition("] ")[2].rstrip(")") or cause)


def _refusal(error: ApiError, address: str) -> CopydeskError:
    status = error.meta.status
    kind, reason = failure(error.body)
    if isinstance(error, AnotherProduct):
        return ConfigError(f"what answers at {address} is not Elasticsearch: check COPYDESK_INDEX")
    if isinstance(error, AuthenticationException):
        return ConfigError(
            f"Elasticsearch at {address} refuses the credentials: check user and password in COPYDESK_INDEX, "
            "or COPYDESK_ELASTICSEARCH_API_KEY"
        )
    if isinstance(error, AuthorizationException) and kind == "security_exception":
        return forbidden_error(reason, address)
    if isinstance(error, NotFoundError) and kind in {"index_not_found_exception", "aliases_not_found_exception"}:
        return missing_index_error(reason, address)
    if status in {403, 408, 429} or status >= 500 or kind in {"cluster_block_exception", "index_closed_exception"}:
        return IndexUnavailable(f"Elasticsearch at {address} is busy or blocked ({status}): {reason or kind}")
    return StorageError(f"Elasticsearch at {address} refused a request ({status}): {reason or kind}")


def forbidden_error(reason: str, address: str) -> ConfigError:
    """Return the error of a user who may not do what we ask for; `reason` is Elasticsearch's sentence."""
    return ConfigError(f"Elasticsearch at {address} does not permit it: {reason}")


def missing_index_error(reason: str, address: str) -> IndexMissing:
    """Return the error of an index, or its alias, that is not there."""
    return IndexMissing(f"Elasticsearch at {address} lacks the index ({reason})")


def failure(body: Any) -> tuple[str, str]:
    """Return the type and the reason of an error in an answer, as far as it has them."""
    error = body.get("error") if isinstance(body, dict) else body
    if isinstance(error, dict):
        cause = error.get("caused_by")
        reason = str(error.get("reason") or "")
        because = str(cause.get("reason") or "") if isinstance(cause, dict) else ""
        return str(error.get("type") or ""), _short(f"{reason}: {because}" if because else reason)
    return "", _short(str(error or ""))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:299]}…"
