"""What a command says where an extra is not installed, and that all others work."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from copydesk.cli.extras import PACKAGES, require_extra
from copydesk.errors import MissingExtra
from tests.support.places import ROOT

DISTRIBUTIONS = {
    "kafka": "kafka-python",
    "opentelemetry.exporter.otlp.proto.http": "opentelemetry-exporter-otlp-proto-http",
    "opentelemetry.sdk": "opentelemetry-sdk",
    "prometheus_client": "prometheus-client",
}
FEEDS = '[[source]]\nname = "Courier"\nfeed = "https://courier.example/feed"\n'
TEXT = "Ferry returns\n\n" + "The ferry will sail again from Monday, the harbour office said on Friday.\n" * 4
TOPMOST = sorted({name.partition(".")[0] for names in PACKAGES.values() for name in names})
HIDE = f"""
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {TOPMOST}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
"""


def run(*arguments: str | Path, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command in a Python without the packages of any extra, worker processes included."""
    (folder / "sitecustomize.py").write_text(HIDE, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "copydesk", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COPYDESK_DATA": str(folder / "data"), "COLUMNS": "200", **environment},
    )


@pytest.mark.parametrize(
    ("command", "environment", "extra"),
    [
        (["status"], {"COPYDESK_LOG": "kafka://127.0.0.1:1"}, "kafka"),
        (["consume", "clean", "--drain"], {"COPYDESK_LOG": "kafka://127.0.0.1:1"}, "kafka"),
        (["search", "ferry"], {"COPYDESK_INDEX": "https://127.0.0.1:1"}, "elasticsearch"),
        (["stack", "dashboard", "http://127.0.0.1:1"], {}, "elasticsearch"),
        (["feeds", "check", "feeds.toml"], {}, "feeds"),
        (["feeds", "add", "https://courier.example/feed", "--file", "feeds.toml"], {}, "feeds"),
        (["produce", "feeds", "feeds.toml"], {}, "feeds"),
        (["produce", "pages", "--drain"], {}, "feeds"),
        (["run", "feeds.toml"], {}, "feeds"),
        (["consume", "clean", "--drain", "--metrics", "127.0.0.1:0"], {}, "metrics"),
        (["consume", "clean", "--drain"], {"COPYDESK_TRACES": "http://127.0.0.1:1"}, "otel"),
    ],
)
def test_a_missing_extra_is_one_line_with_the_command_that_installs_it(
    command: list[str], environment: dict[str, str], extra: str, tmp_path: Path
) -> None:
    (tmp_path / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    done = run(*command, folder=tmp_path, **environment)
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("copydesk: ")
    assert line.endswith(f"which is not installed: pip install 'copydesk[{extra}]'")


def test_the_embedded_engine_needs_no_extra(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8")
    done = run("run", "ferry.txt", folder=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "ferry" in run("search", "ferry", folder=tmp_path).stdout.lower()
    assert run("feeds", "--help", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("extra", PACKAGES)
def test_an_extra_checks_what_it_installs(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installs = {line.partition(">")[0] for line in project["optional-dependencies"][extra]}
    assert {DISTRIBUTIONS.get(name, name) for name in PACKAGES[extra]} == installs
    require_extra(extra, "this")
    for name in PACKAGES[extra]:
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, name, None)
            with pytest.raises(MissingExtra, match=f"^this needs {name}, which is not installed: pip install "):
                require_extra(extra, "this")


def test_all_is_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["optional-dependencies"]["all"] == [f"copydesk[{','.join(PACKAGES)}]"]
