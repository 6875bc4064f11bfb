"""Ithaco 1211 current preamplifier, a device without interface: what its knobs say is kept by hand.

The positions of the knobs are those of the driver guide that this project follows; no public manual of the 1211 could be
found. What was not checked says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.instrument import Instrument, parameter
from measurand.instrument_drivers.older_names import older_names
from measurand.parameters import MultiParameter, ParameterBase
from measurand.validators import Bool, Enum


class CurrentParameter(MultiParameter):
    """A current that flows into an Ithaco 1211, calculated from its output voltage.

    ``get`` reads the voltage once and returns ``(voltage, current)``; in a run these are two columns, so what was
    measured is kept beside what was made of it. The voltage is taken as it is: an offset by the amplifier's current
    suppression is not corrected.

    Args:
        measured_param: Reads the output voltage of the amplifier in V, e.g. ``dmm.voltage``.
        c_amp_ins: The amplifier with its present settings.
        name: Of the current and of the whole; the voltage is called as ``measured_param`` with ``_raw``.
        **kwargs: As for `MultiParameter`.

    Example:
        >>> from measurand.parameters import ManualParameter
        >>> voltage = ManualParameter("voltage", unit="V", initial_value=0.5)
        >>> amplifier = Ithaco1211("amplifier")
        >>> amplifier.invert(False)
        >>> current = CurrentParameter(voltage, amplifier)
        >>> current.names, current.units
        (('voltage_raw', 'curr'), ('V', 'A'))
        >>> current()
        (0.5, 5e-09)
    """

    def __init__(
        self, measured_param: ParameterBase[Any], c_amp_ins: Ithaco1211, name: str = "curr", **kwargs: Any
    ) -> None:
        self._measured_param = measured_param
        self._amplifier = c_amp_ins
        options: dict[str, Any] = {
            "names": (f"{measured_param.name}_raw", name),
            "shapes": ((), ()),
            "labels": (getattr(measured_param, "label", None), "Current"),
            "units": (getattr(measured_param, "unit", None), "A"),
            "instrument": c_amp_ins,
            "bind_to_instrument": False,  # one amplifier may serve several, e.g. x and y of a lock-in
            "docstring": "Output voltage in V and the current calculated from it in A.",
        }
        super().__init__(name, **{**options, **kwargs})

    def get_raw(self) -> tuple[float, float]:
        """Read the voltage and calculate the current.

        Returns:
            Voltage in V, and current in A.
        """
        voltage = self._measured_param.get()
        return voltage, voltage * self._amplifier.amperes_per_volt()


class Ithaco1211(Instrument):
    """Ithaco 1211 current preamplifier. Talks to no device: set here what you set at its front.

    Args:
        name: Identifier, unique among all instruments.
        **kwargs: As for `Instrument`.
    """

    sens = parameter(
        set_cmd=None,
        label="Sensitivity",
        unit="A/V",
        vals=Enum(1e-11, 1e-10, 1e-09, 1e-08, 1e-07, 1e-06, 1e-05, 1e-4, 1e-3),
        initial_value=1e-8,
    )
    """Position of the sensitivity knob in A/V, 1e-11 to 1e-3 in decades. Not checked against a manual."""

    invert = parameter(set_cmd=None, label="Inverted output", vals=Bool(), initial_value=True)
    """Whether a current into the input makes a negative voltage. Not checked against a manual."""

    sens_factor = parameter(set_cmd=None, label="Sensitivity factor", vals=Enum(0.1, 1, 10), initial_value=1)
    """By what the position of the sensitivity knob is multiplied: 0.1, 1 or 10. Not checked against a manual."""

    suppression = parameter(
        set_cmd=None,
        label="Suppression",
        unit="A",
        vals=Enum(1e-10, 1e-09, 1e-08, 1e-07, 1e-06, 1e-05, 1e-4, 1e-3),
        initial_value=1e-7,
    )
    """Range of the current that is subtracted at the input in A, in decades. Not checked against a manual."""

    risetime = parameter(
        set_cmd=None,
        label="Rise Time",
        unit="msec",
        vals=Enum(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
        initial_value=0.3,
    )
    """Rise time in ms, 0.01 to 1000 in steps of 1 and 3. Not checked against a manual."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)

    def amperes_per_volt(self) -> float:
        """Return by what the output voltage must be multiplied to be the input current, in A/V; negative if inverted."""
        slope: float = self.sens.get() * self.sens_factor.get()
        return -slope if self.invert.get() else slope

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor and model; nobody can be asked for more."""
        return {"vendor": "Ithaco (DL Instruments)", "model": "1211", "serial": None, "firmware": None}


if not TYPE_CHECKING:  # type checkers know the spelling of today only
    __getattr__ = older_names(__name__)
