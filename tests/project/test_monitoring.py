"""What is shipped for Prometheus and Grafana: made from the scripts, true to the figures, tested by promtool."""

import json
import re
import subprocess
from functools import cache
from typing import Any

import yaml

from copydesk.telemetry.figures import FIGURES
from scripts.write_grafana import DASHBOARD_FILE, grafana_text
from tests.support.places import ROOT
from tests.support.promtool import promtool
from tests.support.stack.fixtures import available

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES, RULE_TESTS = PROMETHEUS / "copydesk.rules.yml", PROMETHEUS / "copydesk_test.yml"
_FIGURE = re.compile(r"\b(?:copydesk_[a-z_]+|kafka_consumergroup_[a-z_]+)\b", re.ASCII)


@cache
def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        found += group["rules"]
    return found


def expressions() -> list[str]:
    panels = json.loads(grafana_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    return [rule["expr"] for rule in rules()] + shown


def test_the_dashboard_is_what_the_script_makes() -> None:
    assert DASHBOARD_FILE.read_text(encoding="utf-8") == grafana_text(), "run scripts/write_grafana"


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(grafana_text())["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_every_figure_that_is_asked_for_is_one_of_ours() -> None:
    known: set[str] = set()
    for figure in FIGURES:
        ends = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}[figure.kind]
        known |= {figure.name + end for end in ends}
    asked = {name for expression in expressions() for name in _FIGURE.findall(expression)}
    assert len(asked) > 15
    assert asked <= known


def test_every_alert_says_how_bad_it_is_what_is_wrong_and_what_to_do() -> None:
    alerts = [rule for rule in rules() if "alert" in rule]
    assert len(alerts) >= 10
    for rule in alerts:
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert {"summary", "action"} == set(rule["annotations"]), rule["alert"]


def test_every_alert_has_a_test() -> None:
    tested = {
        case["alertname"]
        for test in yaml.safe_load(RULE_TESTS.read_text(encoding="utf-8"))["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert tested == {rule["alert"] for rule in rules() if "alert" in rule}


def test_the_tests_of_the_rules_pass() -> None:
    program = available(promtool)
    for command in (
        ["check", "rules", RULES.name],
        ["check", "config", "--syntax-only", "prometheus.yml"],
        ["test", "rules", RULE_TESTS.name],
    ):
        done = subprocess.run([program, *command], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
