"""The Helm chart: it renders, every object is one that Kubernetes takes, and what it starts are commands of ours."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from copydesk import __version__
from copydesk.pipeline import STAGES
from copydesk.settings import all_variables
from tests.support.chart_tools import OURS, schemas, tool
from tests.support.places import ROOT
from tests.support.stack.fixtures import available

pytestmark = pytest.mark.timeout(900)  # Helm is built here, once

CHART = ROOT / "deploy" / "helm"
COPYDESK = Path(sys.executable).with_name("copydesk")
OLDEST, NEWEST = "1.27.0", "1.37.0"
ALL_ON = """
kafka: { url: "kafka+ssl://kafka-1.example:9093,kafka-2.example:9093", username: copydesk, prefix: news- }
secrets: { write: copydesk-write, admin: copydesk-admin, keys: [kafka-password, elasticsearch-api-key, token] }
certificates: { secret: copydesk-ca, keys: [kafka-ca.pem, elasticsearch-ca.pem] }
contact: desk@example.org
feedLists: { feeds.toml: "[[source]]\\nname = 'Inside'\\nfeed = 'https://harbour.example/rss'\\n" }
environment: { COPYDESK_REVISIT: never }
podMonitor: { enabled: true }
stages:
  feeds: { enabled: true }
  pages: { enabled: true }
  clean: { scale: { enabled: true } }
  index: { scale: { enabled: true } }
"""


@cache
def rendered(values: str = "", version: str = NEWEST) -> str:
    """What `helm template` makes of the chart; raises CalledProcessError."""
    command = [available(lambda: tool("helm")), "template", "news", CHART, "--kube-version", version, "--values", "-"]
    done = subprocess.run(
        command, input=values or "{}", capture_output=True, text=True, check=True, env={"HOME": "/nowhere"}
    )
    return done.stdout


def objects(values: str = "") -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(rendered(values)) if each]


def pods(values: str = ALL_ON) -> dict[str, dict[str, Any]]:
    """The pods that are made, by name, as their spec is."""
    return {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]
        for each in objects(values)
        if each["kind"] in {"Deployment", "Job"}
    }


def conforms(text: str, version: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [
        available(lambda: tool("kubeconform")), "-strict", "-summary", "-skip", "PodMonitor",
        "-kubernetes-version", version, "-schema-location", schemas(version, folder),
        "-schema-location", f"{OURS}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json", "-",
    ]  # fmt: skip
    return subprocess.run(command, input=text, capture_output=True, text=True, env={"HOME": os.environ["HOME"]})


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("values", ["", ALL_ON], ids=["as it is", "all on"])
def test_kubernetes_takes_every_object(values: str, version: str, tmp_path: Path) -> None:
    done = conforms(rendered(values, version), version, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Valid: [12]\d, Invalid: 0, Errors: 0", done.stdout), done.stdout


def test_an_object_with_a_wrong_field_is_found(tmp_path: Path) -> None:
    for right, wrong in (("maxUnavailable: 1", "mostUnavailable: 1"), ("excludePersistentLag", "excludeSomeLag")):
        broken = rendered(ALL_ON).replace(right, wrong)
        done = conforms(broken, NEWEST, tmp_path)
        assert done.returncode == 1, done.stdout
        assert "nvalid" in done.stdout


def test_pods_may_nothing_that_they_do_not_need() -> None:
    found = pods()
    assert found.keys() == {
        f"news-{name}" for name in ("setup", "feeds", "pages", "clean", "index", "watch-sources", "desk")
    }
    for name, pod in found.items():
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }, name  # fmt: skip
        assert container["resources"]["limits"]["memory"], name
        assert container["image"] == f"copydesk:{__version__}"
        mounted = {each["secret"]["secretName"] for each in pod["volumes"] if "secret" in each}
        assert mounted == {"copydesk-ca", "copydesk-admin" if name == "news-setup" else "copydesk-write"}


def test_services_are_probed_and_survive_a_drained_node() -> None:
    made = objects(ALL_ON)
    spared = {each["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]: each for each in made
              if each["kind"] == "PodDisruptionBudget"}  # fmt: skip
    for each in made:
        if each["kind"] != "Deployment":
            continue
        [container] = each["spec"]["template"]["spec"]["containers"]
        assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "metrics"}
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "metrics"}
        assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
        assert spared[container["name"]]["spec"]["maxUnavailable"] == 1
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert each["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_what_is_started_are_commands_and_variables_of_ours() -> None:
    for name, pod in pods().items():
        [container] = pod["containers"]
        words = [word for word in container["args"] if re.fullmatch(r"[a-z][a-z-]+", word)]
        assert subprocess.run([COPYDESK, *words, "--help"], capture_output=True).returncode == 0, name
        given = {each["name"]: each["value"] for each in container["env"]}
        assert given.keys() <= set(all_variables()), name
        assert given["COPYDESK_KAFKA_PASSWORD_FILE"] == "/secrets/kafka-password"
        assert given["COPYDESK_KAFKA_CA"] == "/certificates/kafka-ca.pem"
        assert ("COPYDESK_METRICS" in given) == (name != "news-setup")


def test_more_cleaners_are_started_by_the_lag_of_the_groups_that_we_use() -> None:
    found = {each["metadata"]["name"]: each for each in objects(ALL_ON) if each["kind"] == "ScaledObject"}
    assert found.keys() == {"news-clean", "news-index"}
    deployed = {each["metadata"]["name"]: each for each in objects(ALL_ON) if each["kind"] == "Deployment"}
    for stage in STAGES:
        if (scaled := found.get(f"news-{stage.name}")) is None:
            continue
        [trigger] = scaled["spec"]["triggers"]
        asked = trigger["metadata"]
        assert asked["consumerGroup"] == f"news-{stage.name}.{stage.reads}"
        assert asked["topic"] == f"news-{stage.reads}"
        assert asked["excludePersistentLag"] == "true"
        assert asked["bootstrapServers"] == "kafka-1.example:9093,kafka-2.example:9093"
        assert "replicas" not in deployed[f"news-{stage.name}"]["spec"], "two would set one number"
    assert not [each for each in objects() if each["kind"] == "ScaledObject"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("stages: { pages: { enabled: true } }", "set contact to a mail address"),
        ("{ contact: desk@example.org, stages: { feeds: { enabled: true } } }", "needs feedLists"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_installed(values: str, says: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        rendered(values)
    assert says in caught.value.stderr


def test_the_chart_is_of_this_version_and_starts_what_the_values_say() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["version"] == chart["appVersion"] == __version__
    digest = "sha256:" + "0" * 64
    found = pods(json.dumps({"image": {"repository": "example/copydesk", "digest": digest}}))
    assert {pod["containers"][0]["image"] for pod in found.values()} == {f"example/copydesk@{digest}"}
