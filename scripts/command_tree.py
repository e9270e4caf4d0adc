"""Read the command line as data: every command with its arguments and options, from the functions behind it."""

import inspect
import typing
from collections.abc import Iterator
from types import UnionType
from typing import Any, NamedTuple

import typer
from typer.models import ArgumentInfo, OptionInfo, ParameterInfo

from copydesk.cli.app import COMMANDS, assembled, root

app = assembled(COMMANDS)


class Parameter(NamedTuple):
    """One argument or option. `names` are what is typed, `value` what stands for its value, empty for a flag."""

    names: tuple[str, ...]
    value: str
    help: str
    default: str
    required: bool
    repeated: bool


class Command(NamedTuple):
    """One command by the words that call it, with its help."""

    words: tuple[str, ...]
    help: str
    arguments: tuple[Parameter, ...]
    options: tuple[Parameter, ...]

    def option(self, name: str) -> Parameter | None:
        """Find an option by one of its names."""
        return next((each for each in self.options if name in each.names), None)


def commands() -> list[Command]:
    """List every command in the order of `copydesk --help`, groups after single commands."""
    return list(_of(app, ()))


def root_options() -> tuple[Parameter, ...]:
    """List the options that stand before any command."""
    return _command((), root).options


def groups() -> dict[str, str]:
    """Map each group of commands to its help."""
    return {str(group.name): str(getattr(group.typer_instance, "info", group).help) for group in app.registered_groups}


def _of(group: typer.Typer, words: tuple[str, ...]) -> Iterator[Command]:
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.replace("_", "-")
        yield _command((*words, name), command.callback)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _of(inner.typer_instance, (*words, str(inner.name)))


def _command(words: tuple[str, ...], callback: Any) -> Command:
    hints = typing.get_type_hints(callback, include_extras=True)
    arguments, options = [], []
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, info = _split(hints[name])
        made = _parameter(name, kind, info, parameter.default)
        (arguments if isinstance(info, ArgumentInfo) else options).append(made)
    return Command(words, inspect.cleandoc(callback.__doc__ or ""), tuple(arguments), tuple(options))


def _split(hint: Any) -> tuple[Any, ParameterInfo]:
    """Take the type and typer's word on it out of an annotation, `Annotated[…] | None` included."""
    for part in (hint, *typing.get_args(hint)):
        for info in getattr(part, "__metadata__", ()):
            if isinstance(info, OptionInfo | ArgumentInfo):
                return typing.get_args(part)[0], info
    raise LookupError(f"{hint} says neither option nor argument")


def _parameter(name: str, kind: Any, info: ParameterInfo, default: Any) -> Parameter:
    inner = [part for part in typing.get_args(kind) if part is not type(None)]
    if typing.get_origin(kind) in {typing.Union, UnionType} and len(inner) == 1:
        kind = inner[0]
    repeated = typing.get_origin(kind) in {list, tuple}
    flag = kind is bool
    if isinstance(info, ArgumentInfo):
        names: tuple[str, ...] = (info.metavar or name.upper(),)
        value = names[0]
    else:
        # In Annotated, typer takes the first name for the default until it builds the command.
        first = (info.default,) if isinstance(info.default, str) else ()
        names = (*first, *(info.param_decls or ())) or (f"--{name.replace('_', '-')}",)
        value = "" if flag else info.metavar or _metavar(kind)
    required = default is inspect.Parameter.empty or default is ...
    shown = "" if required or default in (None, False, (), []) else str(default)
    return Parameter(names, value, info.help or "", shown, required, repeated)


def _metavar(kind: Any) -> str:
    if typing.get_origin(kind) is typing.Literal:
        return "|".join(map(str, typing.get_args(kind)))
    if typing.get_origin(kind) in {list, tuple}:
        return _metavar(typing.get_args(kind)[0])
    return {int: "NUMBER", float: "NUMBER", str: "TEXT"}.get(kind, "PATH")
