"""Hold what a person says with the command about the files to read, and what follows from it for one file. Pure."""

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from copydesk.producers.seeds.field_names import FieldNames
from copydesk.producers.seeds.rows import SITE_LIMIT


class SeedOptions(NamedTuple):
    """Hold what is said of all files: the source of what has no address, `--map`, and whether folders name sources.

    `url` is the address of the one document that is read. `roots` are the paths that were given.
    """

    source: str | None = None
    names: FieldNames = MappingProxyType({})
    url: str | None = None
    source_from_folder: bool = False
    roots: Sequence[Path] = ()

    def source_for(self, path: Path) -> str | None:
        """Return the source of articles without an address in a file."""
        return outlet_of(path, self.roots) if self.source_from_folder else self.source

    def said_of(self, path: Path, address: str | None) -> str:
        """Return what tells whether a file was read with other words before."""
        said = [self.source_for(path) or "", ",".join(f"{key}={field}" for key, field in self.names.items())]
        return "\x1f".join([*said, address or ""]).rstrip("\x1f")


def outlet_of(path: Path, roots: Sequence[Path]) -> str | None:
    """Return the folder that names a file's outlet: the first below the path that was given, else that one itself."""
    root = max(
        (root for root in roots if root != path and root in path.parents), key=lambda one: len(one.parts), default=None
    )
    parts = path.relative_to(root).parts if root is not None else ()
    name = parts[0] if len(parts) > 1 else (root or path.parent).resolve().name
    return "".join(char for char in name if char.isprintable()).strip()[:SITE_LIMIT] or None
