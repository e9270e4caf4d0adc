"""A real Elasticsearch of one node with security on, from the distribution that is published for integration tests."""

import base64
import hashlib
import json
import os
import signal
import stat
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tests.support.places import ROOT
from tests.support.stack.artifacts import artifacts, java_home
from tests.support.stack.processes import Server, free_ports, unprivileged_user

VERSION = "9.5.0"
ROLES = {name: ROOT / "schemas" / "elasticsearch" / f"role-{name}.json" for name in ("admin", "write")}
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
USERS = {name: f"{name}-secret" for name in ("admin", "copydesk", "writer", "reader", "nobody")}
"""`admin` may do everything, `copydesk` and `writer` what our roles for administrators and for services let them,
`reader` not write, `nobody` nothing.
"""


class Elasticsearch(Server):
    """A node on ports of its own; `extra` are settings of elasticsearch.yml. The Java options make it start fast."""

    def __init__(
        self, *, heap: str = "1g", java_options: str = "-XX:TieredStopAtLevel=1", extra: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("elasticsearch", user=unprivileged_user())
        self.java_options, self.extra = f"-Xms{heap} -Xmx{heap} {java_options}", dict(extra or {})
        self.port, self._transport = free_ports(2)
        self._home = self.folder / f"elasticsearch-{VERSION}"

    def url(self, user: str = "copydesk", port: int | None = None) -> str:
        """Where a client goes, as that user; `port`: of a proxy in front."""
        return f"http://{user}:{USERS[user]}@127.0.0.1:{port or self.port}"

    def launch(self) -> "Elasticsearch":
        """Start it, for the first time or on the data of the last time; returns itself when it takes requests."""
        if not self._home.exists():
            self._prepare()
        java = str(java_home())
        self.start(
            [self._home / "bin" / "elasticsearch"],
            self._ready,
            env={
                "ES_JAVA_HOME": java,
                "ES_JAVA_OPTS": self.java_options,
                "CLI_JAVA_OPTS": "-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            },
            timeout=280.0,
        )
        return self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server: a launcher and the process it launched."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request as the user who may do everything; returns the JSON of the answer."""
        return request(self.url("admin"), method, path, body)

    def _ready(self) -> bool:
        try:
            return bool(self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")["status"] != "red")
        except OSError:
            return False

    def _prepare(self) -> None:
        (packed,) = artifacts("elasticsearch", [ARTIFACT], transitive=False).glob("*.zip")
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(self.folder)
        for script in (self._home / "bin").iterdir():
            script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        config = self._home / "config"
        (config / "elasticsearch.yml").write_text(json.dumps(self._settings()))
        (config / "roles.yml").write_text("".join(f"{name}: {json.dumps(role)}\n" for name, role in _roles().items()))
        (config / "users").write_text("".join(f"{user}:{_hashed(password)}\n" for user, password in USERS.items()))
        (config / "users_roles").write_text(
            "superuser:admin\ncopydesk-admin:copydesk\ncopydesk-write:writer\nreader:reader\n"
        )
        self.own(self.folder)

    def _settings(self) -> dict[str, Any]:
        return {
            "cluster.name": "copydesk-tests",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self._transport,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "action.auto_create_index": True,  # as servers have it by default: nothing of ours may make use of it
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "xpack.security.enabled": True,
            "xpack.security.http.ssl.enabled": False,
            "xpack.security.transport.ssl.enabled": False,
            **self.extra,
        }


def request(url: str, method: str, path: str, body: Any = None) -> Any:
    """One request to a URL with user and password; raises OSError (an HTTPError where the server answers with one)."""
    address, credentials = _split(url)
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{address}{path}", data, method=method)
    asked.add_header("content-type", "application/json")
    asked.add_header("authorization", f"Basic {base64.b64encode(credentials.encode()).decode()}")
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def forget(url: str, prefix: str) -> None:
    """Delete the indices and templates whose names begin so."""
    for index in request(url, "GET", f"/{prefix}articles-*/_alias"):
        request(url, "DELETE", f"/{index}")
    for kind in ("_index_template", "_component_template"):
        with suppress(urllib.error.HTTPError):  # there may be none
            request(url, "DELETE", f"/{kind}/{prefix}articles*")


def _split(url: str) -> tuple[str, str]:
    scheme, rest = url.split("://", 1)
    credentials, host = rest.rsplit("@", 1)
    return f"{scheme}://{host}", credentials


def _roles() -> dict[str, Any]:
    """Ours as it is shipped, but for names with a prefix; and one that may read alone."""
    ours = {f"copydesk-{name}": json.loads(file.read_text(encoding="utf-8")) for name, file in ROLES.items()}
    for role in ours.values():
        for entry in role["indices"]:
            entry["names"] = [f"*{name}" for name in entry["names"]]
    reader = {
        "cluster": ["monitor"],
        "indices": [{"names": ["*articles*"], "privileges": ["read", "monitor", "view_index_metadata"]}],
    }
    return {**ours, "reader": reader}


def _hashed(password: str) -> str:
    salt = hashlib.sha256(password.encode()).digest()
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 1000, 32)
    return f"{{PBKDF2}}1000${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"
