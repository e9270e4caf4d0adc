"""Write deploy/grafana/dashboards/copydesk.json: the dashboard that Grafana shows of our figures.

A dashboard is a page of JSON of which a few lines say something; those stand here. Names of figures are checked against
the program's own by `tests/project/test_monitoring.py`.
"""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
DASHBOARD_FILE = Path(__file__).parent.parent / "deploy" / "grafana" / "dashboards" / "copydesk.json"
SOURCE: Json = {"type": "prometheus", "uid": "prometheus"}
STAGE, GROUP = 'stage=~"$stage"', 'consumergroup=~"$stage"'


class _Panels:
    """Lay panels out from left to right, and down, on Grafana's grid of 24 columns."""

    def __init__(self) -> None:
        self.made: list[Json] = []
        self._x = self._y = self._height = 0

    def row(self, title: str) -> None:
        """Begin a row with a heading."""
        self._y, self._x = self._y + self._height, 0
        self._add({"type": "row", "title": title, "collapsed": False, "panels": []}, 24, 1)
        self._y, self._x = self._y + 1, 0

    def graph(self, title: str, unit: str, *queries: tuple[str, str], width: int = 8, stacked: bool = False) -> None:
        """Draw (expression, legend) over time."""
        custom: Json = {"fillOpacity": 10, "showPoints": "never"}
        if stacked:
            custom |= {"stacking": {"mode": "normal", "group": "A"}, "fillOpacity": 40}
        self._panel("timeseries", title, unit, queries, width, 8, {"custom": custom, "min": 0})

    def figure(self, title: str, unit: str, expression: str, bounds: tuple[float, float]) -> None:
        """Show one number: yellow from the first bound on, red from the second."""
        steps = [{"color": "green", "value": None}]
        steps += [{"color": color, "value": at} for color, at in zip(("yellow", "red"), bounds, strict=True)]
        thresholds = {"thresholds": {"mode": "absolute", "steps": steps}}
        self._panel("stat", title, unit, ((expression, ""),), 4, 4, thresholds)

    def _panel(
        self,
        kind: str,
        title: str,
        unit: str,
        queries: tuple[tuple[str, str], ...],
        width: int,
        height: int,
        more: Json,
    ) -> None:
        targets = [
            {"refId": chr(ord("A") + number), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(queries)
        ]
        defaults = {"unit": unit, **more}
        panel = {
            "type": kind, "title": title, "datasource": SOURCE, "targets": targets,
            "fieldConfig": {"defaults": defaults, "overrides": []}, "options": {},
        }  # fmt: skip
        self._add(panel, width, height)

    def _add(self, panel: Json, width: int, height: int) -> None:
        if self._x + width > 24:
            self._y, self._x = self._y + self._height, 0
        self._height = height
        grid = {"x": self._x, "y": self._y, "w": width, "h": height}
        self.made.append({"id": len(self.made) + 1, **panel, "gridPos": grid})
        self._x += width


def _now(on: _Panels) -> None:
    """Show at a glance whether all is well."""
    on.row("Now")
    on.figure("Behind", "s", "max(kafka_consumergroup_lag_seconds)", (300, 900))
    on.figure("Events to do", "short", "sum(kafka_consumergroup_lag)", (10_000, 100_000))
    on.figure("Stages that wait", "short", "sum(copydesk_waiting)", (1, 1))
    on.figure(
        "Failed within an hour", "short", 'sum(increase(copydesk_dead_letters_total{class="failed"}[1h]))', (1, 20)
    )
    on.figure("Open alarms", "short", "sum(copydesk_alarms_open)", (1, 10))
    on.figure("Services that do not answer", "short", 'count(up{job="copydesk"} == 0) or vector(0)', (1, 1))


def _events(on: _Panels) -> None:
    """Show what the stages do, and how far behind they are."""
    on.row("Events")
    done = f"sum by (stage, outcome) (rate(copydesk_stage_outcomes_total{{{STAGE}}}[$__rate_interval]))"
    on.graph("Events a second, by stage and outcome", "cps", (done, "{{stage}} {{outcome}}"))
    on.graph(
        "Behind, by stage", "s",
        (f"max by (consumergroup) (kafka_consumergroup_lag_seconds{{{GROUP}}})", "{{consumergroup}}"),
    )  # fmt: skip
    on.graph(
        "Seconds in a stage, 95 of 100", "s",
        (
            "histogram_quantile(0.95, sum by (stage, le) "
            f"(rate(copydesk_stage_duration_seconds_bucket{{{STAGE}}}[$__rate_interval])))",
            "{{stage}}",
        ),
    )  # fmt: skip
    on.graph(
        "Waiting, share of the time", "percentunit",
        (f"sum by (stage) (rate(copydesk_waiting_seconds_total{{{STAGE}}}[$__rate_interval]))", "{{stage}}"),
    )  # fmt: skip
    on.graph(
        "Processes replaced an hour", "short",
        ("sum by (reason) (increase(copydesk_processes_ended_total[1h]))", "{{reason}}"),
    )  # fmt: skip
    on.graph(
        "Dead letters an hour, by reason", "short",
        ("topk(10, sum by (stage, reason) (increase(copydesk_dead_letters_total[1h])))", "{{stage}}: {{reason}}"),
        stacked=True,
    )  # fmt: skip


def _cuts(on: _Panels) -> None:
    """Show what is cut, and what of it is unusual."""
    on.row("What is cut, and what changed")
    cut = "sum by (kind) (rate(copydesk_clean_cut_characters_total[1h]))"
    whole = "(sum(rate(copydesk_clean_cut_characters_total[1h])) + sum(rate(copydesk_clean_kept_characters_total[1h])))"
    on.graph(
        "Share of the text that is cut, by kind", "percentunit",
        (f"{cut} / on () group_left () {whole}", "{{kind}}"), stacked=True,
    )  # fmt: skip
    on.graph(
        "Doubt of the model, median", "percentunit",
        (
            "histogram_quantile(0.5, sum by (le) (rate(copydesk_clean_doubt_ratio_bucket[1h])))", "median",
        ),
        ("histogram_quantile(0.9, sum by (le) (rate(copydesk_clean_doubt_ratio_bucket[1h])))", "90 of 100"),
    )  # fmt: skip
    on.graph("Open alarms, by kind", "short", ("sum by (kind) (copydesk_alarms_open)", "{{kind}}"), stacked=True)


def _places(on: _Panels) -> None:
    """Show what feeds, pages and the index answer."""
    on.row("Feeds, pages and the index")
    on.graph(
        "Feeds asked an hour, by answer", "short",
        ("sum by (answer) (increase(copydesk_feed_visits_total[1h]))", "{{answer}}"), stacked=True,
    )  # fmt: skip
    on.graph(
        "Pages a second, by answer", "cps",
        ("sum by (answer) (rate(copydesk_page_answers_total[$__rate_interval]))", "{{answer}}"), stacked=True,
    )  # fmt: skip
    on.graph("Feeds", "short", ("sum by (state) (copydesk_feeds)", "{{state}}"), stacked=True)
    on.graph(
        "Documents a second, by verdict", "cps",
        ("sum by (verdict) (rate(copydesk_index_documents_total[$__rate_interval]))", "{{verdict}}"), stacked=True,
    )  # fmt: skip
    on.graph(
        "Bulk writes: seconds, 95 of 100", "s",
        (
            "histogram_quantile(0.95, sum by (le) "
            "(rate(copydesk_index_bulk_duration_seconds_bucket[$__rate_interval])))",
            "seconds",
        ),
    )  # fmt: skip
    on.graph(
        "Bulk writes refused an hour", "short",
        ("sum by (reason) (increase(copydesk_index_bulk_rejections_total[1h]))", "{{reason}}"),
    )  # fmt: skip


def _panels() -> list[Json]:
    on = _Panels()
    for row in (_now, _events, _cuts, _places):
        row(on)
    return on.made


def grafana_dashboard() -> Json:
    """Return the dashboard."""
    stage = {
        "name": "stage", "label": "Stage", "type": "query", "datasource": SOURCE, "refresh": 2, "includeAll": True,
        "multi": True, "allValue": ".*", "current": {"text": "All", "value": "$__all"},
        "query": {"query": "label_values(copydesk_stage_read_total, stage)", "refId": "stage"},
    }  # fmt: skip
    return {
        "uid": "copydesk", "title": "Copydesk", "tags": ["copydesk"], "schemaVersion": 39, "version": 1,
        "editable": True, "refresh": "30s", "time": {"from": "now-6h", "to": "now"}, "timezone": "browser",
        "templating": {"list": [stage]}, "annotations": {"list": []}, "panels": _panels(),
    }  # fmt: skip


def grafana_text() -> str:
    """Return the file's text."""
    return json.dumps(grafana_dashboard(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DASHBOARD_FILE.parent.mkdir(parents=True, exist_ok=True)
    DASHBOARD_FILE.write_text(grafana_text(), encoding="utf-8")
