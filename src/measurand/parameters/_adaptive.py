"""Values that are decided while measuring: each from what was measured at those before. Knows no engine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, Protocol

from measurand.errors import DefinitionError
from measurand.parameters._sweep import Settable, as_settable

Decisions = Generator[Any, Mapping[str, Any], None]


class Learner(Protocol):
    """What proposes points and learns from results: ``ask`` and ``tell``, as of the library *adaptive* or an optimiser."""

    def ask(self, n: int) -> Any:
        """Return ``n`` points; *adaptive* returns a pair, points and expected improvements."""
        ...

    def tell(self, x: Any, y: Any) -> Any:
        """Learn what was measured at ``x``."""
        ...


class Decider:
    """One pass of an adaptive sweep.

    Args:
        generator: Yields values and is sent what was measured there.
    """

    def __init__(self, generator: Decisions) -> None:
        self._generator = generator

    def values(self, measured: dict[str, Any]) -> Iterator[Any]:
        """Yield value after value; before each but the first, ``measured`` holds what was measured at the one before."""
        send = getattr(self._generator, "send", lambda _: next(self._generator))  # any iterator will do
        try:
            value = next(self._generator)
            while True:
                measured.clear()
                yield value
                value = send(dict(measured))
        except StopIteration:
            return
        finally:
            getattr(self._generator, "close", lambda: None)()


class Adaptive:
    """One axis whose values are decided on the way.

    Made by `adaptive`. Each value is validated before it is set; how many there will be nobody knows.

    Attributes:
        parameter: What is moved.
        expected: How many values are expected, for the estimate of the time; 0: unknown.
    """

    def __init__(
        self, parameter: Settable, decide: Callable[[Sequence[Any]], Decisions], name: str, expected: int
    ) -> None:
        self.parameter = parameter
        self.expected = expected
        self._decide = decide
        self._name = name

    def begin(self, known: Sequence[Any] = ()) -> Decider:
        """Begin a pass; every pass of an outer level begins anew.

        Args:
            known: The first values, as they were decided before the run was resumed. A learner is told what was measured
                there; a generator has to decide the same again.
        """
        return Decider(self._decide(known))

    def __len__(self) -> int:
        return self.expected

    def __iter__(self) -> Iterator[Any]:
        return iter(())  # none is known beforehand

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"parameter": self.parameter.full_name, "adaptive": self._name}

    def __repr__(self) -> str:
        return f"<Adaptive sweep of {self.parameter.full_name} by {self._name}>"


def adaptive(
    parameter: Any,
    decide: Callable[[], Iterator[Any]] | Callable[[], Learner],
    *,
    result: str | Callable[[Mapping[str, Any]], Any] | None = None,
    until: Callable[[Any], bool] | None = None,
    most: int = 10_000,
    expected: int = 0,
) -> Adaptive:
    """Let what was measured decide where to measure next.

    Args:
        parameter: What is moved.
        decide: A generator function: it yields a value, and is sent what was measured there, ``{column: value}``. Or a
            function that makes a learner with ``ask`` and ``tell``, e.g. ``lambda: adaptive.Learner1D(None, (0, 1))``.
        result: For a learner, what it learns from: a column, or a function of what was measured.
        until: For a learner, when it has learned enough: a function of the learner.
        most: For a learner, the most values of one pass.
        expected: How many values are expected, for the estimate of the time.

    Raises:
        DefinitionError: The parameter cannot be set, or a learner comes without ``result``.

    Example:
        >>> gate = ManualParameter("gate")
        >>> def halving():
        ...     step = 1.0
        ...     while step > 0.1:
        ...         measured = yield step
        ...         step = step / 2
        >>> adaptive(gate, halving)
        <Adaptive sweep of gate by halving>
    """
    moved = as_settable(parameter)
    name = getattr(decide, "__qualname__", type(decide).__name__).rpartition(".")[2]
    if not moved.settable:
        raise DefinitionError(f"{moved.full_name}: cannot be swept, it cannot be set.")
    if not callable(decide):
        raise DefinitionError(
            f"{moved.full_name}: adaptive needs a generator function, or a function that makes a learner, not {decide!r}: "
            f"every pass begins with a new one."
        )
    if result is None and until is None:
        return Adaptive(moved, lambda _: decide(), name, expected)  # type: ignore[arg-type,return-value]  # no learner: its other kind
    if result is None:
        raise DefinitionError(f"{moved.full_name}: say with result= which column the learner learns from.")
    look = result if callable(result) else _column(result)

    def learning(known: Sequence[Any]) -> Decisions:
        learner: Any = decide()
        for number in range(most):
            if until is not None and until(learner):
                return
            asked = learner.ask(1)
            points = (
                asked[0] if isinstance(asked, tuple) and len(asked) == 2 and hasattr(asked[0], "__len__") else asked
            )
            value = known[number] if number < len(known) else points[0]
            learner.tell(value, look((yield value)))

    return Adaptive(moved, learning, name, expected)


def _column(name: str) -> Callable[[Mapping[str, Any]], Any]:
    def look(measured: Mapping[str, Any]) -> Any:
        if name not in measured:
            raise DefinitionError(
                f"An adaptive sweep learns from {name!r}, which was not measured at its points; there are "
                f"{', '.join(measured) or 'none'}."
            )
        return measured[name]

    return look
