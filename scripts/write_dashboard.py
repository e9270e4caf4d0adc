"""Write schemas/kibana/copydesk.ndjson: the data view and the dashboard that `copydesk stack dashboard` imports.

Saved objects hold JSON within JSON, which nobody can read or edit; here stands what they say. The shapes are those of
the sample data that Kibana itself ships: Lens panels by value, their data view named in the dashboard's references.
"""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PLACE = Path(__file__).parent.parent / "schemas" / "kibana" / "copydesk.ndjson"
DATA_VIEW, DASHBOARD = "copydesk-articles", "copydesk-dashboard"
INDEX, TIME = "articles", "fetched_at"

COUNT: Json = {
    "label": "Articles",
    "dataType": "number",
    "operationType": "count",
    "isBucketed": False,
    "scale": "ratio",
    "sourceField": "___records___",
    "params": {"emptyAsNull": False},
    "customLabel": True,
}


def over_time(field: str = TIME, interval: str = "auto") -> Json:
    """Make buckets of time."""
    return {
        "label": field,
        "dataType": "date",
        "operationType": "date_histogram",
        "sourceField": field,
        "isBucketed": True,
        "scale": "interval",
        "params": {"interval": interval, "includeEmptyRows": True, "dropPartials": False},
    }


def by(field: str, label: str, metric: str, size: int = 10) -> Json:
    """Make buckets of the most frequent values of a field, ordered by the column named `metric`."""
    return {
        "label": label,
        "dataType": "string",
        "operationType": "terms",
        "sourceField": field,
        "isBucketed": True,
        "scale": "ordinal",
        "params": {
            "size": size,
            "orderBy": {"type": "column", "columnId": metric},
            "orderDirection": "desc",
            "otherBucket": True,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        },
        "customLabel": True,
    }


def number(field: str, label: str, operation: str, params: Json | None = None) -> Json:
    """Make one figure over a numeric field."""
    return {
        "label": label,
        "dataType": "number",
        "operationType": operation,
        "sourceField": field,
        "isBucketed": False,
        "scale": "ratio",
        "params": {**(params or {}), "format": {"id": "number", "params": {"decimals": 0}}},
        "customLabel": True,
    }


def chart(series: str, columns: dict[str, Json], *, x: str, y: list[str], split: str | None = None) -> Json:
    """Make a chart with axes; its columns by name, in order."""
    layer: Json = {"layerId": "layer", "layerType": "data", "seriesType": series, "xAccessor": x, "accessors": y}
    if split:
        layer["splitAccessor"] = split
    shown = {"x": True, "yLeft": True, "yRight": True}
    return lens(
        "lnsXY",
        columns,
        {
            "legend": {"isVisible": True, "position": "right"},
            "valueLabels": "hide",
            "preferredSeriesType": series,
            "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
            "tickLabelsVisibilitySettings": shown,
            "gridlinesVisibilitySettings": shown,
            "layers": [layer],
        },
    )


def metric(column: Json) -> Json:
    """Make one large figure."""
    return lens("lnsMetric", {"value": column}, {"layerId": "layer", "layerType": "data", "metricAccessor": "value"})


def lens(kind: str, columns: dict[str, Json], visualization: Json) -> Json:
    """Make a Lens panel's attributes."""
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}}
    return {
        "title": "",
        "type": "lens",
        "visualizationType": kind,
        "references": [{"type": "index-pattern", "id": DATA_VIEW, "name": "indexpattern-datasource-layer-layer"}],
        "state": {
            "visualization": visualization,
            "query": {"query": "", "language": "kuery"},
            "filters": [],
            "datasourceStates": {"formBased": {"layers": {"layer": layer}}, "textBased": {"layers": {}}},
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def bars(field: str, label: str) -> Json:
    """Show how many articles there are of each value."""
    return chart("bar_horizontal", {"value": by(field, label, "count"), "count": COUNT}, x="value", y=["count"])


def stacked(field: str, label: str) -> Json:
    """Show how many articles there are of each value, over time."""
    columns = {"split": by(field, label, "count"), "time": over_time(), "count": COUNT}
    return chart("bar_stacked", columns, x="time", y=["count"], split="split")


LATENCY = {
    "time": over_time(),
    "median": number("latency_ms", "median", "median"),
    "slow": number("latency_ms", "95th percentile", "percentile", {"percentile": 95}),
}
PUBLISHED = {"time": over_time("seen_at", "1d"), "count": COUNT}

PANELS: list[tuple[str, tuple[int, int, int, int], Json]] = [
    ("Articles", (0, 0, 8, 8), metric(COUNT)),
    ("Milliseconds from fetched to indexed, median", (0, 8, 8, 8), metric(LATENCY["median"])),
    ("Articles indexed, by source", (8, 0, 40, 16), stacked("source", "Source")),
    ("Articles, by source", (0, 16, 24, 14), bars("source", "Source")),
    ("Articles, by language", (24, 16, 24, 14), bars("language", "Language")),
    ("Articles with pieces removed, by kind", (0, 30, 24, 16), stacked("removed_kinds", "Kind")),
    (
        "Milliseconds from fetched to indexed",
        (24, 30, 24, 16),
        chart("line", LATENCY, x="time", y=["median", "slow"]),
    ),
    ("Articles, by day of publication", (0, 46, 48, 12), chart("bar_stacked", PUBLISHED, x="time", y=["count"])),
]
"""Title; x, y, width, height on Kibana's grid of 48 columns; what is shown."""


def saved_objects() -> list[Json]:
    """Return the data view and the dashboard."""
    panels, references = [], []
    for place, (title, (x, y, w, h), attributes) in enumerate(PANELS, start=1):
        panel = str(place)
        panels.append(
            {
                "version": "8.11.0",
                "type": "lens",
                "title": title,
                "panelIndex": panel,
                "gridData": {"x": x, "y": y, "w": w, "h": h, "i": panel},
                "embeddableConfig": {"attributes": attributes, "enhancements": {}},
            }
        )
        references += [{**each, "name": f"{panel}:{each['name']}"} for each in attributes["references"]]
    view = {
        "type": "index-pattern",
        "id": DATA_VIEW,
        "attributes": {
            "title": INDEX,
            "name": "Copydesk articles",
            "timeFieldName": TIME,
            "fields": "[]",
            "fieldFormatMap": json.dumps({"url": {"id": "url"}, "canonical_url": {"id": "url"}}),
            "sourceFilters": "[]",
            "runtimeFieldMap": "{}",
            "typeMeta": "{}",
        },
        "references": [],
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": "8.0.0",
    }
    dashboard = {
        "type": "dashboard",
        "id": DASHBOARD,
        "attributes": {
            "title": "Copydesk",
            "description": "What comes in, what is cut, and how long it takes.",
            "panelsJSON": json.dumps(panels),
            "optionsJSON": json.dumps({"useMargins": True, "syncColors": True, "hidePanelTitles": False}),
            "kibanaSavedObjectMeta": {
                "searchSourceJSON": json.dumps({"query": {"query": "", "language": "kuery"}, "filter": []})
            },
            "timeRestore": True,
            "timeFrom": "now-7d",
            "timeTo": "now",
            "refreshInterval": {"pause": False, "value": 30000},
            "version": 1,
        },
        "references": references,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": "8.7.0",
    }
    return [view, dashboard]


def document() -> str:
    """Return the file's text."""
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in saved_objects())


if __name__ == "__main__":
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(document(), encoding="utf-8")
