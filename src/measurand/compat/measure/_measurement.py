"""QCoDeS's `Measurement`: say what will be added, then add it in a block. Thin over the free runs of `measurand.measure`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, MutableMapping, MutableSequence, Sequence
from typing import Any, Self

from measurand.compat.dataset import DataSetType
from measurand.compat.description import InterDependencies_, ParamSpecBase, Shapes
from measurand.compat.measure._columns import Columns, columns_of
from measurand.compat.measure._runner import Runner, Task
from measurand.errors import DefinitionError
from measurand.parameters import Measurable, name_of

_SHORTEST_PERIOD = 1e-3  # s
_DEFAULT_PERIOD = 5.0  # s, what QCoDeS documents


class Measurement:
    """What will be measured, and how its results are related. Can be run as often as wanted.

    Args:
        exp: The experiment that the data belongs to; None: the one that was made or loaded last.
        station: Whose snapshot is kept with the data; None: the default one.
        name: What datasets are called; default ``"results"``.

    Example:
        >>> from measurand.compat.measure import Measurement
        >>> gate, current = ManualParameter("gate", unit="V"), ManualParameter("current", unit="A")
        >>> measurement = Measurement(name="gate sweep").register_parameter(gate)
        >>> measurement.register_parameter(current, setpoints=(gate,)).parameters["current"]
        ParamSpecBase('current', 'numeric', 'current', 'A')
    """

    def __init__(self, exp: Any = None, station: Any = None, name: str = "") -> None:
        self.exitactions: list[tuple[Callable[..., Any], Sequence[Any]]] = []
        self.enteractions: list[tuple[Callable[..., Any], Sequence[Any]]] = []
        self.subscribers: list[tuple[Callable[..., Any], Any]] = []
        self.experiment = exp
        self.station = station
        self.name = name
        self._interdeps = InterDependencies_()
        self._registered: dict[str, tuple[Any, Columns]] = {}
        self._shapes: Shapes | None = None
        self._parents: list[dict[str, str]] = []
        self._write_period: float | None = None

    @property
    def parameters(self) -> dict[str, ParamSpecBase]:
        """The columns that are registered, by name."""
        return {spec.name: spec for spec in self._interdeps.paramspecs}

    @property
    def write_period(self) -> float:
        """The most, in s from 0.001, that a power loss may take; the death of the program takes nothing."""
        return _DEFAULT_PERIOD if self._write_period is None else self._write_period

    @write_period.setter
    def write_period(self, wp: float) -> None:
        if isinstance(wp, bool) or not hasattr(wp, "__float__"):
            raise DefinitionError(f"write_period={wp!r} refused: The write period must be a number (of seconds).")
        if not float(wp) >= _SHORTEST_PERIOD:
            raise DefinitionError(f"write_period={wp!r} refused: The write period must be at least 1 ms.")
        self._write_period = float(wp)

    def register_parameter(
        self,
        parameter: Any,
        setpoints: Sequence[Any] | None = None,
        basis: Sequence[Any] | None = None,
        paramtype: str | None = None,
    ) -> Self:
        """Say that a parameter will be added.

        Args:
            parameter: The parameter. A `ParameterWithSetpoints`, an `ArrayParameter` and a `MultiParameter` bring columns
                for their axes along.
            setpoints: What it depends on, outermost first: parameters, which are registered if they are not yet, or names.
            basis: What it was computed from, likewise.
            paramtype: ``"numeric"``, ``"text"``, ``"complex"``: an array is many results; ``"array"``: it is one. None:
                what kind of parameter it is, and its validator, say it.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: It cannot be registered; nothing was.
        """
        columns = columns_of(parameter, paramtype)
        own = {spec.name for spec, _ in columns.results}
        return self._register(columns, setpoints, basis, own, parameter)

    def register_custom_parameter(
        self,
        name: str,
        label: str | None = None,
        unit: str | None = None,
        basis: Sequence[Any] | None = None,
        setpoints: Sequence[Any] | None = None,
        paramtype: str = "numeric",
    ) -> Self:
        """Say that something will be added that is no parameter, by its name.

        Args:
            name: An identifier.
            label: Text for axes; default none.
            unit: SI text; default none.
            basis: What it was computed from: registered parameters, or names.
            setpoints: What it depends on, outermost first, likewise.
            paramtype: As for `register_parameter`.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: It cannot be registered; nothing was.
        """
        spec = ParamSpecBase(name, paramtype, label, unit)
        if name in self.parameters:
            raise DefinitionError(f"{name}: Parameter already registered in this Measurement; unregister it first.")
        for what, things in (("setpoint", setpoints), ("basis", basis)):
            for one in things or ():
                self._known(what, name_of(one) if isinstance(one, Measurable) else one)
        return self._register(Columns(((spec, ()),), (spec,)), setpoints, basis, {name}, None)

    def unregister_parameter(self, parameter: Any) -> None:
        """Take a parameter, or a name, out again; what was not registered is out already.

        Raises:
            DefinitionError: It is neither, or another one depends on it.
        """
        if not isinstance(parameter, (str, Measurable)):
            raise DefinitionError(
                f"{parameter!r}: Wrong input type. Must be a QCoDeS parameter or the name (a string) of a parameter."
            )
        name = parameter if isinstance(parameter, str) else name_of(parameter)
        _, columns = self._registered.get(name, (None, None))
        interdeps = self._interdeps
        for spec in [one for one, _ in columns.results] if columns is not None else [interdeps._specs.get(name)]:
            if spec is not None and spec in interdeps:
                interdeps = interdeps.remove(spec)
        self._interdeps = interdeps
        self._registered.pop(name, None)

    def register_parent(self, parent: Any, link_type: str, description: str = "") -> Self:
        """Say that datasets use the data of another one.

        Args:
            parent: The other dataset.
            link_type: What it is to them, e.g. ``"calibration"``.
            description: Anything worth knowing.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``parent`` is no dataset.
        """
        guid = getattr(parent, "guid", None)
        if not isinstance(guid, str):
            raise DefinitionError(f"register_parent: {parent!r} is no dataset; give load_by_id(run_id), for example.")
        self._parents.append({"tail": guid, "edge_type": link_type, "description": description})
        return self

    def set_shapes(self, shapes: Shapes | None) -> None:
        """Say on which grid results lie.

        Args:
            shapes: For names of results, the lengths of the loops, outermost first, then those of the result itself;
                `detect_shape_of_measurement` returns them. None: nothing is known.

        Raises:
            DefinitionError: It is no dict of lengths.
        """
        if shapes is not None and not isinstance(shapes, dict):
            raise DefinitionError(
                f"set_shapes: {shapes!r} refused, allowed are dicts such as {{'current': (11, 101)}}."
            )
        self._shapes = None if shapes is None else {name: _lengths(name, shape) for name, shape in shapes.items()}

    def add_before_run(self, func: Callable[..., Any], args: Sequence[Any]) -> Self:
        """Have ``func(*args)`` called before each run begins; if it fails there is no run.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``func`` does not take these arguments.
        """
        self.enteractions.append((_checked("add_before_run", func, args), args))
        return self

    def add_after_run(self, func: Callable[..., Any], args: Sequence[Any]) -> Self:
        """Have ``func(*args)`` called at the end of each run, however it ends; all of them are always called.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``func`` does not take these arguments.
        """
        self.exitactions.append((_checked("add_after_run", func, args), args))
        return self

    def add_subscriber(self, func: Callable[..., Any], state: MutableSequence[Any] | MutableMapping[Any, Any]) -> Self:
        """Have a function called with new results, about twice a second and once more at the end, in a thread of its own.

        Args:
            func: Called with a list of results (tuples of values in the order of registration), the number of rows so
                far, and ``state``.
            state: A list or dict that the function may change.

        Returns:
            This measurement, for the next call.

        Raises:
            DefinitionError: ``func`` is no function.
        """
        if not callable(func):
            raise DefinitionError(f"add_subscriber: {func!r} is no function.")
        self.subscribers.append((func, state))
        return self

    def run(
        self,
        write_in_background: bool | None = None,
        in_memory_cache: bool | None = True,
        dataset_class: DataSetType = DataSetType.DataSet,
        parent_span: Any = None,
    ) -> Runner:
        """Return what begins a run at the start of a ``with`` block, and ends it at its end.

        Args:
            write_in_background: Accepted; rows are always safe at once, and files are written in the background.
            in_memory_cache: Accepted; what is stored is read without a copy in memory.
            dataset_class: Accepted; there is one class of datasets.
            parent_span: Accepted; no traces are sent.

        Returns:
            Entered, it gives a `DataSaver`.
        """
        del write_in_background, in_memory_cache, dataset_class, parent_span
        return Runner(self._task())

    def _task(self, **options: Any) -> Task:
        """Return everything that a run needs to know; later changes of this measurement do not reach it."""
        return Task(
            interdeps=self._interdeps.extend(),
            registered=dict(self._registered),
            name=self.name,
            experiment=self.experiment,
            station=self.station,
            shapes=self._shapes,
            parents=tuple(self._parents),
            write_period=1.0 if self._write_period is None else self._write_period,
            before=tuple(self.enteractions),
            after=tuple(self.exitactions),
            subscribers=tuple(self.subscribers),
            **options,
        )

    def _register(
        self,
        columns: Columns,
        setpoints: Sequence[Any] | None,
        basis: Sequence[Any] | None,
        own: set[str],
        parameter: Any,
    ) -> Self:
        new = self._interdeps.extend(standalones=columns.order)
        found: list[tuple[ParamSpecBase, ...]] = []
        extra: dict[str, tuple[Any, Columns]] = {}
        for things in (setpoints, basis):
            specs: list[ParamSpecBase] = []
            for thing in (things,) if isinstance(things, (str, Measurable)) else things or ():
                if isinstance(thing, Measurable) and not self._has(thing) and name_of(thing) not in own:
                    extra[name_of(thing)] = (thing, columns_of(thing, None))
                    new = new.extend(standalones=extra[name_of(thing)][1].order)
                specs += self._specs_of(thing, extra)
            found.append(tuple(specs))
        along, inferred = found
        for spec, source in columns.inferred:
            new = new.extend(inferences={spec: (source,)})
        for spec, axes in columns.results:
            needs = (*along, *axes)
            if needs:
                new = new.extend(dependencies={spec: needs})
            if inferred:
                new = new.extend(inferences={spec: inferred})
        self._interdeps = new
        self._registered.update(extra)
        if parameter is not None:
            self._registered[name_of(parameter)] = (parameter, columns)
        return self

    def _has(self, thing: Any) -> bool:
        return name_of(thing) in self._registered or name_of(thing) in self._interdeps.names

    def _specs_of(self, thing: Any, extra: dict[str, tuple[Any, Columns]]) -> list[ParamSpecBase]:
        """Return the columns of something that is registered, a parameter or a name."""
        if not isinstance(thing, (str, Measurable)):
            raise DefinitionError(f"{thing!r} is neither a parameter nor the name of one.")
        name = thing if isinstance(thing, str) else name_of(thing)
        _, columns = extra.get(name) or self._registered.get(name) or (None, None)
        if columns is not None:
            return [spec for spec, _ in columns.results]
        return [self._known("interdependency", name)]

    def _known(self, what: str, name: str) -> ParamSpecBase:
        for known in (self.parameters, {key: columns.order[0] for key, (_, columns) in self._registered.items()}):
            if name in known:
                return known[name]
        raise DefinitionError(f"Unknown {what}: {name}. Please register that parameter first.")


def _checked(where: str, func: Callable[..., Any], args: Sequence[Any]) -> Callable[..., Any]:
    if not callable(func):
        raise DefinitionError(f"{where}: {func!r} is not a callable object; its arguments follow it, as a tuple.")
    try:
        inspect.signature(func).bind(*args)
    except TypeError as error:
        raise DefinitionError(
            f"{where}: Mismatch between function call signature and the provided arguments: {func!r} does not take "
            f"{tuple(args)!r}, {error}."
        ) from None
    except ValueError:  # some functions written in C do not say what they take
        pass
    return func


def _lengths(name: str, shape: Any) -> tuple[int, ...]:
    try:
        return tuple(int(length) for length in shape)
    except (TypeError, ValueError):
        raise DefinitionError(f"set_shapes: {name}: {shape!r} refused, allowed are tuples of lengths.") from None
