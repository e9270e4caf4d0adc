"""Create the Elasticsearch users of docker compose: Kibana's, one that writes and one that may rebuild."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import orjson

from copydesk.adapters.elasticsearch_index.client import connect, translate_elasticsearch_errors

ROLES = {"copydesk": ("copydesk-write", "role-write.json"), "copydesk-admin": ("copydesk-admin", "role-admin.json")}
"""Our users, each with its role: the services write articles, `setup` and `reindex` make indices and templates too."""


def create_users(url: str, password_file: Path | None, passwords: Mapping[str, str]) -> None:
    """Set the password of `kibana_system` and of our users, and their roles, as a user who may.

    Doing it again changes nothing. Raises IndexUnavailable, ConfigError.
    """
    client = connect(url, password_file=password_file)
    shipped = files("copydesk.schemas") / "elasticsearch"
    try:
        with translate_elasticsearch_errors(client.address):
            security = client.api.security
            security.change_password(username="kibana_system", password=passwords["kibana_system"])
            for user, (role, file) in ROLES.items():
                security.put_role(name=role, **orjson.loads((shipped / file).read_bytes()))
                security.put_user(username=user, password=passwords[user], roles=[role], full_name="Copydesk")
    finally:
        client.api.close()
