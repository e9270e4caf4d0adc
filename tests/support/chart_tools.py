"""Helm and kubeconform, built from pinned modules, and the schemas that Kubernetes' objects are checked by."""

import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.support.places import ROOT
from tests.support.stack.artifacts import StackUnavailable, cache_folder, lock

TOOLS = {"helm": "helm.sh/helm/v3/cmd/helm", "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform"}
SOURCES = ROOT / "tests/support/chart_programs"
OURS = ROOT / "tests/support/chart_schemas"


@cache
def tool(name: str) -> Path:
    """Return the program, built once and kept between runs; raises StackUnavailable."""
    go = shutil.which("go")
    if go is None:
        raise StackUnavailable(f"no Go: install it, {name} is built with it")
    built = cache_folder() / f"chart-{name}"
    with lock(f"chart-{name}"):
        if not built.exists():
            part = built.with_suffix(".part")
            command = [go, "build", "-o", part, TOOLS[name]]
            done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True)
            if done.returncode:
                raise StackUnavailable(f"{name} cannot be built: {done.stderr.strip()[-300:]}")
            part.replace(built)
    return built


def schemas(version: str, folder: Path) -> str:
    """Lay the strict schemas of a version of Kubernetes into a folder; returns how kubeconform finds them there."""
    spec = find_spec("kubernetes_validate")
    assert spec
    assert spec.origin
    shipped = Path(spec.origin).parent / "kubernetes-json-schema" / f"v{version}-local-strict"
    for file in shipped.glob("*.json"):
        # Each is named by an address under which nobody keeps it; here they find each other by file.
        text = re.sub(r',\s*"\$id": "[^"]*"', "", file.read_text(encoding="utf-8"))
        (folder / file.name).write_text(text.replace('"/api/_definitions.json', '"_definitions.json'), encoding="utf-8")
    return f"{folder}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
