"""Say in words for a person what is wrong with a row that cannot be read."""

import re

_PATH = re.compile(r" - at `\$\.?(.*)`$")
_GOT = re.compile(r", got `(\w+)`")
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
SHAPES = {
    "id": "a text or a whole number", "authors": "a text or a list of texts",
    "fetched_at": "an ISO date or seconds since 1970",
}  # fmt: skip
_GOT_WORDS = {
    "int": "a number", "float": "a number", "bool": "true or false", "array": "a list", "object": "an object",
    "str": "a text", "null": "null",
}  # fmt: skip


def wrong_shape(message: str) -> str:
    """Put msgspec's words about a wrong type in ours."""
    path, got = _PATH.search(message), _GOT.search(message)
    words = _GOT_WORDS.get(got[1], got[1]) if got else "that"
    if path is None:
        return f"The row must be a JSON object, not {words}"
    field = re.split(r"[.\[]", path[1])[0]
    expected = SHAPES.get(field, "a text")
    if got is None:
        return f"The row's `{path[1]}` must be {expected} ({message[: path.start()].lower()})"
    return f"The row's `{path[1]}` must be {'a text' if '[' in path[1] else expected}, not {words}"


def wrong_syntax(message: str, line: bytes) -> str:
    """Put msgspec's words about a line that is no JSON in ours."""
    if _LONE_SURROGATE.search(line) and ("surrogate" in message or "hex escape" in message or "truncated" in message):
        return "The row is not JSON: a \\ud800 to \\udfff escape without its other half"
    if "truncated" in message:
        return "The row is not JSON: it ends too early"
    return f"The row is not JSON: {message.removeprefix('JSON is malformed: ')}"


def broken_byte(line: bytes) -> str | None:
    """Name the byte at which a line is no UTF-8, None where it is."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return f"byte 0x{line[error.start]:02x} at column {error.start + 1}"
    return None
