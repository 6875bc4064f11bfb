"""Free loops: register what will be added, write the loop yourself, add results in it. Thin over `_free` and `_saver`."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.names import listing
from measurand.dataset import Dataset, Store
from measurand.errors import DefinitionError
from measurand.measure._free import FreeRun, Wanted
from measurand.measure._observers import Observer
from measurand.measure._registered import ParamType, Registry, custom_entry, entry_of
from measurand.measure._run import Run
from measurand.measure._saver import DataSaver
from measurand.measure._shapes import Shape, checked_shapes
from measurand.measure._state import state_of
from measurand.measure._subscriber import Subscriber

_SHORTEST_PERIOD = 1e-3  # s


class Measurement:
    """A measurement whose loop you write yourself.

    Register what will be added, then add results inside ``with measurement.run() as datasaver``. It may be run as often
    as you like; each time is a run of its own. Measurements may be nested, and run side by side. `new_run` is a shorter
    form that needs no registration.

    Args:
        exp: The experiment: a text, or something with a ``name`` and perhaps a ``sample_name``.
        station: Whose ``snapshot()`` is kept with the data; default all instruments and the registered parameters.
        name: What runs are called.

    Example:
        >>> gate, current = ManualParameter("gate", unit="V"), ManualParameter("current", unit="A", initial_value=1.0)
        >>> measurement = Measurement(name="gate sweep").register_parameter(gate)
        >>> measurement.register_parameter(current, setpoints=(gate,))
        <Measurement 'gate sweep' of gate and current>
    """

    def __init__(self, exp: Any = None, station: Any = None, name: str = "") -> None:
        self.name = name
        self.experiment = exp if isinstance(exp, str) else getattr(exp, "name", "")
        self.sample = str(getattr(exp, "sample_name", ""))
        self.station = station
        self._registry = Registry()
        self._shapes: dict[str, Shape] = {}
        self._before: list[Callable[[], Any]] = []
        self._after: list[Callable[[], Any]] = []
        self._subscribers: list[tuple[Callable[..., Any], Any]] = []
        self._links: list[dict[str, str]] = []
        self._write_period = 1.0

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """What is registered: label, unit, ``depends_on`` and ``inferred_from`` by name of the column."""
        return self._registry.to_dict()

    @property
    def write_period(self) -> float:
        """The most, in s from 0.001, that a power loss may take; the death of the program takes nothing."""
        return self._write_period

    @write_period.setter
    def write_period(self, seconds: float) -> None:
        if (
            isinstance(seconds, bool)
            or not isinstance(seconds, (int, float))
            or not _SHORTEST_PERIOD <= seconds < math.inf
        ):
            raise DefinitionError(f"write_period={seconds!r} refused, allowed numbers from {_SHORTEST_PERIOD} s.")
        self._write_period = float(seconds)

    def register_parameter(
        self,
        parameter: Any,
        setpoints: Sequence[Any] | None = (),
        basis: Sequence[Any] | None = None,
        paramtype: ParamType | None = None,
    ) -> Self:
        """Say that a parameter will be added.

        Args:
            parameter: A parameter, or an object of yours with a name and a ``get``. A `ParameterWithSetpoints`, an
                `ArrayParameter` and a `MultiParameter` bring their axes along.
            setpoints: What it depends on, outermost first: parameters or names, registered before.
            basis: What it was computed from, registered before; kept with the data.
            paramtype: ``"numeric"``, ``"text"``, ``"complex"``: each result is a single value, an array is many results;
                ``"array"``: an array is one value. Default: what the parameter says of itself.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: A setpoint is not registered, the name is taken, or ``parameter`` is none.
        """
        name = _registered_name(parameter)
        registry = self._registry
        along, inferred = registry.references(name, setpoints or ()), registry.references(name, basis or ())
        registry.add(name, entry_of(parameter, along, inferred, paramtype))
        return self

    def register_custom_parameter(
        self,
        name: str,
        label: str = "",
        unit: str = "",
        basis: Sequence[Any] | None = (),
        setpoints: Sequence[Any] | None = (),
        paramtype: ParamType = "numeric",
    ) -> Self:
        """Say that something will be added that is no parameter, by its name.

        Args:
            name: What it is called.
            label: Text for axes; empty: the name.
            unit: SI text.
            basis: What it was computed from, registered before; kept with the data.
            setpoints: What it depends on, outermost first: parameters or names, registered before.
            paramtype: As for `register_parameter`.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: A setpoint is not registered, or the name is taken.
        """
        registry = self._registry
        along, inferred = registry.references(name, setpoints or ()), registry.references(name, basis or ())
        registry.add(name, custom_entry(name, label, unit, along, inferred, paramtype))
        return self

    def unregister_parameter(self, parameter: Any) -> None:
        """Take a parameter, or a name, out again.

        Raises:
            DefinitionError: It is not registered, or something else depends on it.
        """
        self._registry.remove(parameter)

    def register_parent(self, parent: Any, link_type: str, description: str = "") -> Self:
        """Say that runs use the data of another one.

        Args:
            parent: Its dataset, or its run.
            link_type: What it is to them, e.g. ``"calibration"``.
            description: Anything worth knowing.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``parent`` is no run.
        """
        dataset = parent.dataset if isinstance(parent, Run) else parent
        if not isinstance(dataset, Dataset):
            raise DefinitionError(f"register_parent: {parent!r} is no run; give measurand.load(number), or a run.")
        self._links.append({"parent": dataset.id, "type": link_type, "description": description})
        return self

    def set_shapes(self, shapes: Mapping[str, Sequence[int | None]] | None) -> None:
        """Say on which grid results lie, so that they can be told apart when a setpoint comes twice, and shown at once.

        Args:
            shapes: For names of results, the number of values of each setpoint, outermost first, then the lengths of the
                result itself if it is an array. None in place of the first length: as many as will come; of a length of
                the array: it may differ from row to row. None instead of everything: nothing is known.

        Raises:
            DefinitionError: A length is no whole number from 1.
        """
        self._shapes = {} if shapes is None else checked_shapes(shapes)

    def add_before_run(self, func: Callable[..., Any], args: Sequence[Any] = ()) -> Self:
        """Have ``func(*args)`` called before each run begins; if it fails there is no run, but what follows a run is done.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``func`` does not take these arguments.
        """
        self._before.append(_bound("add_before_run", func, args))
        return self

    def add_after_run(self, func: Callable[..., Any], args: Sequence[Any] = ()) -> Self:
        """Have ``func(*args)`` called at the end of each run, however it ends.

        All of them are always called, also when one of them, or the loop, has failed.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``func`` does not take these arguments.
        """
        self._after.append(_bound("add_after_run", func, args))
        return self

    def add_subscriber(self, func: Callable[[list[tuple[Any, ...]], int, Any], Any], state: Any) -> Self:
        """Have a function called with new results, about twice a second and once more at the end.

        It runs in a thread of its own and slows nothing; if it fails three times in a row it is dropped, with a note.

        Args:
            func: Called with a list of results, each a tuple of the values of all registered columns in the order of
                registration (None for what was not added there); the number of rows so far; and ``state``.
            state: Something of yours, e.g. a list, that the function may change.

        Returns:
            This measurement, for the next call.
        """
        if not callable(func):
            raise DefinitionError(f"add_subscriber: {func!r} is no function.")
        self._subscribers.append((func, state))
        return self

    def run(
        self,
        write_in_background: bool | None = None,
        in_memory_cache: bool | None = None,
        *,
        data: Store | None = None,
        metadata: Mapping[str, Any] | None = None,
        snapshot: Callable[[], dict[str, Any]] | None = None,
        observers: Sequence[Observer] = (),
        observe_every: float = 0.5,
        progress: bool | None = False,
        export: Sequence[str] | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> Runner:
        """Return what begins a run at the start of a ``with`` block, and ends it at its end.

        The run is completed, or failed if an exception leaves the block, or interrupted after Ctrl-C: the first one lets
        the present result be added and then ends the block, the second one ends it at once. All rows stay.

        Args:
            write_in_background: Accepted; rows are always safe at once, and files are written in the background.
            in_memory_cache: Accepted; no copy of the data is held in memory.
            data: Where to store; default the data root of this process.
            metadata: Anything else to keep with the run.
            snapshot: Returns the state of the laboratory as plain data; default that of the station.
            observers: Functions of the run, called every ``observe_every`` s in threads of their own.
            observe_every: s between two looks of observers and subscribers.
            progress: Whether to draw a progress bar; None: in terminals and notebooks.
            export: Formats in which the run is written when it has ended; None: those of the data root.
            clock: Gives the times of events.

        Raises:
            DefinitionError: ``set_shapes`` names something that is not registered.
        """
        del write_in_background, in_memory_cache
        registry = self._registry.copy()
        known = registry.quantities()
        for name in self._shapes:
            if name not in known:
                raise DefinitionError(f"set_shapes: {registry.unknown(name)}")
        of_station = getattr(self.station, "snapshot", None)
        about: dict[str, Any] = {"parameters": registry.to_dict()}
        about |= {"shapes": {name: list(shape) for name, shape in self._shapes.items()}} if self._shapes else {}
        about |= {"links": list(self._links)} if self._links else {}
        wanted = Wanted(
            self.name,
            snapshot or of_station or (lambda: state_of(registry.things())),
            sample=self.sample,
            experiment=self.experiment,
            metadata={**(metadata or {}), "measurement": about},
            parents=tuple(dict.fromkeys(link["parent"] for link in self._links)),
            data=data,
            write_period=self._write_period,
            before=tuple(self._before),
            after=tuple(self._after),
            observers=(*observers, *(Subscriber(func, state, tuple(known)) for func, state in self._subscribers)),
            observe_every=observe_every,
            progress=progress,
            export=export,
            clock=clock,
        )
        return Runner(FreeRun(wanted), registry, dict(self._shapes))

    def __repr__(self) -> str:
        return f"<Measurement {self.name!r} of {listing(self._registry.quantities())}>"


class Runner:
    """The block of a run: ``with measurement.run() as datasaver``. Can be entered once."""

    def __init__(self, free: FreeRun, registry: Registry, shapes: Mapping[str, Shape]) -> None:
        self._free = free
        self._registry = registry
        self._shapes = shapes

    def __enter__(self) -> DataSaver:
        saver = DataSaver(self._free, self._registry, self._shapes)
        self._free.__enter__()
        return saver

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._free.__exit__(kind, error, trace)


def _registered_name(parameter: Any) -> str:
    return str(getattr(parameter, "full_name", None) or getattr(parameter, "name", None) or repr(parameter))


def _bound(where: str, func: Callable[..., Any], args: Sequence[Any]) -> Callable[[], Any]:
    """Return ``func`` with its arguments, checked as far as it says what it takes."""
    if not callable(func):
        raise DefinitionError(f"{where}: {func!r} is no function; its arguments follow it: {where}(gate.set, (0,)).")
    try:
        inspect.signature(func).bind(*args)
    except TypeError as error:
        raise DefinitionError(f"{where}: {func!r} does not take the arguments {tuple(args)!r}: {error}.") from None
    except ValueError:  # some functions written in C do not say what they take
        pass
    return partial(func, *args)
