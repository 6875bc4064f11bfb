"""Text or function, made into one callable with a fixed number of arguments. Knows no parameter and no instrument.

Not part of the public face: `Parameter` and `Function` take ``get_cmd``, ``set_cmd`` and ``call_cmd`` and do the rest.
"""

from __future__ import annotations

import inspect
import string
import types
from collections.abc import Callable, Iterator
from typing import Any

from measurand.errors import DefinitionError, RefusedType, UndecodableAnswer

Send = Callable[[str], Any]


class Command:
    """One callable of exactly ``arg_count`` positional arguments; everything else is decided at construction.

    Text is filled in with ``str.format``, handed to ``exec_str``, and the answer goes through ``output_parser``. A
    function is called as it is: the parsers are for text only. `run` is the same without the check of the number of
    arguments, for callers that have made it already.

    Args:
        where: What it is the command of, for messages, e.g. ``"dac.ramp"``.
        arg_count: Number of arguments, 0 or more.
        cmd: Text with a place ``{}`` for arguments, or a function.
        exec_str: Sends text and returns the answer, if there is one; needed for text.
        input_parser: Converts what is sent. It takes all arguments, and of several returns as many values as the text
            has places, as a tuple. Default: they are sent as they are.
        output_parser: Converts the answer. Default: it is returned as it is.

    Raises:
        DefinitionError: ``cmd`` is neither text nor a function, the text is no valid template, or nothing can send it.
        RefusedType: The function does not take ``arg_count`` arguments, or the text has places for more.
    """

    __slots__ = ("_where", "arg_count", "run")

    def __init__(
        self,
        where: str,
        arg_count: int,
        cmd: str | Callable[..., Any],
        exec_str: Send | None = None,
        *,
        input_parser: Callable[..., Any] | None = None,
        output_parser: Callable[[Any], Any] | None = None,
    ) -> None:
        self._where = where
        self.arg_count = arg_count
        self.run: Callable[..., Any]
        if isinstance(cmd, str):
            if exec_str is None:
                raise DefinitionError(f"{where}: the command {cmd!r} is text, and there is nothing to send it with.")
            parsed = input_parser is not None and arg_count > 1
            _check_places(where, cmd, None if parsed else arg_count)
            fill = _filling(cmd, arg_count, input_parser)
            self.run = _sending(where, cmd, fill, exec_str, output_parser)
        elif callable(cmd):
            problem = arity_problem(cmd, arg_count)
            if problem:
                raise RefusedType(f"{where}: {cmd!r} refused: {problem}.")
            self.run = cmd
        else:
            raise DefinitionError(f"{where}: {cmd!r} ({type(cmd).__name__}) refused, allowed are text and a function.")

    def __call__(self, *args: Any) -> Any:
        """Carry it out.

        Raises:
            RefusedType: The number of arguments is wrong; nothing was sent.
            UndecodableAnswer: The output parser cannot read the answer.
        """
        if len(args) != self.arg_count:
            raise RefusedType(
                f"{self._where}: {counted(args)} given, allowed exactly {self.arg_count}; nothing was sent."
            )
        return self.run(*args)


def counted(args: tuple[Any, ...]) -> str:
    """Return e.g. ``2 arguments (1, 'on')``."""
    if not args:
        return "no argument"
    return f"{len(args)} argument{'s' * (len(args) > 1)} ({', '.join(map(repr, args))})"


_SPECIAL = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_VARARGS


def arity_problem(function: Callable[..., Any], count: int) -> str:
    """Return why ``function`` cannot be called with ``count`` positional arguments; empty if it can.

    A type such as ``float`` takes one argument. A builtin that does not tell its arguments is trusted.
    """
    needed = f"needed is a function of {count or 'no'} argument{'s' * (count != 1)}"
    if _is_coroutine(function):
        return f"a coroutine function only begins when it is awaited, {needed}"
    if isinstance(function, type):
        return "" if count == 1 else f"a class takes one argument, {needed}"
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C, without a signature
        return ""
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return f"its arguments are {signature}, {needed}"
    return ""


def plainly_fits(function: Callable[..., Any], count: int) -> bool:
    """Return whether a plain function or method takes ``count`` arguments, without the cost of `inspect`."""
    if isinstance(function, types.MethodType):
        return plainly_fits(function.__func__, count + 1)
    if not isinstance(function, types.FunctionType) or function.__dict__:  # decorated ones may hide another signature
        return False
    code = function.__code__
    if code.co_flags & _SPECIAL or code.co_kwonlyargcount:
        return False
    return code.co_argcount - len(function.__defaults__ or ()) <= count <= code.co_argcount


def _is_coroutine(function: Callable[..., Any]) -> bool:
    return any(
        kind(candidate)
        for kind in (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
        for candidate in (function, getattr(type(function), "__call__", None))  # noqa: B004 - the method itself is wanted
    )


def _check_places(where: str, text: str, count: int | None) -> None:
    """Raise unless the text is a template with numbered or empty places, at most ``count`` of them (None: any number).

    A text that leaves arguments out is accepted, as ``str.format`` accepts it.
    """
    try:
        places = list(_places(text))
    except ValueError as error:
        raise DefinitionError(f"{where}: {text!r} is no valid template: {error}.") from None
    named = [place for place in places if place and not place.isdigit()]
    if named:
        raise DefinitionError(
            f"{where}: {text!r} has a place named {named[0]!r}; places are written {{}} or {{0}} "
            f"(literal braces are doubled)."
        )
    if any(places) and not all(places):
        raise DefinitionError(f"{where}: {text!r} mixes {{}} with {{0}}; use one of them.")
    wanted = max((int(place) + 1 for place in places), default=0) if all(places) else len(places)
    if count is not None and wanted > count:
        raise RefusedType(
            f"{where}: {text!r} has places for {wanted} argument{'s' * (wanted != 1)}, given are {count or 'none'}."
        )


def _places(text: str) -> Iterator[str]:
    """Yield what identifies each place, ``""`` or a number; places inside a format, as in ``{:.{}f}``, too."""
    for _, name, spec, conversion in string.Formatter().parse(text):
        if conversion not in {None, "a", "r", "s"}:
            raise ValueError(f"unknown conversion !{conversion}")
        if name is not None:
            yield name.partition(".")[0].partition("[")[0]
            yield from _places(spec or "")


def _filling(text: str, count: int, parser: Callable[..., Any] | None) -> Callable[..., str]:
    """Return the function from arguments to the text to send."""
    if parser is None or count == 0:
        return text.format
    if count == 1:
        return lambda arg: text.format(parser(arg))
    return lambda *args: text.format(*parser(*args))


def _sending(
    where: str, text: str, fill: Callable[..., str], send: Send, parser: Callable[[Any], Any] | None
) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        try:
            command = fill(*args)
        except Exception as error:  # parsers are user code, and a format may not suit a value
            error.add_note(f"while writing {counted(args)} into {text!r} for {where}; nothing was sent")
            raise
        answer = send(command)
        return answer if parser is None else _read(where, parser, answer)

    return run


def _read(where: str, parser: Callable[[Any], Any], answer: Any) -> Any:
    try:
        return parser(answer)
    except Exception as error:  # parsers are user code
        raise UndecodableAnswer(
            f"{where}: the answer {answer!r} cannot be converted ({type(error).__name__}: {error}). "
            f"Check the parser against the instrument's manual."
        ) from error
