"""A laboratory without a file: named components that can be found, recorded and closed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from measurand.errors import UnknownName
from measurand.instrument import InstrumentBase
from measurand.parameters import ParameterBase
from measurand.station._components import Components, is_closed
from measurand.station._measurement import checked_actions, values_of

_log = logging.getLogger(__name__)


class Bench:
    """Named components: instruments, parameters, and anything else with a snapshot. Use it through `Station`.

    Args:
        *components: What it consists of, each under its own name.
        update_snapshot: Whether values that are not known yet are read when a component is added.
    """

    def __init__(self, *components: Any, update_snapshot: bool = True) -> None:
        self._components = Components()
        self._measurement: tuple[Any, ...] = ()
        for component in components:
            self.add_component(component, update_snapshot=update_snapshot)

    @property
    def components(self) -> Mapping[str, Any]:
        """The components by name; an instrument that was made anew is the new one."""
        return self._components

    def add_component(self, component: Any, name: str | None = None, update_snapshot: bool = True) -> str:
        """Make an instrument, a parameter or anything with a snapshot a part of the station.

        Args:
            component: It.
            name: Its name in the station; default its own.
            update_snapshot: Whether its values that are not known yet are read now, so that snapshots show them.

        Returns:
            The name.

        Raises:
            DuplicateName: Another component has this name.
        """
        chosen = self._components.add(component, name)
        if update_snapshot and isinstance(component, (InstrumentBase, ParameterBase)) and not is_closed(component):
            known: Any = component
            try:
                known.snapshot(update=None)
            except Exception as error:  # noqa: BLE001 - a value that cannot be read now does not keep it out
                _log.warning("%s: not all values could be read: %s", chosen, error)
        return chosen

    def remove_component(self, name: str) -> Any:
        """Take a component out of the station without closing it, and return it.

        Raises:
            UnknownName: There is none of this name.
        """
        return self._components.remove(name)

    def get_component(self, full_name: str) -> Any:
        """Return what is at a path from a component down.

        Args:
            full_name: With dots, e.g. ``"dac.ch1.voltage"``, or as runs store it, ``"dac_ch1_voltage"``.

        Raises:
            UnknownName: Nothing is there; the message says how far the path leads.
        """
        return self._components.at(full_name)

    @property
    def default_measurement(self) -> tuple[Any, ...]:
        """What is measured where nothing is said: by `measure`, and by a `Loop` without actions."""
        return self._measurement

    def set_measurement(self, *actions: Any) -> None:
        """Choose what is measured where nothing is said.

        Args:
            *actions: Parameters and other measurables, functions, and actions of a plan; none: forget what was chosen.

        Raises:
            DefinitionError: One can be none of these; what was chosen before stays.

        Example:
            >>> from measurand.station import Station
            >>> current = ManualParameter("current", initial_value=2.0)
            >>> station = Station(current, default=False)
            >>> station.set_measurement(current)
            >>> station.measure()
            [2.0]
        """
        self._measurement = checked_actions(actions)

    def measure(self, *actions: Any) -> list[Any]:
        """Return the values of some quantities, read now, in order; nothing is stored.

        Args:
            *actions: Measurables and functions of no arguments, whose results are values too; none: those of
                `set_measurement`.

        Raises:
            DefinitionError: One cannot be measured here.
        """
        return values_of(checked_actions(actions) or self._measurement)

    def close_and_remove_instrument(self, instrument: Any) -> None:
        """Close an instrument and take it out of the station.

        Args:
            instrument: Its name, or itself.

        Raises:
            UnknownName: The station has no such component.
        """
        name = instrument
        if not isinstance(instrument, str):
            name = next((key for key, it in self._components.items() if it is instrument), repr(instrument))
        component = self._components.remove(name)
        close = getattr(component, "close", None)
        if callable(close):
            close()

    def close_all_registered_instruments(self) -> None:
        """Close the instruments of the station and take them out, the last one first.

        Raises:
            ExceptionGroup: Of everything that went wrong, after all are closed.
        """
        failures: list[Exception] = []
        for name in reversed([name for name, it in self._components.items() if isinstance(it, InstrumentBase)]):
            try:
                self.close_and_remove_instrument(name)
            except Exception as error:  # noqa: BLE001 - the others must be closed; raised below
                error.add_note(f"while closing {name!r}")
                failures.append(error)
        if failures:
            raise ExceptionGroup("Some instruments could not be closed properly", failures)

    def __getitem__(self, name: str) -> Any:
        """Return the component ``name``."""
        if name in self._components:
            return self._components[name]
        raise UnknownName(f"The station has no component {name!r}; {self._components.advice(name)}")

    def __getattr__(self, name: str) -> Any:
        """Return the component ``name``."""
        components: Components | None = vars(self).get("_components")
        if components is not None and name in components:
            return components[name]
        advice = "" if components is None or name.startswith("_") else f"; {components.advice(name)}"
        raise AttributeError(f"{type(self).__name__} has no component {name!r}{advice}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._components})
