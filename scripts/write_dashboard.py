"""Write schemas/kibana/copydesk.ndjson: the data views and the dashboard that `copydesk stack dashboard` imports.

Saved objects hold JSON within JSON, which nobody can read or edit; here stands what they say. The shapes are those of
the sample data that Kibana itself ships: Lens panels by value, their data view named in the dashboard's references.
"""

import json
from pathlib import Path

from scripts.lens_panels import COUNT, DATA_VIEW, TIME, Json, by, chart, metric, number, over_time, table

PLACE = Path(__file__).parent.parent / "schemas" / "kibana" / "copydesk.ndjson"
DASHBOARD, INDEX = "copydesk-dashboard", "articles"
NOTES_VIEW, NOTES_INDEX, NOTES_TIME = "copydesk-notes", "articles-notes", "at"
ALARMS, OPEN_ALARMS, LETTERS = 'type : "alarm"', 'type : "alarm" and open : true', 'type : "dead_letter"'


def of_notes(panel: Json, query: str) -> Json:
    """Show the notes that a query matches, alarms or dead letters, in the place of articles."""
    panel["references"] = [{**each, "id": NOTES_VIEW} for each in panel["references"]]
    panel["state"]["query"]["query"] = query
    return panel


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

NOTES: Json = {**COUNT, "label": "Number"}


def noted_over_time(field: str, label: str) -> Json:
    """Show how many notes there are of each value, over time."""
    columns = {"split": by(field, label, "count"), "time": over_time(NOTES_TIME), "count": NOTES}
    return chart("bar_stacked", columns, x="time", y=["count"], split="split")


CONTROLS = (("source", "Source"), ("language", "Language"))
"""Fields that a reader of the dashboard can choose values of; notes have a source and no language."""

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
    ("Alarms that are open", (0, 58, 8, 8), of_notes(metric(NOTES), OPEN_ALARMS)),
    ("Alarms begun, by what changed", (8, 58, 40, 16), of_notes(noted_over_time("name", "Changed"), ALARMS)),
    ("Dead letters", (0, 66, 8, 8), of_notes(metric(NOTES), LETTERS)),
    (
        "Open alarms: what changed at which source",
        (0, 74, 48, 14),
        of_notes(
            table(
                ("source", by("source", "Source", "count", 50)),
                ("words", by("words", "What changed", "count", 1)),
                ("title", by("title", "Article to look at", "count", 1)),
                ("count", NOTES),
            ),
            OPEN_ALARMS,
        ),
    ),
    ("Dead letters, by stage", (0, 88, 24, 16), of_notes(noted_over_time("stage", "Stage"), LETTERS)),
    (
        "Dead letters: the most frequent reasons, by source",
        (24, 88, 24, 16),
        of_notes(
            table(
                ("words", by("words", "Reason", "count", 20)),
                ("source", by("source", "Source", "count", 3)),
                ("count", NOTES),
            ),
            LETTERS,
        ),
    ),
]
"""Title; x, y, width, height on Kibana's grid of 48 columns; what is shown."""


def saved_objects() -> list[Json]:
    """Return the data views and the dashboard."""
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
    controls = {}
    for place, (field, label) in enumerate(CONTROLS):
        name = f"control-{field}"
        controls[name] = {
            "type": "optionsListControl", "order": place, "width": "medium", "grow": True,
            "explicitInput": {"id": name, "fieldName": field, "title": label, "enhancements": {}},
        }  # fmt: skip
        references.append(
            {"type": "index-pattern", "id": DATA_VIEW, "name": f"controlGroup_{name}:optionsListDataView"}
        )
    views = [
        _data_view(DATA_VIEW, INDEX, "Copydesk articles", TIME, {"url": {"id": "url"}, "canonical_url": {"id": "url"}}),
        _data_view(NOTES_VIEW, NOTES_INDEX, "Copydesk alarms and dead letters", NOTES_TIME, {}),
    ]
    dashboard = {
        "type": "dashboard",
        "id": DASHBOARD,
        "attributes": {
            "title": "Copydesk",
            "description": "What comes in, what is cut, and how long it takes.",
            "panelsJSON": json.dumps(panels),
            "controlGroupInput": {
                "controlStyle": "oneLine",
                "chainingSystem": "HIERARCHICAL",
                "showApplySelections": False,
                "panelsJSON": json.dumps(controls),
                "ignoreParentSettingsJSON": json.dumps(
                    {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
                ),
            },
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
    return [*views, dashboard]


def _data_view(name: str, index: str, title: str, time: str, formats: Json) -> Json:
    return {
        "type": "index-pattern",
        "id": name,
        "attributes": {
            "title": index,
            "name": title,
            "timeFieldName": time,
            "fields": "[]",
            "fieldFormatMap": json.dumps(formats),
            "sourceFilters": "[]",
            "runtimeFieldMap": "{}",
            "typeMeta": "{}",
        },
        "references": [],
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": "8.0.0",
    }


def document() -> str:
    """Return the file's text."""
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in saved_objects())


if __name__ == "__main__":
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(document(), encoding="utf-8")
