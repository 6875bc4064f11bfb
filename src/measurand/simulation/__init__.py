"""A laboratory to play with: instruments that speak SCPI on real sockets, wired to one simulated quantum dot.

It runs in a process of its own, and nothing that connects to it can tell it from a rack of instruments, apart from the
address. Four instruments: ``source`` (VS4, four voltages), ``dmm`` (DM7, multimeter), ``lockin`` (LA2, lock-in
amplifier) and ``thermostat`` (TC1, temperature controller). Output 1 of the source is the plunger gate of the dot,
output 2 its bias through a divider of 100, output 3 a side gate, output 4 is free; the current goes through a
preamplifier of 1e8 V/A into the multimeter and the lock-in. `SUGGESTION` says what to measure.

The files, from the physics to the process: `_dot` (current of a quantum dot) and `_signal`, `_noise`; `_circuit` (the
wiring in time); `_scpi`, `_status`, `_instrument` (an instrument's language and manners); one file for each of the four;
`_laboratory` (all of it); `_server`, `_host` (on ports, in a process); `_process` (that process seen from another).
"""

from measurand.simulation._process import FIXED_PORTS, Laboratory, running_laboratory, start_laboratory
from measurand.simulation._suggestion import SUGGESTION, Suggestion

__all__ = ["FIXED_PORTS", "SUGGESTION", "Laboratory", "Suggestion", "running_laboratory", "start_laboratory"]
