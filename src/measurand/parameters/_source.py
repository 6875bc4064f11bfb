"""Where raw values come from and go to: a pair of functions. Knows no parameter, no value, no unit."""

from __future__ import annotations

import inspect
import string
import threading
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from measurand.errors import DefinitionError, RefusedValue
from measurand.parameters._command import arity_problem, plainly_fits
from measurand.parameters._owner import Owner

Read = Callable[[], Any]
Write = Callable[[Any], Any]
GetCmd = str | Read | Literal[False] | None
SetCmd = str | Write | Literal[False] | None


class Source(NamedTuple):
    """How to read and write the raw value.

    Attributes:
        read: Returns the raw value; None: cannot be read.
        write: Takes the raw value; None: cannot be set.
        lock: Held over an exchange and the update of the cache, so that both always agree; None: not needed.
    """

    read: Read | None
    write: Write | None
    lock: threading.RLock | None = None

    @property
    def memory(self) -> bool:
        """Whether writing does nothing but remember."""
        return self.write is _only_remember


def commands(where: str, owner: Owner | None, get_cmd: GetCmd, set_cmd: SetCmd) -> Source:
    """Return the source that ``get_cmd`` and ``set_cmd`` describe.

    Args:
        where: Name of the parameter, for messages.
        owner: Receives commands that are text.
        get_cmd: Text to ask, a function of no arguments, None (the remembered raw value), or False (none).
        set_cmd: Text with one ``{}``, a function of the raw value, None (only remembered), or False (none).

    Raises:
        DefinitionError: A text command without an owner to send it, or a command of another type.
    """
    read, write = _reader(where, owner, get_cmd), _writer(where, owner, set_cmd)
    text = isinstance(get_cmd, str) or isinstance(set_cmd, str)
    return Source(read, write, owner.lock if text and owner is not None else None)


def _reader(where: str, owner: Owner | None, get_cmd: GetCmd) -> Read | None:
    if get_cmd is None:
        return remembered
    if get_cmd is False:
        return None
    if isinstance(get_cmd, str):
        command: str = get_cmd
        return _asking(command, _needed(where, owner, "get_cmd", command).ask)
    if callable(get_cmd):
        _check_arity(where, "get_cmd", get_cmd, 0)
        return get_cmd
    raise DefinitionError(_wrong_kind(where, "get_cmd", get_cmd))


def _writer(where: str, owner: Owner | None, set_cmd: SetCmd) -> Write | None:
    if set_cmd is None:
        return _only_remember
    if set_cmd is False:
        return None
    if isinstance(set_cmd, str):
        write = _needed(where, owner, "set_cmd", set_cmd).write
        _check_template(where, set_cmd)
        return _filled(where, set_cmd, write)
    if callable(set_cmd):
        _check_arity(where, "set_cmd", set_cmd, 1)
        return set_cmd
    raise DefinitionError(_wrong_kind(where, "set_cmd", set_cmd))


def command_texts(source: Source) -> tuple[str | None, str | None]:
    """Return the commands of a source that are text, ``(get, set)``; None where there is none, or it is a function."""
    found = []
    for function, maker, variable in ((source.read, _asking, "command"), (source.write, _filled, "template")):
        is_text = getattr(function, "__qualname__", "").startswith(f"{maker.__name__}.<locals>.")
        found.append(inspect.getclosurevars(function).nonlocals[variable] if is_text and function is not None else None)
    return found[0], found[1]


def _asking(command: str, ask: Callable[[str], Any]) -> Read:
    def ask_command() -> Any:
        return ask(command)

    return ask_command


class NotSent(RefusedValue):
    """The raw value does not fit into the command; nothing was sent.

    Attributes:
        by: The function that found out.
    """

    by: Write | None = None


def _filled(where: str, template: str, write: Callable[[str], None]) -> Write:
    fill = template.format

    def write_filled(raw: Any) -> None:
        try:
            command = fill(raw)
        except Exception as error:  # format raises what the value and its type like
            refusal = NotSent(
                f"{where}: {raw!r} does not fit into the command {template!r} ({error}); nothing was sent."
            )
            refusal.by = write_filled
            raise refusal from error
        write(command)

    return write_filled


def remembered() -> Any:
    """Stand for the raw value in the cache: who reads from this source looks there instead."""
    return None


def _only_remember(raw: Any) -> None:
    """The cache keeps it."""


def _check_arity(where: str, keyword: str, function: Callable[..., Any], count: int) -> None:
    if plainly_fits(function, count):
        return
    problem = arity_problem(function, count)
    if problem:
        raise DefinitionError(f"{where}: {keyword}={function!r} refused: {problem}.")


def _needed(where: str, owner: Owner | None, keyword: str, command: str) -> Owner:
    if owner is None:
        raise DefinitionError(
            f"{where}: {keyword}={command!r} is text, and there is no instrument to send it to. "
            f"Give instrument=self, or a function instead of text."
        )
    return owner


def _check_template(where: str, command: str) -> None:
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(command) if name is not None]
    except ValueError as error:
        raise DefinitionError(f"{where}: set_cmd={command!r} is no valid template: {error}.") from None
    roots = [name.partition(".")[0].partition("[")[0] for name in fields]
    if roots.count("") > 1 or set(roots) - {"", "0"}:
        raise DefinitionError(
            f"{where}: set_cmd={command!r} must have one place for the value, written {{}} "
            f"(literal braces are doubled)."
        )


def _wrong_kind(where: str, keyword: str, given: object) -> str:
    return (
        f"{where}: {keyword}={given!r} ({type(given).__name__}) refused, allowed are text, a function, "
        f"None (only remembered) and False (not possible)."
    )
