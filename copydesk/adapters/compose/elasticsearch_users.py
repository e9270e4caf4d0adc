"""Create the Elasticsearch users of docker compose: Kibana's, and one with the rights that Copydesk needs."""

from importlib.resources import files
from pathlib import Path

import orjson

from copydesk.adapters.elasticsearch_index.client import connect, translate_elasticsearch_errors

ROLE = USER = "copydesk"


def create_users(url: str, password_file: Path | None, kibana_password: str, our_password: str) -> None:
    """Set both passwords and our role, as a user who may; doing it again changes nothing.

    Raises IndexUnavailable, ConfigError.
    """
    client = connect(url, password_file=password_file)
    role = orjson.loads((files("copydesk.schemas") / "elasticsearch" / "role.json").read_bytes())
    try:
        with translate_elasticsearch_errors(client.address):
            security = client.api.security
            security.change_password(username="kibana_system", password=kibana_password)
            security.put_role(name=ROLE, **role)
            security.put_user(username=USER, password=our_password, roles=[ROLE], full_name="Copydesk")
    finally:
        client.api.close()
