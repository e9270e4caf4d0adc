"""Make Kibana's Lens panels by value: figures, tables and charts over the fields of a data view."""

from typing import Any

Json = dict[str, Any]
DATA_VIEW, TIME = "copydesk-articles", "fetched_at"
"""The data view of articles, and its time."""

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


def table(*columns: tuple[str, Json]) -> Json:
    """Make a table, its columns by name, in order."""
    shown: Json = {"layerId": "layer", "layerType": "data", "columns": [{"columnId": name} for name, _ in columns]}
    return lens("lnsDatatable", dict(columns), shown)


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
