"""The commands that prepare the compose stack: passwords, users, the dashboard in Kibana."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.compose import passwords
from copydesk.adapters.compose.elasticsearch_users import create_users
from copydesk.adapters.compose.kibana import import_dashboard
from copydesk.errors import ConfigError, IndexUnavailable, Unavailable
from tests.support.places import ROOT
from tests.support.stack.processes import free_ports
from tests.support.stack.scripted import Answer, Scripted, scripted


def test_passwords_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert passwords.make_passwords(folder, {}) == list(passwords.USERS)
    first = {str(file.relative_to(folder)): file.read_text() for file in folder.glob("*/*")}
    files = {f"{home}/{user}" for user, home in passwords.USERS.items()}
    assert set(first) == files | {"kibana/kibana.yml"}
    assert len({first[file] for file in files}) == 4
    assert all(len(first[file]) == 32 and first[file].isalnum() for file in files)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in folder.glob("*/*"))
    assert passwords.make_passwords(folder, {}) == []
    assert {str(file.relative_to(folder)): file.read_text() for file in folder.glob("*/*")} == first


def test_a_given_password_takes_the_place_of_the_one_that_was_made(tmp_path: Path) -> None:
    passwords.make_passwords(tmp_path, {})
    assert passwords.make_passwords(tmp_path, {"elastic": "given"}) == ["elastic"]
    assert passwords.make_passwords(tmp_path, {"elastic": "given"}) == []
    assert passwords.read_password(tmp_path, "elastic") == "given"
    assert passwords.make_passwords(tmp_path, {}) == [], "it stays when it is not given any more"


def test_kibana_gets_its_password_as_configuration(tmp_path: Path) -> None:
    passwords.make_passwords(tmp_path, {})
    kibana = json.loads((tmp_path / "kibana" / "kibana.yml").read_text())
    password = passwords.read_password(tmp_path, "kibana_system")
    assert kibana == {"elasticsearch.username": "kibana_system", "elasticsearch.password": password}


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="file/secrets"):
        passwords.make_passwords(tmp_path / "file" / "secrets", {})
    with pytest.raises(ConfigError, match="elastic"):
        passwords.read_password(tmp_path, "elastic")


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(lambda asked: Answer(200, {})) as running:
        yield running


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "elastic"
    file.write_text("s3cret\n")
    return file


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


GIVEN = {"kibana_system": "for-kibana", "copydesk": "for-us", "copydesk-admin": "for-admins"}


def test_users_get_their_passwords_and_our_roles(server: Scripted, password_file: Path) -> None:
    create_users(f"http://elastic@127.0.0.1:{server.port}", password_file, GIVEN)
    asked = {(each.method, each.path): json.loads(each.body) for each in server.asked}
    shipped = ROOT / "schemas" / "elasticsearch"
    assert asked == {
        ("PUT", "/_security/user/kibana_system/_password"): {"password": "for-kibana"},
        ("PUT", "/_security/role/copydesk-write"): json.loads((shipped / "role-write.json").read_text()),
        ("PUT", "/_security/role/copydesk-admin"): json.loads((shipped / "role-admin.json").read_text()),
        ("PUT", "/_security/user/copydesk"): {
            "password": "for-us",
            "roles": ["copydesk-write"],
            "full_name": "Copydesk",
        },
        ("PUT", "/_security/user/copydesk-admin"): {
            "password": "for-admins",
            "roles": ["copydesk-admin"],
            "full_name": "Copydesk",
        },
    }
    assert {each.headers["authorization"] for each in server.asked} == {basic("elastic", "s3cret")}


def test_users_cannot_be_made_with_a_wrong_password_or_too_early(server: Scripted, password_file: Path) -> None:
    url = f"http://elastic@127.0.0.1:{server.port}"
    server.respond = lambda _: Answer(401, {"error": {"type": "security_exception", "reason": "unable"}})
    with pytest.raises(ConfigError, match="refuses the credentials"):
        create_users(url, password_file, GIVEN)
    server.respond = lambda _: Answer(503, {"error": {"type": "unavailable_shards_exception", "reason": ".security"}})
    with pytest.raises(IndexUnavailable):
        create_users(url, password_file, GIVEN)


def kibana(status: int, body: object) -> Answer:
    return Answer(status, body, {"kbn-name": "kibana"})


def test_a_dashboard_that_people_edited_is_left_alone_unless_they_ask(server: Scripted, password_file: Path) -> None:
    there = [{"id": "copydesk-dashboard", "error": {"type": "conflict"}}]
    server.respond = lambda _: kibana(200, {"success": False, "successCount": 1, "errors": there})
    url = f"http://elastic@127.0.0.1:{server.port}/"
    assert import_dashboard(url, password_file).left
    assert import_dashboard(url, password_file, overwrite=True)
    assert [asked.path.partition("?")[2] for asked in server.asked] == ["overwrite=false", "overwrite=true"]


def test_the_dashboard_is_imported(server: Scripted, password_file: Path) -> None:
    server.respond = lambda _: kibana(200, {"success": True, "successCount": 2})
    address = f"http://127.0.0.1:{server.port}"
    done = import_dashboard(f"http://elastic@127.0.0.1:{server.port}/", password_file)
    assert done == (f"{address}/app/dashboards#/view/copydesk-dashboard", False)
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/api/saved_objects/_import?overwrite=false")
    assert asked.headers["kbn-xsrf"]
    assert asked.headers["authorization"] == basic("elastic", "s3cret")
    assert asked.headers["content-type"].startswith("multipart/form-data")
    assert b'name="file"; filename="copydesk.ndjson"' in asked.body
    assert (ROOT / "schemas" / "kibana" / "copydesk.ndjson").read_bytes() in asked.body


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (kibana(401, {}), ConfigError, "refuses the user or the password"),
        (kibana(503, b"Kibana server is not ready yet"), Unavailable, "not ready"),
        (kibana(404, {"statusCode": 404}), Unavailable, "not ready"),
        (kibana(200, b"<html>"), Unavailable, "not Kibana"),
        (kibana(200, ["success"]), Unavailable, "not Kibana"),
        (kibana(200, {"success": False}), Unavailable, "not Kibana"),
        (kibana(200, {"success": False, "errors": []}), ConfigError, "does not take the dashboard"),
        (
            kibana(200, {"success": False, "errors": [{"id": "x", "error": {"type": "missing_references"}}]}),
            ConfigError,
            "x: missing_references",
        ),
    ],
    ids=str,
)
def test_what_kibana_answers_is_told_in_our_words(
    server: Scripted, answer: Answer, error: type[Exception], says: str
) -> None:
    server.respond = lambda _: answer
    with pytest.raises(error, match=says) as caught:
        import_dashboard(f"http://elastic:pass@127.0.0.1:{server.port}")
    assert "pass@" not in str(caught.value)


def test_the_commands_wait_for_servers_that_are_not_ready(tmp_path: Path, server: Scripted) -> None:
    answers = iter([kibana(503, b"not yet"), kibana(200, {"success": True})])
    server.respond = lambda asked: next(answers)
    command = [Path(sys.executable).with_name("copydesk"), "-v", "stack", "dashboard"]
    url = f"http://elastic:x@127.0.0.1:{server.port}"
    done = subprocess.run([*command, url], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0
    assert "copydesk-dashboard" in done.stdout
    assert "is not ready (503)" in done.stderr
    (port,) = free_ports(1)
    lost = subprocess.run(
        [*command, f"http://elastic:x@127.0.0.1:{port}", "--patience", "0"], capture_output=True, text=True, timeout=240
    )
    assert lost.returncode == 3
    assert "does not answer" in lost.stderr
    assert "Traceback" not in lost.stderr
