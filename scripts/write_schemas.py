"""Write the JSON Schema of each event and the AsyncAPI document of the topics into schemas/; `make schemas` runs it."""

import json
from pathlib import Path
from typing import Any

import msgspec

from copydesk.events import BY_TYPE, SCHEMA_VERSION
from scripts.async_api import document, schema_file

FOLDER = Path(__file__).parent.parent / "schemas"


def documents() -> dict[Path, str]:
    """Map each schema file to what it must hold."""
    found = {}
    for name, cls in BY_TYPE.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:copydesk:{name}:{SCHEMA_VERSION}",
            **msgspec.json.schema(cls),
        }
        found[FOLDER / schema_file(name)] = _text(schema)
    found[FOLDER / "asyncapi.json"] = _text(document())
    return found


def _text(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
        print(path.name)
