"""The capture buffer of an SR860: points stored at equal times or at triggers, fetched as blocks.

From the manual of the SR865A, which shares this chapter with the SR860: Data Capture Commands, pages 134, 135, 138 and 139,
and the SR860's own page 139 (``CAPTUREGET?``). The pages that define ``CAPTURECFG``, ``CAPTURELEN``, ``CAPTURERATE`` and the
codes of ``CAPTURESTART`` could not be looked up; what uses them says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.errors import InstrumentError
from measurand.instrument import InstrumentModule, late, parameter, wait_until
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays, Ints

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST = 1_048_576  # values of 4 bytes in the buffer of 4 MB
_BLOCK = 64  # kbytes that one query fetches at most
_COLUMNS = {"x": ("x",), "xy": ("x", "y"), "polar": ("r", "theta"), "all": ("x", "y", "r", "theta")}
_CODES = {"x": "X", "xy": "XY", "polar": "RT", "all": "XYRT"}
_STARTS = {"immediate": "IMM", "trigger": "TRIG", "each trigger": "SAMP"}


class StanfordSR860Capture(InstrumentModule):
    """Points of X, Y, R and theta, stored by the lock-in's own clock, up to a million values.

    Args:
        parent: The lock-in.
        name: Identifier.
    """

    npts = parameter(set_cmd=None, unit="pt", vals=Ints(1, _MOST), initial_value=512)
    """How many points `acquire` stores, of each quantity; 1 to 1048576, 524288 for two, 262144 for four quantities."""

    quantities = parameter(set_cmd=None, initial_value="xy", val_mapping={name: name for name in _COLUMNS})
    """What is stored: x, xy, polar (r and theta), or all four. Not checked against a manual."""

    divider = parameter(set_cmd=None, initial_value=0, vals=Ints(0, 20))
    """How many times the greatest rate is halved; 0 to 20. Not checked against a manual."""

    begin = parameter(set_cmd=None, initial_value="immediate", val_mapping={name: name for name in _STARTS})
    """When storing begins: immediate, or at a trigger; ``"each trigger"`` stores one point for each. Not
    checked against a manual."""

    max_rate = parameter("CAPTURERATEMAX?", unit="Hz", get_parser=float)
    """The greatest rate at the present time constant in Hz."""

    rate = parameter(lambda self: self.max_rate() / 2 ** self.divider(), unit="Hz", get_parser=float)
    """Points per second at the present settings, in Hz: ``max_rate`` over 2 to the power of ``divider``."""

    time_axis = parameter(
        lambda self: self._times(),
        parameter_class=Parameter,
        label="Time",
        unit="s",
        vals=late(lambda self: Arrays(shape=(self.count,))),
        snapshot_value=False,
        snapshot_get=False,
    )
    """When each point was stored, in s after the first; at triggers, whose times nobody knows, the number of the point."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        self.lockin = parent  # a StanfordSR860, whose file imports this one
        self._stored: dict[str, NDArray[np.float64]] = {}
        self._interval = 0.0
        super().__init__(parent, name, **kwargs)
        for quantity in _COLUMNS["all"]:
            self.add_parameter(
                quantity,
                parameter_class=ParameterWithSetpoints,
                get_cmd=lambda which=quantity: self.read(which),
                unit="deg" if quantity == "theta" else "V",
                vals=Arrays(shape=(self.count,)),
                setpoints=(self.time_axis,),
                docstring=f"{quantity} as of the last acquire(), shape (npts,); rms, in A with a current input.",
            )
        self.begin.on_set(self._show_axis)

    def count(self) -> int:
        """Return ``npts``."""
        return self.npts()

    def acquire(self, timeout: float | None = None) -> None:
        """Store ``npts`` new points of each quantity and fetch them.

        Args:
            timeout: After how long to give up, in s; None: twice as long as it should take and 5 s, or, if triggers
                are waited for, never.

        Raises:
            InstrumentError: They do not fit into the buffer (nothing was sent), or were not stored in time.
        """
        columns = _COLUMNS[self.quantities()]
        count, begin = self.npts(), self.begin()
        if count * len(columns) > _MOST:
            raise InstrumentError(
                f"{self.full_name}: {count} points of {', '.join(columns)} refused, the buffer has room for "
                f"{_MOST // len(columns)} of each. Set npts to less, or store fewer quantities."
            )
        size = 4 * count * len(columns)
        kbytes = 2 * -(-size // 2048)  # whole blocks of 2 kbytes
        self._stored = {}
        for command in (
            f"CAPTURECFG {_CODES[self.quantities()]}",
            f"CAPTURELEN {kbytes}",
            f"CAPTURERATE {self.divider()}",
        ):
            self.lockin.write(command)
        self._interval = 1 / self.rate()
        patience = timeout if timeout is not None or begin != "immediate" else 5 + 2 * count * self._interval
        self._store(f"CAPTURESTART ONE, {_STARTS[begin]}", size, patience)
        values = self._fetch(kbytes)[: count * len(columns)].reshape(count, len(columns))
        self._stored = {quantity: values[:, i].copy() for i, quantity in enumerate(columns)}

    def read(self, quantity: str) -> NDArray[np.float64]:
        """Return what the last `acquire` stored.

        Args:
            quantity: x, y, r or theta.

        Returns:
            Values in V (A with a current input) or degrees, shape ``(npts,)``, float64.

        Raises:
            InstrumentError: It was not stored.
        """
        if quantity not in self._stored:
            stored = ", ".join(self._stored) or "nothing"
            raise InstrumentError(
                f"{self.full_name}: {quantity} was not stored, but {stored}. Set quantities, and call "
                f"{self.full_name}.acquire()."
            )
        return self._stored[quantity]

    def _store(self, start: str, size: int, patience: float | None) -> None:
        """Start, wait for so many bytes, and stop."""
        captured = 0

        def enough() -> bool:
            nonlocal captured
            captured = int(self.lockin.ask("CAPTUREBYTES?"))
            return captured >= size

        every = min(max(self._interval * self.npts() / 20, 0.01), 1.0)
        self.lockin.write(start)
        try:
            done = wait_until(enough, every=every, timeout=patience, clock=self.lockin.clock)
        finally:
            self.lockin.write("CAPTURESTOP")
        if not done:
            raise InstrumentError(
                f"{self.full_name}: {captured} of {size} bytes were stored in {patience:g} s. Look at the trigger, or give "
                f"acquire(timeout=…)."
            )
        wait_until(lambda: not int(self.lockin.ask("CAPTURESTAT?")) & 1, every=0.01, clock=self.lockin.clock)

    def _fetch(self, kbytes: int) -> NDArray[np.float64]:
        import numpy as np

        blocks = [
            self.lockin.query_binary_values(f"CAPTUREGET? {first}, {min(_BLOCK, kbytes - first)}", "f")
            for first in range(0, kbytes, _BLOCK)
        ]
        whole: NDArray[np.float64] = np.concatenate(blocks).astype(np.float64)
        return whole

    def _times(self) -> NDArray[np.float64]:
        import numpy as np

        interval = 1.0 if self.begin() == "each trigger" else self._interval or 1 / self.rate()
        return np.arange(self.npts(), dtype=np.float64) * interval

    def _show_axis(self, begin: str) -> None:
        each = begin == "each trigger"
        self.time_axis.unit, self.time_axis.label = ("pt", "Point") if each else ("s", "Time")
