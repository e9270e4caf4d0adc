"""What `import copydesk` offers, and what it costs."""

import inspect
import subprocess
import sys

import pytest

import copydesk

EXPORTED = {
    "CleanArticle", "Cleaner", "CopydeskError", "Hints", "Image", "InputError", "RawArticle", "Refused", "Removed",
    "__version__", "clean", "clean_many", "clean_text", "explain", "raw_article",
}  # fmt: skip
HEAVY = {
    "apsw", "elasticsearch", "elastic_transport", "feedparser", "httpcore", "httpx", "kafka", "lxml", "msgspec",
    "multiprocessing", "numpy", "py3langid", "selectolax", "trafilatura", "typer",
}  # fmt: skip
MILLISECONDS = 60


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def test_the_exported_names() -> None:
    assert set(copydesk.__all__) == EXPORTED
    assert sorted(copydesk.__all__) == copydesk.__all__
    for name in EXPORTED:
        assert getattr(copydesk, name) is not None
    assert set(dir(copydesk)) >= EXPORTED


@pytest.mark.parametrize("name", sorted(EXPORTED - {"__version__"}))
def test_exported_names_are_documented(name: str) -> None:
    assert inspect.getdoc(getattr(copydesk, name))


def test_another_name_is_none_of_ours() -> None:
    with pytest.raises(AttributeError, match="module 'copydesk' has no attribute 'cleen'"):
        copydesk.cleen  # noqa: B018


def test_an_import_loads_no_engine_and_no_model() -> None:
    loaded = set(_run("import sys, copydesk; print(*sys.modules)").split())
    assert not loaded & HEAVY
    assert {name for name in loaded if name.startswith("copydesk")} == {"copydesk"}


def test_cleaning_loads_no_engine() -> None:
    loaded = set(_run("import sys, copydesk; copydesk.clean('<p>Hello'); print(*sys.modules)").split())
    assert "selectolax" in loaded
    assert not loaded & {"apsw", "elasticsearch", "feedparser", "httpx", "kafka", "typer", "copydesk.adapters"}


def test_an_import_takes_milliseconds() -> None:
    program = "import time; start = time.process_time(); import copydesk; print(time.process_time() - start)"
    assert min(float(_run(program)) for _ in range(5)) * 1000 < MILLISECONDS


def test_types_are_published() -> None:
    from importlib.resources import files

    assert (files("copydesk") / "py.typed").is_file()
