"""Put our data view and dashboard into Kibana."""

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import httpx

from copydesk.errors import ConfigError, Unavailable

OBJECTS = "copydesk.ndjson"
DASHBOARD = "copydesk-dashboard"
_TIMEOUT = 60.0


class ImportedDashboard(NamedTuple):
    """Hold the dashboard's address, and whether objects that were there, and may have been edited, were left alone."""

    address: str
    left: bool


def import_dashboard(url: str, password_file: Path | None = None, *, overwrite: bool = False) -> ImportedDashboard:
    """Import the saved objects that are not there, or with `overwrite` all of them, over what people made of them.

    `url` is like `http://user@kibana:5601`, the password in it or in the file. Raises Unavailable, ConfigError.
    """
    address, user, password = _parts(url, password_file)
    content = (files("copydesk.schemas") / "kibana" / OBJECTS).read_bytes()
    try:
        with httpx.Client(auth=httpx.BasicAuth(user, password), timeout=_TIMEOUT, trust_env=False) as client:
            answer = client.post(
                f"{address}/api/saved_objects/_import",
                params={"overwrite": str(overwrite).lower()},
                headers={"kbn-xsrf": "copydesk"},
                files={"file": (OBJECTS, content, "application/ndjson")},
            )
    except httpx.HTTPError as error:
        raise Unavailable(f"Kibana at {address} does not answer ({error})") from error
    left = _objects_left(answer, address)
    return ImportedDashboard(f"{address}/app/dashboards#/view/{DASHBOARD}", left)


def _objects_left(answer: httpx.Response, address: str) -> bool:
    """Return whether objects were there and stay as they are; raises for any other answer than done."""
    if answer.status_code in {401, 403}:
        raise ConfigError(f"Kibana at {address} refuses the user or the password ({answer.status_code})")
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"Kibana at {address} is not ready ({answer.status_code})")
    try:
        found = answer.json()
        problems = {} if found["success"] is True else {each["id"]: each["error"]["type"] for each in found["errors"]}
        done = found["success"] is True or bool(problems)
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"what answers at {address} is not Kibana, or not yet") from error
    wrong = "; ".join(f"{name}: {problem}" for name, problem in problems.items() if problem != "conflict")
    if wrong or not done:
        raise ConfigError(f"Kibana at {address} does not take the dashboard ({wrong})")
    return bool(problems)


def _parts(url: str, password_file: Path | None) -> tuple[str, str, str]:
    """Return the address without user and password, and those."""
    try:
        parts = urlsplit(url)
        host = f"{parts.hostname}:{parts.port or 5601}"
    except ValueError:
        raise ConfigError("Kibana's address must look like http://user@host:5601") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("Kibana's address must look like http://user@host:5601")
    password = parts.password or ""
    if password_file:
        try:
            password = password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"the password file {password_file} cannot be read: {error.strerror}") from error
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", "")), parts.username or "elastic", password
