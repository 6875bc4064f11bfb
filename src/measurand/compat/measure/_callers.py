"""Reading several parameters at a point: one after the other, or those of different instruments at the same time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from measurand._core.lanes import Lanes
from measurand.errors import DefinitionError
from measurand.measure import gathered
from measurand.parameters import Measurable

Output = list[tuple[Any, Any]]


class Caller(Protocol):
    """A block in which parameters can be read again and again."""

    def __enter__(self) -> Callable[[], Output]:
        """Return the function that reads them once."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what was made for it."""
        ...


class SequentialParamsCaller:
    """Reads parameters, and calls functions, one after the other.

    Args:
        *param_meas: Parameters, and functions of no arguments whose results are not kept.
    """

    def __init__(self, *param_meas: Any) -> None:
        jobs = _jobs(param_meas)
        if all(is_parameter for _, _, is_parameter in jobs):
            pairs = [(one, get) for one, get, _ in jobs]
            self._call: Callable[[], Output] = lambda: [(one, get()) for one, get in pairs]
        else:
            self._call = lambda: [pair for one, get, kept in jobs for pair in _kept(one, get(), kept)]

    def __call__(self) -> Output:
        """Read all of them once; return pairs of parameter and value."""
        return self._call()

    def __enter__(self) -> Callable[[], Output]:
        return self._call

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return


class ThreadPoolParamsCaller:
    """Reads parameters of different instruments at the same time, and those of one instrument one after the other.

    Args:
        *param_meas: Parameters, and functions of no arguments whose results are not kept. Functions, and parameters
            without an instrument, are called after all others, for they may use any.
        max_workers: Accepted; there is one thread for each connection.
    """

    def __init__(self, *param_meas: Any, max_workers: int | None = None) -> None:
        del max_workers
        self._jobs = _jobs(param_meas)
        self._lanes: Lanes | None = None

    def __call__(self) -> Output:
        """Read all of them once; return pairs of parameter and value, in the order in which they were given.

        Raises:
            DefinitionError: It was not entered.
            Exception: What a parameter raised; several at once come as an ``ExceptionGroup``.
        """
        if self._lanes is None:
            raise DefinitionError("ThreadPoolParamsCaller: enter it first, with ThreadPoolParamsCaller(…) as caller:")
        values, _, failures = self._lanes.read()
        if failures:
            raise gathered([error for _, error in failures], "several parameters could not be read")
        return [
            pair for (one, _, kept), value in zip(self._jobs, values, strict=True) for pair in _kept(one, value, kept)
        ]

    def __enter__(self) -> Self:
        self._lanes = Lanes([(_lane(one), get) for one, get, _ in self._jobs], "reading")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lanes is not None:
            self._lanes.close()
            self._lanes = None


def call_params_threaded(param_meas: Sequence[Any]) -> Output:
    """Read parameters once, those of different instruments at the same time.

    Args:
        param_meas: Parameters, and functions of no arguments whose results are not kept.

    Returns:
        Pairs of parameter and value, in the order in which they were given.

    Raises:
        Exception: What a parameter raised; several at once come as an ``ExceptionGroup``.
    """
    with ThreadPoolParamsCaller(*param_meas) as call:
        return call()


Job = tuple[Any, Callable[[], Any], bool]


def _jobs(param_meas: Sequence[Any]) -> list[Job]:
    """Return each thing, what is called for it, and whether its result is kept."""
    jobs: list[Job] = []
    for one in param_meas:
        if isinstance(one, Measurable):
            jobs.append((one, one.get, True))
        elif callable(one):
            jobs.append((one, one, False))
        else:
            raise DefinitionError(f"{one!r} ({type(one).__name__}) can neither be read nor called.")
    return jobs


def _kept(one: Any, value: Any, kept: bool) -> Output:
    return [(one, value)] if kept else []


def _lane(one: Any) -> Hashable | None:
    """Return what is the same for those that are read one after the other: a connection, else an instrument."""
    lane: Hashable | None = getattr(one, "lane", None)
    root = getattr(one, "root_instrument", None)
    return lane if lane is not None or root is None else id(root)
