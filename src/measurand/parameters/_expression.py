"""Arithmetic on quantities that is carried out later: ``abs(i * v) >= 1e-3`` is an `Expression`, called when needed.

`Operand` gives a quantity its operators. Knows no `Parameter`: an operand is whatever has a name and a ``get``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

from measurand._core.names import check_identifier, listing
from measurand.errors import DefinitionError, NotGettable, RefusedType
from measurand.parameters._fields import name_of
from measurand.parameters._operators import ATOM, Operator, operator_of, symbols
from measurand.parameters._terms import Call, constant_from, plain_term

_LONGEST = 40  # characters of a value in a note
_NEEDS_A_NAME = frozenset({"name", "full_name", "label", "unit"})


def _unary(symbol: str) -> Callable[[Operand], Expression]:
    def operate(self: Operand) -> Expression:
        return _operation(symbol, self)

    return operate


def _binary(symbol: str) -> Callable[[Operand, Any], Expression]:
    def operate(self: Operand, other: Any) -> Expression:
        return _operation(symbol, self, other)

    return operate


def _reflected(symbol: str) -> Callable[[Operand, Any], Expression]:
    def operate(self: Operand, other: Any) -> Expression:
        return _operation(symbol, other, self)

    return operate


class Operand:
    """Give a class with a name and a ``get`` the operators ``+ - * / // % **``, ``< <= > >=``, ``& |``, ``abs``, ``round``.

    Each makes an `Expression`; nothing is read. ``==`` and ``!=`` keep asking whether two objects are the same one; use
    `eq` and `ne` for values. ``&`` and ``|`` are *and* and *or*, with both sides always evaluated. The other side may be
    an operand, a number, text, None, a numpy scalar or array, or a function of no arguments.
    """

    __slots__ = ()
    __array_ufunc__: ClassVar[None] = None  # numpy on the left side leaves the operation to us
    _is_latest: ClassVar[bool] = False  # whether `get` tells what is known of its ``parameter``

    def get(self) -> Any:
        """Return the present value; a subclass says how."""
        raise NotGettable(f"{type(self).__name__} cannot be read, it has no get.")

    def eq(self, other: Any) -> Expression:
        """Return the expression that tells whether the value equals ``other``, element by element for arrays."""
        return _operation("==", self, other)

    def ne(self, other: Any) -> Expression:
        """Return the expression that tells whether the value differs from ``other``, element by element for arrays."""
        return _operation("!=", self, other)

    __add__, __radd__ = _binary("+"), _reflected("+")
    __sub__, __rsub__ = _binary("-"), _reflected("-")
    __mul__, __rmul__ = _binary("*"), _reflected("*")
    __truediv__, __rtruediv__ = _binary("/"), _reflected("/")
    __floordiv__, __rfloordiv__ = _binary("//"), _reflected("//")
    __mod__, __rmod__ = _binary("%"), _reflected("%")
    __pow__, __rpow__ = _binary("**"), _reflected("**")
    __and__, __rand__ = _binary("&"), _reflected("&")
    __or__, __ror__ = _binary("|"), _reflected("|")
    __lt__, __le__ = _binary("<"), _binary("<=")  # Python reflects 3 < p to p > 3 by itself
    __gt__, __ge__ = _binary(">"), _binary(">=")
    __neg__, __pos__, __abs__ = _unary("-"), _unary("+"), _unary("abs")

    def __round__(self, digits: int | None = None) -> Expression:
        return _operation("round", self) if digits is None else _operation("round", self, digits)


class Term(Protocol):
    """A part of an expression."""

    def written(self) -> tuple[str, int]:
        """Return the text and how tightly it binds."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The value of an operand."""

    operand: Any  # an Operand; what else it has is asked for by name

    def written(self) -> tuple[str, int]:
        """Return the name, by which a reader knows the operand."""
        return _name_of(self.operand), ATOM

    def to_dict(self) -> dict[str, Any]:
        """Return the name as plain data."""
        if self.operand._is_latest:
            return {"latest": _name_of(self.operand.parameter)}
        return {"parameter": _name_of(self.operand)}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expression(Operand):
    """An operation on parameters, constants and other expressions, evaluated with the values at the time of the call.

    Made by operators, never directly. Each parameter is read once in an evaluation, however often it stands in the
    expression: ``p - p`` is 0 also if ``p`` is noisy. ``p.get_latest`` in an expression is what was known before the
    evaluation began, so ``p - p.get_latest`` is the change since the last reading. A function is called once for each
    time it was written.

    Attributes:
        operator: What is computed.
        terms: What it is computed from.

    Example:
        >>> i, v = Parameter("i", set_cmd=None, initial_value=2.0), Parameter("v", set_cmd=None, initial_value=-3.0)
        >>> limit = abs(i * v) >= 5
        >>> limit
        abs(i * v) >= 5
        >>> limit()
        True
    """

    operator: Operator
    terms: tuple[Term, ...]
    _leaves: tuple[Any, ...] = field(init=False)  # once each, in the order they stand
    _order: tuple[Any, ...] = field(init=False)  # in the order they are read

    def __post_init__(self) -> None:
        leaves = tuple(dict.fromkeys(leaf for term in self.terms for leaf in _leaves_of(term)))
        object.__setattr__(self, "_leaves", leaves)
        object.__setattr__(self, "_order", tuple(sorted(leaves, key=lambda leaf: not _is_latest(leaf))))

    def get(self) -> Any:
        """Read the inputs and return the result; an array where an input or constant is one."""
        values: dict[Any, Any] = {}
        try:
            for leaf in self._order:
                values[leaf] = leaf.get()
            return _value(self, values)
        except Exception as error:  # whatever it was: say what was computed, and from what
            error.add_note(f"while evaluating {self!r}{_shown(values)}")
            raise

    def __call__(self) -> Any:
        return self.get()

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The parameters in it, once each, in the order they stand; of a latest value, its parameter."""
        operands = (leaf for leaf in self._leaves if not isinstance(leaf, Call))
        return tuple(dict.fromkeys(operand.parameter if _is_latest(operand) else operand for operand in operands))

    @property
    def lane(self) -> Hashable | None:
        """The one physical connection that an evaluation needs; None if there is none, or more, or a function in it."""
        if any(isinstance(leaf, Call) for leaf in self._leaves):
            return None
        lanes = {getattr(leaf, "lane", None) for leaf in self._leaves} - {None}
        return lanes.pop() if len(lanes) == 1 else None

    def named(self, name: str, *, unit: str = "", label: str | None = None) -> NamedExpression:
        """Return it as a quantity that can be measured.

        Args:
            name: Identifier, the name of the column.
            unit: SI text of the result; default none, it is not derived.
            label: Text for axes; default the name.

        Raises:
            DefinitionError: The name is no identifier.
        """
        return NamedExpression(name, self, unit, name if label is None else label)

    def to_dict(self) -> dict[str, Any]:
        """Return names and operators as plain data that `from_dict` reads.

        Raises:
            DefinitionError: There is a function in it; code is no data.
        """
        return {"operator": self.operator.symbol, "operands": [term.to_dict() for term in self.terms]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], find: Callable[[str], Any]) -> Expression:
        """Return the expression that `to_dict` described.

        Args:
            data: The description.
            find: Returns the parameter of a full name, e.g. of ``"dac_ch3_voltage"``.

        Raises:
            DefinitionError: The description is damaged, or ``find`` returned something that is no parameter.
        """
        term = _term_from(data, find)
        if not isinstance(term, Expression):
            raise DefinitionError(f"{data!r} describes no expression.")
        return term

    def written(self) -> tuple[str, int]:
        """Return the text and how tightly it binds."""
        return self.operator.written([term.written() for term in self.terms]), self.operator.binding

    def __repr__(self) -> str:
        return self.written()[0]

    def __bool__(self) -> NoReturn:
        raise RefusedType(
            f"{self!r} has no truth value yet: it is evaluated when it is called. Call it for its value now: "
            f"({self!r})(). To combine conditions write (a) & (b) and (a) | (b) instead of 'and' and 'or', and "
            f"(a < p) & (p < b) instead of a < p < b."
        )

    if not TYPE_CHECKING:  # a type checker shall complain about a misspelt attribute

        def __getattr__(self, attribute: str) -> NoReturn:
            if attribute in _NEEDS_A_NAME:
                raise AttributeError(
                    f"{self!r} has no {attribute}. To measure it, give it a name: ({self!r}).named('power', unit='W')."
                )
            raise AttributeError(f"{type(self).__name__} has no attribute {attribute!r}.")


@dataclass(frozen=True, slots=True, eq=False)
class NamedExpression(Operand):
    """An expression with a name and a unit, so that it can be measured, stored and used in other expressions.

    Attributes:
        name: Identifier, the name of the column.
        expression: What is evaluated.
        unit: SI text, ``""`` without one.
        label: Text for axes.

    Example:
        >>> i, v = Parameter("i", set_cmd=None, initial_value=2.0), Parameter("v", set_cmd=None, initial_value=3.0)
        >>> power = (i * v).named("power", unit="W")
        >>> power()
        6.0
    """

    name: str
    expression: Expression
    unit: str
    label: str

    def __post_init__(self) -> None:
        check_identifier(self.name, "expression")
        for word, text in (("unit", self.unit), ("label", self.label)):
            if not isinstance(text, str):
                raise DefinitionError(f"{self.name}: {word}={text!r} ({type(text).__name__}) refused, allowed is text.")

    def get(self) -> Any:
        """Read the inputs and return the result; an array where an input or constant is one."""
        return self.expression.get()

    def __call__(self) -> Any:
        return self.get()

    @property
    def full_name(self) -> str:
        """The name; an expression belongs to no instrument."""
        return self.name

    @property
    def gettable(self) -> bool:
        """Whether it can be read: always."""
        return True

    @property
    def settable(self) -> bool:
        """Whether it can be set: never."""
        return False

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The parameters in it, once each, in the order they stand."""
        return self.expression.inputs

    @property
    def lane(self) -> Hashable | None:
        """The one physical connection that an evaluation needs; None if there is none, or more."""
        return self.expression.lane

    def to_dict(self) -> dict[str, Any]:
        """Return name, unit, label and the expression as plain data that `from_dict` reads."""
        described = {"name": self.name, "unit": self.unit, "label": self.label}
        return {**described, "expression": self.expression.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], find: Callable[[str], Any]) -> NamedExpression:
        """Return the named expression that `to_dict` described; arguments and errors as for `Expression.from_dict`."""
        term = _term_from(data, find)
        if not isinstance(term, NamedExpression):
            raise DefinitionError(f"{data!r} describes no named expression.")
        return term

    def written(self) -> tuple[str, int]:
        """Return the name, by which a reader of a larger expression knows it."""
        return self.name, ATOM

    def __repr__(self) -> str:
        return f"<NamedExpression {self.name} = {self.expression!r}{f', {self.unit}' if self.unit else ''}>"


def _operation(symbol: str, *operands: Any) -> Expression:
    operator = operator_of(symbol, len(operands))
    if operator is None:
        raise DefinitionError(f"There is no operator {symbol!r} for {len(operands)} operands.")
    return Expression(operator, tuple(map(_as_term, operands)))


def _as_term(value: Any) -> Term:
    if isinstance(value, (Expression, NamedExpression)):
        return value
    return Reading(value) if isinstance(value, Operand) else plain_term(value)


def _name_of(operand: Any) -> str:
    """Return the name that is unique in the laboratory; of a latest value, as one types it."""
    if _is_latest(operand):
        return f"{_name_of(operand.parameter)}.get_latest"
    return name_of(operand)


def _is_latest(leaf: object) -> bool:
    return isinstance(leaf, Operand) and leaf._is_latest


def _leaves_of(term: Term) -> tuple[Any, ...]:
    if isinstance(term, NamedExpression):
        return term.expression._leaves
    if isinstance(term, Expression):
        return term._leaves
    if isinstance(term, Reading):
        return (term.operand,)
    return (term,) if isinstance(term, Call) else ()


def _value(term: Any, values: Mapping[Any, Any]) -> Any:
    """Return the value of a term, given those of the leaves."""
    if isinstance(term, Expression):
        return term.operator.function(*[_value(part, values) for part in term.terms])
    if isinstance(term, Reading):
        return values[term.operand]
    if isinstance(term, NamedExpression):
        return _value(term.expression, values)
    return values[term] if isinstance(term, Call) else term.value


def _shown(values: Mapping[Any, Any]) -> str:
    """Return ``with i = 2.0, v = 0.0``: from what an evaluation that failed was computed."""
    texts = []
    for leaf, value in values.items():
        text = " ".join(repr(value).split())
        name = leaf.written()[0] if isinstance(leaf, Call) else _name_of(leaf)
        texts.append(f"{name} = {text if len(text) <= _LONGEST else text[: _LONGEST - 3] + '...'}")
    return f" with {', '.join(texts)}" if texts else ""


def _term_from(data: Any, find: Callable[[str], Any]) -> Term:
    match data:
        case {"operator": symbol, "operands": [*operands]}:
            operator = operator_of(symbol, len(operands)) if isinstance(symbol, str) else None
            if operator is None:
                known = listing(symbols())
                raise DefinitionError(
                    f"{data!r}: no operator {symbol!r} for {len(operands)} operands; known are {known}."
                )
            return Expression(operator, tuple(_term_from(operand, find) for operand in operands))
        case {"name": name, "unit": unit, "label": label, "expression": expression}:
            return NamedExpression(name, Expression.from_dict(expression, find), unit, label)
        case {"parameter": str(name)}:
            return Reading(_found(find(name), name))
        case {"latest": str(name)}:
            return Reading(_found(getattr(find(name), "get_latest", None), name))
        case {"value": value}:
            return constant_from(value)
    raise DefinitionError(f"{data!r} describes no part of an expression.")


def _found(operand: Any, name: str) -> Operand:
    if not isinstance(operand, Operand):
        raise DefinitionError(f"{name}: {operand!r} was found under this name, and it cannot be part of an expression.")
    return operand
