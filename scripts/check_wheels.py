"""Check that every locked package has a wheel for the Python of the image, on both architectures that it is built for.

Asks pip to resolve the lock for each of them, without downloading or building anything.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ARCHITECTURES = ("x86_64", "aarch64")
OLDEST_LIBC, IMAGE_LIBC = 17, 36
"""Minor versions of glibc 2: the oldest that wheels are made for, and that of Debian 12, which the image is."""


def image_python() -> str:
    """Return the minor version of Python that the Dockerfile names: `3.13`."""
    found = re.search(r"^FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    if found is None:
        raise SystemExit("the Dockerfile names no Python")
    return found[1]


def locked(python: str) -> str:
    """Return the lock as that Python reads it: pip takes the markers of the Python that it runs on."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    if python == here:
        return text
    from packaging.markers import Marker

    def applies(requirement: str) -> bool:
        head = requirement.partition("\\")[0]
        if ";" not in head:
            return True
        marker = Marker(head.split(";", 1)[1].strip())
        return marker.evaluate({"python_version": python, "python_full_version": f"{python}.0"})

    requirements = re.split(r"\n(?=[A-Za-z])", text)
    kept = (each for each in requirements if applies(each))
    return "\n".join(re.sub(r" ; [^\\\n]+", " ", each, count=1) for each in kept)


def command(python: str, architecture: str, lock: Path, folder: Path) -> list[str]:
    """Return what asks pip for wheels alone, for another machine than this."""
    libcs = [f"manylinux_2_{minor}_{architecture}" for minor in range(IMAGE_LIBC, OLDEST_LIBC - 1, -1)]
    platforms = [*libcs, f"manylinux2014_{architecture}"]
    return [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run", "--no-deps",
        "--require-hashes", "--only-binary=:all:", "--ignore-requires-python", "--target", str(folder),
        "--implementation", "cp", "--python-version", python,
        "--abi", f"cp{python.replace('.', '')}", "--abi", "abi3", "--abi", "none",
        *(word for platform in platforms for word in ("--platform", platform)), "--requirement", str(lock),
    ]  # fmt: skip


def main() -> None:
    """Print what is missing, and leave with 1 where something is."""
    python, missing = image_python(), False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lock = folder / "requirements.txt"
        lock.write_text(locked(python), encoding="utf-8")
        for architecture in ARCHITECTURES:
            done = subprocess.run(command(python, architecture, lock, folder / architecture), check=False)
            missing = missing or done.returncode != 0
            print(f"Python {python}, {architecture}: {'something is missing' if done.returncode else 'all wheels'}")
    sys.exit(missing)


if __name__ == "__main__":
    main()
