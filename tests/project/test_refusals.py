"""A refusal has one form, `Refused`, and its reason is a sentence without its full stop: "The document is empty"."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.project.layers import modules

SENTENCE = re.compile(r"(?:The|There) .*[^.]")
FORMS = {"Refused": 0, "UnreadablePath": 1, "Damaged": 0}
"""What tells a refusal by its reason, and which argument that is: with the place, and from amidst a file's bytes."""


def _reasons(path: Path) -> Iterator[ast.expr]:
    """Yield the reasons that a module words itself, each branch of a choice by itself."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FORMS:
            reason = call.args[FORMS[call.func.id]]
            yield from (reason.body, reason.orelse) if isinstance(reason, ast.IfExp) else (reason,)


def _words(reason: ast.expr) -> str | None:
    """Return a text with 0 for what is put into it; None for what another function words."""
    if isinstance(reason, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in reason.values)
    return reason.value if isinstance(reason, ast.Constant) and isinstance(reason.value, str) else None


def test_reasons_are_sentences() -> None:
    worded = {words for path in modules().values() for reason in _reasons(path) if (words := _words(reason))}
    assert len(worded) > 25
    assert not {words for words in worded if not SENTENCE.fullmatch(words)}


def test_no_other_record_says_why_something_is_refused() -> None:
    """A record with nothing but a reason is a second form of Refused; one with more facts may have a reason too."""
    lone = {
        f"{name}.{node.name}"
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and [
            each.target.id
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        ][:1]
        == ["reason"]
    }
    assert lone == {"copydesk.events.Refused"}
