"""Several parameters moved together, as one axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from measurand.errors import DefinitionError, MeasurandError, NotGettable
from measurand.parameters._fields import Yield, single
from measurand.parameters._quantity import ParameterBase
from measurand.parameters._sweep import Segment, Sweep


class CombinedParameter:
    """Sets several parameters one after the other at each point; its values are tuples, one element for each.

    Args:
        parameters: In the order in which they are set; all can be set, each stands once.
        name: Identifier.
        label: Text for axes; default the name.
        unit: SI text; default none.
        aggregator: Makes one number of the values, for plots; default none.

    Raises:
        DefinitionError: There are none, one stands twice, or one cannot be set.

    Example:
        >>> from measurand.parameters import ManualParameter
        >>> left, right = ManualParameter("left"), ManualParameter("right")
        >>> both = combine(left, right, name="both")
        >>> both((1, 2))
        >>> left(), right()
        (1, 2)
        >>> len(both.sweep([0, 1, 2], [5, 6, 7]))
        3
    """

    def __init__(
        self,
        parameters: Sequence[ParameterBase[Any]],
        name: str,
        label: str | None = None,
        unit: str | None = None,
        aggregator: Callable[..., Any] | None = None,
    ) -> None:
        if not parameters or len({id(p) for p in parameters}) < len(parameters):
            raise DefinitionError(f"{name}: give each parameter once, and at least one.")
        fixed = [p.full_name for p in parameters if not p.settable]
        if fixed:
            raise DefinitionError(f"{name}: {', '.join(fixed)} cannot be set.")
        self.parameters = tuple(parameters)
        self.name = self.full_name = name
        self.label = label or name
        self.unit = unit or ""
        self.aggregator = aggregator
        self.settable, self.gettable = True, False

    @property
    def dimensionality(self) -> int:
        """Number of parameters."""
        return len(self.parameters)

    def validate(self, values: Sequence[Any]) -> None:
        """Raise unless there is one allowed value for each parameter."""
        self._check_count(values)
        for parameter, value in zip(self.parameters, values, strict=True):
            parameter.validate(value)

    def set(self, values: Sequence[Any]) -> None:
        """Set each parameter to its value, all of them validated before the first is set."""
        self.validate(values)
        for done, (parameter, value) in enumerate(zip(self.parameters, values, strict=True)):
            try:
                parameter.set(value)
            except MeasurandError as error:
                error.add_note(f"{self.name}: {done} of {len(self.parameters)} parameters were set before")
                raise

    def get(self) -> NoReturn:
        """Refuse: it is a way to move several parameters, each of which can be read by itself."""
        names = ", ".join(p.full_name for p in self.parameters)
        raise NotGettable(f"{self.name}: combined parameters cannot be read as one; read {names}.")

    def __call__(self, *values: Sequence[Any]) -> None:
        """Set each parameter to its value: ``both((1, 2))``."""
        if not values:
            self.get()
        self.set(*values)

    def sweep(self, *arrays: Any) -> Sweep:
        """Return the sweep through the given values.

        Args:
            *arrays: One sequence per parameter, all of one length; or one matrix with a column per parameter.
        """
        if len(arrays) == 1 and self.dimensionality > 1:
            points = [tuple(row) for row in (arrays[0].tolist() if hasattr(arrays[0], "tolist") else arrays[0])]
        else:
            self._check_count(arrays)
            lengths = {len(array) for array in arrays}
            if len(lengths) > 1:
                raise DefinitionError(
                    f"{self.name}: the arrays have different lengths ({', '.join(map(str, sorted(lengths)))})."
                )
            points = list(zip(*(a.tolist() if hasattr(a, "tolist") else a for a in arrays), strict=True))
        return Sweep(self, (Segment(tuple(points)),))

    @property
    def yields(self) -> Yield:
        """A column for each parameter, and one for the aggregated value if there is an aggregator."""
        fields = [single(p, p.full_name, setpoint=True) for p in self.parameters]
        if self.aggregator is None:
            return Yield(tuple(fields), list)
        aggregate = self.aggregator
        return Yield((*fields, single(self, self.name, setpoint=True)), lambda values: [*values, aggregate(*values)])

    def snapshot(self) -> dict[str, Any]:
        """Return names as JSON-ready data."""
        return {
            "__class__": f"{type(self).__module__}.{type(self).__qualname__}", "name": self.name, "label": self.label,
            "unit": self.unit, "parameters": [p.full_name for p in self.parameters],
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"<CombinedParameter {self.name} of {', '.join(p.full_name for p in self.parameters)}>"

    def _check_count(self, values: Sequence[Any]) -> None:
        if len(values) != self.dimensionality:
            raise DefinitionError(
                f"{self.name}: {len(values)} values given for {self.dimensionality} parameters "
                f"({', '.join(p.full_name for p in self.parameters)})."
            )


def combine(
    *parameters: ParameterBase[Any],
    name: str,
    label: str | None = None,
    unit: str | None = None,
    aggregator: Callable[..., Any] | None = None,
) -> CombinedParameter:
    """Return several parameters as one axis; see `CombinedParameter`."""
    return CombinedParameter(parameters, name, label, unit, aggregator)
