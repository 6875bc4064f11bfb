"""Tools for testing drivers and parts of Measurand, for users too. Nothing of the product imports this package.

`LineServer` is a device on a real TCP socket, made of one function; `fresh_registry` gives a test a world without
instruments; `FakeClock` is time that passes only when somebody waits; `check_transport` is what every transport has to
pass, against a device that answers with `conformance_answer`; `check_index` is what every index of runs
has to, and `check_store` what every store of runs. Devices that are a list of lines are
`measurand.transports.ScriptedTransport`.
"""

from measurand.testing._clock import FakeClock
from measurand.testing._conformance import CONFORMANCE_SCRIPT, check_transport, conformance_answer
from measurand.testing._index_suite import check_index
from measurand.testing._line_server import LineServer
from measurand.testing._registry import fresh_registry
from measurand.testing._store_suite import check_store

__all__ = [
    "CONFORMANCE_SCRIPT",
    "FakeClock",
    "LineServer",
    "check_index",
    "check_store",
    "check_transport",
    "conformance_answer",
    "fresh_registry",
]
