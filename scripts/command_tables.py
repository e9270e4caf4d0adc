"""Lay out what the command line offers as tables of Markdown."""

from collections.abc import Iterable

from scripts import command_tree
from scripts.markdown import table


def command_list() -> str:
    """Return the table of all commands, with a line on each."""
    rows = []
    for command in command_tree.commands():
        words = " ".join(command.words)
        anchor = f"copydesk-{words.replace(' ', '-')}"
        rows.append([f"[`copydesk {words}`](#{anchor})", _first_line(command.help)])
    return table(["command", "does"], rows)


def command_sections() -> str:
    """Return a section on each command: what it does, its arguments and options."""
    everywhere = _options(command_tree.root_options())
    parts = [f"## For every command\n\nBefore the command:\n\n{everywhere}"]
    for command in command_tree.commands():
        words = " ".join(command.words)
        usage = " ".join(
            [f"copydesk {words}", *(["[OPTIONS]"] if command.options else []), *map(_usage, command.arguments)]
        )
        parts.append(f"## copydesk {words}\n\n{command.help}\n\n```text\n{usage}\n```\n")
        if command.arguments:
            rows = [[f"`{one.value}`", one.help, "yes" if one.required else "no"] for one in command.arguments]
            parts.append(table(["argument", "meaning", "required"], rows))
        if command.options:
            parts.append(_options(command.options))
    return "\n".join(parts)


def _options(options: Iterable[command_tree.Parameter]) -> str:
    rows = [
        [
            ", ".join(f"`{name}`" for name in one.names) + (f" `{one.value}`" if one.value else ""),
            one.help,
            f"`{one.default}`" if one.default else "",
        ]
        for one in options
    ]
    return table(["option", "meaning", "default"], rows)


def _usage(argument: command_tree.Parameter) -> str:
    bare = argument.value.strip("[]….")
    if argument.repeated:
        bare += "…"
    return bare if argument.required else f"[{bare}]"


def _first_line(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())
