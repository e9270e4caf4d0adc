"""Write the JSON Schema of each event into schemas/, from the records; `make schemas` runs it."""

import json
import re
from pathlib import Path

import msgspec

from copydesk.events import BY_TYPE, SCHEMA_VERSION

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
        file = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + ".json"
        found[FOLDER / file] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return found


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
        print(path.name)
