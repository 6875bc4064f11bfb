"""The kit for authors of drivers: start one, and judge any.

`new_driver` writes a driver with its simulator, its tests and an example page, all of which work at once. `check_driver`
runs the conformance suite on a driver against its simulator: what the driver guide asks for, as a list of `Problem`.
`find_drivers` walks a package; `simulation_of` finds the simulator that belongs to a driver. On the command line these
are ``measurand new-driver`` and ``measurand check-driver``.

The files: `_find` (drivers and their simulators), `_bench` (a driver at its simulator), `_units`, `_form` (what can be
seen without a device), `_conduct` (what can be seen with one), `_trouble` (what it does when things go wrong), `_check`
(all of it), `_new` and ``templates`` (a new driver).
"""

from measurand.driver_kit._bench import Bench, Unconnected
from measurand.driver_kit._check import CHECKS, Problem, check_driver
from measurand.driver_kit._find import find_drivers, simulation_of
from measurand.driver_kit._new import new_driver
from measurand.driver_kit._trouble import TROUBLES, Trouble

__all__ = [
    "CHECKS",
    "TROUBLES",
    "Bench",
    "Problem",
    "Trouble",
    "Unconnected",
    "check_driver",
    "find_drivers",
    "new_driver",
    "simulation_of",
]
