"""No test sleeps without saying why: what is to happen is waited for by `eventually`, and clocks are moved."""

import ast
import re
from collections.abc import Iterator

from tests.support.places import ROOT

WARPED = "tests.support.web.desk"
"""Who imports this sleeps in a world where it takes no time."""


def silent_sleeps(source: str) -> Iterator[int]:
    """Yield the lines of calls that let time pass and have no comment: `sleep`, and `wait` on an event of nobody's."""
    lines, tree = source.splitlines(), ast.parse(source)
    warped = WARPED in {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("asyncio"), attr="sleep"), args=[how_long]):
                real = not warped and not (isinstance(how_long, ast.Constant) and how_long.value == 0)
            case ast.Call(func=ast.Attribute(attr="sleep") | ast.Name("sleep")):
                real = True
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute(attr="Event")), attr="wait")):
                real = True
            case _:
                continue
        if real and not re.search(r"  # (?!noqa|type:)", lines[node.lineno - 1]):
            yield node.lineno


def test_every_sleep_says_why() -> None:
    files = [path for path in (ROOT / "tests").rglob("*.py") if "sleep(" in path.read_text("utf-8")]
    assert len(files) > 10
    found = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in silent_sleeps(path.read_text("utf-8"))]
    assert not found, "wait by tests/support/waiting.py, or say in a comment on that line why time itself must pass"


def test_a_sleep_without_a_word_is_seen() -> None:
    silent = (
        "time.sleep(1)  # noqa: ASYNC251",
        "from time import sleep\nsleep(1)",
        "async def work():\n    await asyncio.sleep(1)",
        "threading.Event().wait(1)",
    )
    fine = (
        "time.sleep(1)  # the outage",
        "async def work():\n    await asyncio.sleep(0)",
        f"from {WARPED} import Desk\nasync def work():\n    await asyncio.sleep(1)",
        "stopped.wait(1)",
    )
    assert [len(list(silent_sleeps(each))) for each in silent + fine] == [1] * len(silent) + [0] * len(fine)
