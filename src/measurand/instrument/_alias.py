"""Parameters of other instruments under a name of one's own, found anew at each use.

Found anew, so that an instrument that was made again, or a parameter that was replaced, is followed. Knows no path and no
station: it is handed the function that finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand.errors import UnknownName
from measurand.parameters import DelegateParameter, JoinedParameter, ParameterBase, Yield

Find = Callable[[], ParameterBase[Any]]
Setter = Callable[[Any], Any]


class AliasParameter(DelegateParameter[Any]):
    """Another parameter under this name.

    Args:
        name: Identifier, unique within the instrument.
        find: Returns the other parameter as it is now; raises `UnknownName` while there is none.
        instrument: The instrument it belongs to.
        setter: Sets the value in place of the other parameter; default that one is set itself.
        **options: As for `measurand.parameters.DelegateParameter`.
    """

    def __init__(
        self, name: str, find: Find, instrument: Any = None, *, setter: Setter | None = None, **options: Any
    ) -> None:
        self._find = find
        self._setter = setter
        source: Any = find()  # any kind of parameter has what is asked of it
        super().__init__(name, source, instrument, **options)
        self._find = find  # the base class has put in its place what was found now

    @property
    def _source_parameter(self) -> Any:
        try:
            return self._find()
        except UnknownName:
            return None

    @_source_parameter.setter
    def _source_parameter(self, source: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - found anew
        self._find = lambda: source

    def get_raw(self) -> Any:
        """Return the value of the other parameter."""
        return self._find().get()

    def set_raw(self, value: Any) -> None:
        """Call the setter, or set the other parameter."""
        source = self._find()
        if self._setter is None:
            source.set(value)
            return
        before = source.cache.state
        self._setter(value)
        if source.cache.state is before:  # the setter told the device, and nobody else
            source.cache.invalidate()

    @property
    def settable(self) -> bool:
        """Whether there is a setter, or the other parameter can be set."""
        return self._setter is not None or super().settable

    @property
    def yields(self) -> Yield:
        """One column; of a parameter with several, its own."""
        own = None if self.source is None else self.source.yields
        return super().yields if own is None or own.values is None else own


class JoinedAlias(JoinedParameter):
    """Several other parameters under this name.

    Args:
        name: Identifier, unique within the instrument.
        find: Each returns one of the other parameters as it is now.
        instrument: The instrument it belongs to.
        setter: Sets the value in place of the other parameters; default each is set itself.
        **options: As for `measurand.parameters.JoinedParameter`.
    """

    def __init__(
        self, name: str, find: Sequence[Find], instrument: Any = None, *, setter: Setter | None = None, **options: Any
    ) -> None:
        self._setter = setter
        super().__init__(name, lambda: [one() for one in find], instrument, **options)

    def set(self, value: Any) -> None:
        """Set all of them, or call the setter, after all have accepted."""
        if self._setter is None:
            super().set(value)
            return
        self.validate(value)
        self._setter(value)
        self.cache.invalidate()

    @property
    def settable(self) -> bool:
        """Whether there is a setter, or all of them can be set."""
        return self._setter is not None or super().settable

    def _spread(self, parameters: Sequence[ParameterBase[Any]], value: Any) -> tuple[Any, ...]:
        """Return one value for each parameter; a list is a tuple here, since files know no other."""
        return super()._spread(parameters, tuple(value) if isinstance(value, list) else value)

    __measurand__ = True  # may define set
