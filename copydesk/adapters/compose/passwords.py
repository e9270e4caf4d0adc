"""Generate the passwords of the servers that docker compose starts, once, one file each, of mode 0600."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from copydesk.errors import ConfigError

USERS = {"elastic": "elasticsearch", "kibana_system": "kibana", "copydesk": "copydesk", "copydesk-admin": "admin"}
"""Elasticsearch's own superuser, the one Kibana works as, and those our services and `reindex` work as, with the folder
that the file of that name is in: a container is given the one folder that it needs.
"""

KIBANA_CONFIG = "kibana.yml"


def make_passwords(folder: Path, given: Mapping[str, str]) -> list[str]:
    """Write the password of each user that has none yet, or another than the one given; returns those written.

    Passwords are letters and digits, so that no program takes a part of one for something else. Kibana gets its own in
    a piece of configuration. Raises ConfigError.
    """
    written = []
    try:
        for user, home in USERS.items():
            (folder / home).mkdir(parents=True, exist_ok=True)
            file = folder / home / user
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            password = given.get(user) or before or secrets.token_hex(16)
            if password != before:
                _write(file, password)
                written.append(user)
        kibana = {
            "elasticsearch.username": "kibana_system",
            "elasticsearch.password": read_password(folder, "kibana_system"),
        }
        _write(folder / USERS["kibana_system"] / KIBANA_CONFIG, json.dumps(kibana))
    except OSError as error:
        raise ConfigError(f"no passwords can be kept in {folder}: {error.strerror}") from error
    return written


def read_password(folder: Path, user: str) -> str:
    """Return the password of a user; raises ConfigError."""
    try:
        return (folder / USERS[user] / user).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"the password of {user} cannot be read from {folder}: {error.strerror}") from error


def _write(file: Path, text: str) -> None:
    """Write the file whole or not at all; Elasticsearch takes no password from a file that others may read."""
    part = file.with_name(f"{file.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    part.replace(file)
