"""Turns plain functions with bilingual annotations into the commands of one cyclopts app."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from cyclopts import App, Parameter

from sanping.domain.text import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word of the command line: its name, what it is for, and the function that does it.

    Each parameter of `run` is annotated `Annotated[type, Text(zh, en)]`; further metadata is passed on to cyclopts.
    `run` returns the exit status.
    """

    name: str
    title: Text
    run: Callable[..., int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A word of the command line that has words of its own: `sanping adapters list`.

    `alone` is what it does without one of them; None prints the help.
    """

    name: str
    title: Text
    commands: tuple[Command, ...]
    alone: Command | None = None


def added(app: App, command: Command | Group, language: Language) -> None:
    """Add `command`, or a group with all its commands, to `app` with the help in `language`."""
    if isinstance(command, Group):
        group = App(name=command.name, help=command.title.in_language(language))
        for member in command.commands:
            added(group, member, language)
        if command.alone is not None:
            group.default(_called(command.alone, language))
        app.command(group)
        return
    app.command(_called(command, language), name=command.name, help=command.title.in_language(language))


def _called(command: Command, language: Language) -> Callable[..., int]:
    """Return what does the command, its parameters described in `language`."""

    def called(*positional: Any, **named: Any) -> int:
        return command.run(*positional, **named)

    signature = inspect.signature(command.run)
    hints = get_type_hints(command.run, include_extras=True)
    called.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[
            parameter.replace(annotation=_in_language(hints[name], language))
            for name, parameter in signature.parameters.items()
        ],
        return_annotation=int,
    )
    called.__annotations__ = {name: _in_language(hint, language) for name, hint in hints.items()}
    return called


def _in_language(annotation: Any, language: Language) -> Any:
    """Replace the `Text` of an annotation by a cyclopts help text."""
    if get_origin(annotation) is not Annotated:
        return annotation
    kind, *metadata = get_args(annotation)
    shown = tuple(Parameter(help=item.in_language(language)) if isinstance(item, Text) else item for item in metadata)
    return Annotated[kind, *shown]
