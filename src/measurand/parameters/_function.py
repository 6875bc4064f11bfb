"""An action of an instrument that is no quantity, such as a reset: declared in one line, its arguments checked.

New drivers write a plain method instead; this is for drivers that declare functions already, and costs them no warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from measurand._core.json import to_plain
from measurand._core.names import check_identifier
from measurand.errors import DefinitionError, RefusedType
from measurand.parameters._command import Command, Send, counted
from measurand.parameters._owner import Owner
from measurand.validators import Validator


class Function:
    """One action: call it.

    The number of arguments is fixed, they are given by position, and each has a validator. A wrong number or a refused
    value raises before anything is sent. An action has no value, so it cannot be measured.

    Args:
        name: Identifier, unique within the instrument.
        instrument: Receives a command that is text.
        call_cmd: Text with a place ``{}`` for each argument, or a function of them. Text is written, and it is asked
            if ``return_parser`` is given.
        args: One validator for each argument; default no arguments.
        arg_parser: Converts the arguments for text: takes all of them, and returns a tuple if there are several.
        return_parser: Converts the answer to text, e.g. ``float``; default there is no answer.
        docstring: What it does, for ``help``.

    Raises:
        DefinitionError: The arguments contradict each other.
        RefusedType: ``call_cmd`` takes another number of arguments than there are validators.

    Example:
        >>> add = Function("add", call_cmd=lambda a, b: a + b, args=[Numbers(0, 10), Numbers(0, 10)])
        >>> add(1, 2)
        3
    """

    def __init__(
        self,
        name: str,
        instrument: Owner | None = None,
        call_cmd: str | Callable[..., Any] | None = None,
        args: Sequence[Validator[Any]] | None = None,
        arg_parser: Callable[..., Any] | None = None,
        return_parser: Callable[[Any], Any] | None = None,
        docstring: str | None = None,
    ) -> None:
        self.name = check_identifier(name, "function")
        self.instrument = instrument
        self.docstring = docstring
        self._args = _checked(self._where(), args)
        send = _sender(self._where(), instrument, call_cmd, return_parser)
        for keyword, parser in (("arg_parser", arg_parser), ("return_parser", return_parser)):
            if parser is not None and not callable(parser):
                raise DefinitionError(f"{self._where()}: {keyword}={parser!r} refused, allowed is a function.")
        if call_cmd is None:
            raise DefinitionError(f"{self._where()}: call_cmd is missing, give text or a function.")
        self._command = Command(
            self._where(), len(self._args), call_cmd, send, input_parser=arg_parser, output_parser=return_parser
        )
        self.__doc__ = "\n\n".join(filter(None, [docstring, self._signature()]))

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """Check the arguments and carry it out.

        Returns:
            What a ``call_cmd`` that is a function returns, or the parsed answer to text; None without an answer.

        Raises:
            RefusedType: The number of arguments is wrong, one is given by keyword, or has a wrong type.
            RefusedValue: An argument is not allowed.
            UndecodableAnswer: ``return_parser`` cannot read the answer.
        """
        if keywords:
            raise RefusedType(
                f"{self._where()}: {', '.join(keywords)} given by keyword, allowed are arguments by position only: "
                f"{self._signature()}; nothing was sent."
            )
        self.validate(*args)
        return self._command.run(*args)

    def call(self, *args: Any) -> Any:
        """Carry it out, the same as calling it."""
        return self(*args)

    def validate(self, *args: Any) -> None:
        """Raise unless these arguments are allowed: `RefusedType` or `RefusedValue`, and nothing is sent."""
        if len(args) != len(self._args):
            raise RefusedType(
                f"{self._where()}: {counted(args)} given, allowed exactly {len(self._args)}: {self._signature()}; "
                f"nothing was sent."
            )
        for number, (validator, value) in enumerate(zip(self._args, args, strict=True), 1):
            validator.validate(value, f"{self._where()}, argument {number}")

    @property
    def full_name(self) -> str:
        """Name with those of its owners, e.g. ``"dac_ch3_reset"``."""
        return self.name if self.instrument is None else "_".join([*self.instrument.name_parts, self.name])

    @property
    def args(self) -> tuple[Validator[Any], ...]:
        """The validator of each argument."""
        return self._args

    @property
    def gettable(self) -> bool:
        """Whether it can be read: never, it is an action."""
        return False

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:  # noqa: ARG002 - asked for like any snapshot
        """Return the description as JSON-ready data; there is no state, so ``update`` changes nothing."""
        described = {
            "__class__": f"{type(self).__module__}.{type(self).__qualname__}",
            "name": self.name,
            "full_name": self.full_name,
            "args": [repr(validator) for validator in self._args],
            "docstring": self.docstring,
        }
        plain: dict[str, Any] = to_plain(described)
        return plain

    if not TYPE_CHECKING:  # a type checker shall complain about a misspelt attribute

        def __getattr__(self, attribute: str) -> NoReturn:
            if attribute in {"cache", "get", "get_latest"}:
                raise AttributeError(
                    f"{self._where()}: a function cannot be measured, it is an action without a value. To call it at "
                    f"each point of a sweep write Task({self._where()}). What has a value is a parameter: "
                    f"Parameter(name, get_cmd=...)."
                )
            raise AttributeError(f"{type(self).__name__} has no attribute {attribute!r}.")

    def __repr__(self) -> str:
        return f"<Function {self._signature()}>"

    def _where(self) -> str:
        return self.name if self.instrument is None else ".".join([*self.instrument.name_parts, self.name])

    def _signature(self) -> str:
        return f"{self._where()}({', '.join(validator.allowed() for validator in self._args)})"


def _checked(where: str, args: Sequence[Validator[Any]] | None) -> tuple[Validator[Any], ...]:
    validators = tuple(args) if isinstance(args, Iterable) else () if args is None else (args,)
    if isinstance(args, Validator):
        raise DefinitionError(f"{where}: args={args!r} refused, allowed is a list of validators: [{args!r}].")
    for validator in validators:
        if not isinstance(validator, Validator):
            raise DefinitionError(
                f"{where}: args has {validator!r} ({type(validator).__name__}), allowed is one validator for each "
                f"argument, such as Numbers(0, 1)."
            )
    return validators


def _sender(
    where: str, owner: Owner | None, call_cmd: object, return_parser: Callable[[Any], Any] | None
) -> Send | None:
    """Return what sends a command that is text; None if it is none."""
    if not isinstance(call_cmd, str):
        return None
    if owner is None:
        raise DefinitionError(
            f"{where}: call_cmd={call_cmd!r} is text, and there is no instrument to send it to. "
            f"Give instrument=self, or a function instead of text."
        )
    return owner.write if return_parser is None else owner.ask
